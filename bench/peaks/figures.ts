// What the rounds of a batch of peaks come to.
import type { Measured } from "../figure";
import { JOBS } from "./jobs";
import type { Batch } from "./batch";
import type { Kind, Rounds } from "./node";

/** Measures by name, of those that are looked at by themselves. */
export const DONE = "batch done";
export const MAJOR_FAULTS = "major faults";

/** What is told of every batch. */
export const MEASURES: readonly (readonly [name: string, unit: Measured["unit"], of: (batch: Batch) => number])[] = [
  ["jobs finished", "jobs", ({ finished }) => finished],
  ["jobs finished by their first pod", "jobs", ({ unharmed }) => unharmed],
  ["pods killed, evicted or ended", "kills", ({ lostPods }) => lostPods],
  [DONE, "s", ({ seconds }) => seconds],
  ["time of a job", "s", ({ meanSeconds }) => meanSeconds],
  [MAJOR_FAULTS, "faults", ({ majorFaults }) => majorFaults],
  ["all tasks stalled for memory", "s", ({ stalledSeconds }) => stalledSeconds],
];

/** Name of the figure of a measure on two nodes. */
export function peakName(measure: string, ours: Kind, reference: Kind): string {
  return `peaks: ${measure}, ${ours} against ${reference}`;
}

/** What ours lost of all jobs, and each measure of ours against a node without swap and one with the recipe. */
export function peakFigures(rounds: Rounds<Batch>): readonly Measured[] {
  const lost: Measured = {
    name: "peaks: jobs that ours lost or had to begin anew, of all of the batch",
    unit: "jobs",
    ours: rounds.ours.map(({ unharmed }) => JOBS - unharmed),
    limit: JOBS,
    goal: 0,
  };
  return [lost, ...compared(rounds, "ours", "no swap"), ...compared(rounds, "ours", "recipe")];
}

/** Each measure of ours with zswap against ours. */
export function zswapFigures(rounds: Rounds<Batch>): readonly Measured[] {
  return compared(rounds, "ours with zswap", "ours");
}

function compared(rounds: Rounds<Batch>, ours: Kind, reference: Kind): readonly Measured[] {
  return MEASURES.map(([name, unit, of]): Measured => {
    const judged = name === DONE && reference === "recipe";
    return {
      name: peakName(name, ours, reference),
      unit,
      ours: rounds[ours].map(of),
      reference: rounds[reference].map(of),
      // Not slower than the recipe.
      ...(judged ? { goal: 1 } : {}),
    };
  });
}
