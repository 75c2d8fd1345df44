// Density: how many jobs above their request a node holds before it loses one, on a real kubelet.
import type { Benchmark } from "./benchmark";
import type { Measured } from "./figure";
import { type Kind, measureNodes, type Rounds } from "./peaks/node";
import { type Held, RAMP_JOBS, RAMP_PEAK_MIB, runRamp } from "./peaks/ramp";

/** What is reported of every node. */
export const HELD: readonly (readonly [name: string, unit: Measured["unit"], of: (held: Held) => number])[] = [
  ["memory of jobs when the first was lost", "MiB", ({ mebibytes }) => mebibytes],
  ["jobs at their peak then", "jobs", ({ jobs }) => jobs],
];

/** The nodes that are measured, and those that eks-swap is compared with. */
const DENSITY_KINDS = ["no swap", "published recipe", "eks-swap"] as const satisfies readonly Kind[];
const REFERENCES = ["no swap", "published recipe"] as const;

export const DENSITY: Benchmark = {
  name: "density",
  about: `up to ${RAMP_JOBS} jobs of ${RAMP_PEAK_MIB} MiB, on ${DENSITY_KINDS.length} nodes each round; needs what peaks needs`,
  measure: (...rounds) =>
    measureNodes({ name: "density", kinds: DENSITY_KINDS, use: runRamp, figuresOf: densityFigures }, ...rounds),
};

/** Name of the figure of a measure, compared with another node. */
export function densityName(measure: string, reference: Kind): string {
  return `density: ${measure}, eks-swap compared with ${reference}`;
}

/** Each measure of eks-swap compared with each of the others. */
export function densityFigures(rounds: Rounds<Held>): readonly Measured[] {
  return REFERENCES.flatMap((reference) =>
    HELD.map(([name, unit, of]): Measured => ({
      name: densityName(name, reference),
      unit,
      eksSwap: rounds["eks-swap"].map(of),
      reference: rounds[reference].map(of),
    })),
  );
}
