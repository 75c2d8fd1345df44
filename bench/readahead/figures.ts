// Figures of the rounds of jobs on the measuring machine.
import type { Measured } from "../figure";
import type { Sides } from "../interleave";
import { type HostBatch, type Touch, TOUCHES } from "./host";

/** What one side did in a round. */
export type Touched = Readonly<Record<Touch, HostBatch>>;

const DONE = "batch done";

/** What is reported of every batch. */
export const MEASURES: readonly (readonly [name: string, unit: Measured["unit"], of: (batch: HostBatch) => number])[] =
  [
    [DONE, "s", ({ seconds }) => seconds],
    ["major faults", "faults", ({ majorFaults }) => majorFaults],
    ["read from swap", "MiB", ({ readMiB }) => readMiB],
  ];

/** Name of the figure of a measure. */
export function readaheadName(bench: string, measure: string, touch: Touch): string {
  return `${bench}: ${measure}, memory touched ${touch}`;
}

/** Name of the figure of the batch without a limit of RAM. */
export function ramForAllName(bench: string): string {
  return readaheadName(bench, `${DONE} with RAM for all`, "sequentially");
}

/** Each measure compared with the reference, and the seconds with RAM for all. */
export function readaheadFigures(
  bench: string,
  { eksSwap, reference }: Sides<Touched>,
  ramForAll: readonly HostBatch[],
): readonly Measured[] {
  const compared = TOUCHES.flatMap((touch) =>
    MEASURES.map(([name, unit, of]): Measured => ({
      name: readaheadName(bench, name, touch),
      unit,
      eksSwap: eksSwap.map((touched) => of(touched[touch])),
      reference: reference.map((touched) => of(touched[touch])),
    })),
  );
  return [...compared, { name: ramForAllName(bench), unit: "s", eksSwap: ramForAll.map(({ seconds }) => seconds) }];
}
