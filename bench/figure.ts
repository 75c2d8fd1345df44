// What a benchmark leaves: samples of eks-swap and of what it is compared with, their medians, and whether the goal is met.
import { z } from "zod";

const UNITS = ["s", "ms", "MiB", "KiB", "bytes", "files", "jobs", "kills", "faults"] as const;

/**
 * `noise` is (maximum - minimum) / median: the share by which two runs of the same thing differ; null where they differ
 * and the median is 0.
 */
const spreadSchema = z.strictObject({
  minimum: z.number(),
  median: z.number(),
  maximum: z.number(),
  noise: z.number().nullable(),
});

const figureSchema = z.strictObject({
  name: z.string(),
  unit: z.enum(UNITS),
  /** Median. */
  eksSwap: z.number(),
  /** Median of what it is compared with, or the limit; null where a figure is only reported, as are `ratio`, `goal` and `met`. */
  reference: z.number().nullable(),
  /** Median of eks-swap by median of the reference; null too where the latter is 0. */
  ratio: z.number().nullable(),
  /** The largest ratio that is good. */
  goal: z.number().nullable(),
  met: z.boolean().nullable(),
  runs: z.int().min(1),
  /** That of the reference is null where it is a limit: nothing of it was measured, and it has no samples. */
  spread: z.strictObject({ eksSwap: spreadSchema, reference: spreadSchema.nullable() }),
  /** In the order in which they were taken; the two of one index were taken side by side. */
  samples: z.strictObject({ eksSwap: z.array(z.number()), reference: z.array(z.number()) }),
});

/** The machine that measured, and how busy it was when it began. */
const machineSchema = z.strictObject({
  day: z.iso.date(),
  processor: z.string(),
  cores: z.int(),
  memoryMiB: z.int(),
  kernel: z.string(),
  /** Load average of the minute before. */
  loadAtStart: z.number(),
  versions: z.record(z.string(), z.string()),
});

/** A file of `bench/results`. */
export const resultSchema = z.strictObject({ machine: machineSchema, figures: z.array(figureSchema).min(1) });

export type Figure = z.infer<typeof figureSchema>;
export type Result = z.infer<typeof resultSchema>;
type Spread = z.infer<typeof spreadSchema>;

/** Samples of one figure, not yet judged. */
export interface Measured {
  readonly name: string;
  readonly unit: (typeof UNITS)[number];
  readonly eksSwap: readonly number[];
  /** What eks-swap is compared with, measured in the same rounds. */
  readonly reference?: readonly number[];
  /** What eks-swap is compared with where that is given and not measured; in place of `reference`. */
  readonly limit?: number;
  readonly goal?: number;
}

/**
 * A figure of samples.
 * @throws Error when eks-swap and the reference were not measured equally often, there is a limit besides, or a goal has
 * nothing to be compared with
 */
export function judge({ name, unit, eksSwap, reference = [], limit, goal }: Measured): Figure {
  if (reference.length > 0 && reference.length !== eksSwap.length) {
    throw new Error(`${name}: ${eksSwap.length} runs of eks-swap and ${reference.length} of the reference`);
  }
  if (reference.length > 0 && limit !== undefined) throw new Error(`${name}: a limit besides a reference`);
  const spread = { eksSwap: spreadOf(eksSwap), reference: reference.length === 0 ? null : spreadOf(reference) };
  const compared = limit ?? spread.reference?.median ?? null;
  if (goal !== undefined && compared === null) throw new Error(`${name}: a goal without a reference`);
  const ratio = compared === null || compared === 0 ? null : round(spread.eksSwap.median / compared);
  return {
    name,
    unit,
    eksSwap: spread.eksSwap.median,
    reference: compared,
    ratio,
    goal: goal ?? null,
    // With a zero reference there is no ratio; only zero meets the goal.
    met: goal === undefined ? null : ratio === null ? spread.eksSwap.median <= 0 : ratio <= goal,
    runs: eksSwap.length,
    spread,
    samples: { eksSwap: eksSwap.map(round), reference: reference.map(round) },
  };
}

function spreadOf(samples: readonly number[]): Spread {
  const sorted = samples.toSorted((one, other) => one - other);
  const [minimum, maximum] = [sorted[0], sorted.at(-1)];
  if (minimum === undefined || maximum === undefined) throw new Error("a figure without samples");
  const middle = sorted.length >> 1;
  const median = ((sorted[middle] ?? minimum) + (sorted[sorted.length - 1 - middle] ?? minimum)) / 2;
  return {
    minimum: round(minimum),
    median: round(median),
    maximum: round(maximum),
    noise: maximum === minimum ? 0 : median === 0 ? null : round((maximum - minimum) / median),
  };
}

/** To three places: below what any clock here can tell apart. */
function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
