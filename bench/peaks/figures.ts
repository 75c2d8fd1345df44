// Figures of the rounds of peaks.
import type { Measured } from "../figure";
import { JOBS } from "./jobs";
import type { Batch } from "./batch";
import type { Kind, Rounds } from "./node";

/** That measure is the same on all nodes. */
export const FINISHED = "jobs finished";
const DONE = "batch done";

/** What is reported of every batch. */
export const MEASURES: readonly (readonly [name: string, unit: Measured["unit"], of: (batch: Batch) => number])[] = [
  [FINISHED, "jobs", ({ finished }) => finished],
  ["jobs finished by their first pod", "jobs", ({ unharmed }) => unharmed],
  ["pods killed, evicted or ended", "kills", ({ lostPods }) => lostPods],
  [DONE, "s", ({ seconds }) => seconds],
  ["time of a job", "s", ({ meanSeconds }) => meanSeconds],
  ["major faults", "faults", ({ majorFaults }) => majorFaults],
  ["all tasks stalled for memory", "s", ({ stalledSeconds }) => stalledSeconds],
];

/** Name of the figure of a measure on two nodes. */
export function peakName(measure: string, side: Kind, reference: Kind): string {
  return `peaks: ${measure}, ${side} compared with ${reference}`;
}

/** What eks-swap lost of all jobs, and each measure compared with a node without swap and one with the published recipe. */
export function peakFigures(rounds: Rounds<Batch>): readonly Measured[] {
  const lost: Measured = {
    name: "peaks: jobs that eks-swap lost or had to start again",
    unit: "jobs",
    eksSwap: rounds["eks-swap"].map(({ unharmed }) => JOBS - unharmed),
    limit: JOBS,
    goal: 0,
  };
  return [lost, ...compared(rounds, "eks-swap", "no swap"), ...compared(rounds, "eks-swap", "published recipe")];
}

/** Each measure with zswap compared with the same without. */
export function zswapFigures(rounds: Rounds<Batch>): readonly Measured[] {
  return compared(rounds, "eks-swap with zswap", "eks-swap");
}

function compared(rounds: Rounds<Batch>, side: Kind, reference: Kind): readonly Measured[] {
  return MEASURES.map(([name, unit, of]): Measured => {
    const judged = name === DONE && reference === "published recipe";
    return {
      name: peakName(name, side, reference),
      unit,
      eksSwap: rounds[side].map(of),
      reference: rounds[reference].map(of),
      // Not slower than the published recipe.
      ...(judged ? { goal: 1 } : {}),
    };
  });
}
