// Density: what a node holds of jobs above their request before it takes the first one away, on a real kubelet.
import type { Benchmark } from "./benchmark";
import type { Measured } from "./figure";
import { type Kind, measureNodes, type Rounds } from "./peaks/node";
import { type Held, RAMP_JOBS, RAMP_PEAK_MIB, runRamp } from "./peaks/ramp";

/** What is told of every node. */
export const HELD: readonly (readonly [name: string, unit: Measured["unit"], of: (held: Held) => number])[] = [
  ["memory of jobs when the first was lost", "MiB", ({ mebibytes }) => mebibytes],
  ["jobs at their peak then", "jobs", ({ jobs }) => jobs],
];

/** The nodes that are compared, and with which ours is. */
const DENSITY_KINDS = ["no swap", "recipe", "ours"] as const satisfies readonly Kind[];
const REFERENCES = ["no swap", "recipe"] as const;

export const density: Benchmark = {
  name: "density",
  about: `up to ${RAMP_JOBS} jobs of ${RAMP_PEAK_MIB} MiB, on ${DENSITY_KINDS.length} nodes each round; needs what peaks needs`,
  measure: (...rounds) =>
    measureNodes({ name: "density", kinds: DENSITY_KINDS, use: runRamp, figuresOf: densityFigures }, ...rounds),
};

/** Name of the figure of a measure on ours and another node. */
export function densityName(measure: string, reference: Kind): string {
  return `density: ${measure}, ours against ${reference}`;
}

/** Each measure of ours against each of the others. */
export function densityFigures(rounds: Rounds<Held>): readonly Measured[] {
  return REFERENCES.flatMap((reference) =>
    HELD.map(([name, unit, of]): Measured => ({
      name: densityName(name, reference),
      unit,
      ours: rounds.ours.map(of),
      reference: rounds[reference].map(of),
    })),
  );
}
