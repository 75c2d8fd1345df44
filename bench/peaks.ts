// Peaks survived: seeded random memory peaks of jobs on the same RAM, on a real kubelet: a node without swap, one with the
// recipe that this project replaces, and one of ours; and, for itself, ours beside ours with zswap.
import type { Benchmark } from "./benchmark";
import type { Measured } from "./figure";
import { type Batch, runBatch } from "./peaks/batch";
import { peakFigures, zswapFigures } from "./peaks/figures";
import { JOBS, samplePeaks, SEED } from "./peaks/jobs";
import { type Kind, measureNodes, type Rounds } from "./peaks/node";

export const peaksBenches: readonly Benchmark[] = [
  onNodes("peaks", ["no swap", "recipe", "ours"], peakFigures),
  onNodes("peaks-zswap", ["ours", "ours with zswap"], zswapFigures),
];

function onNodes(
  name: string,
  kinds: readonly Kind[],
  figuresOf: (rounds: Rounds<Batch>) => readonly Measured[],
): Benchmark {
  return {
    name,
    about: `${JOBS} jobs whose peaks do not fit, on ${kinds.join(", ")}; needs what test:kube needs for nodes`,
    measure: (...rounds) =>
      measureNodes(
        { name, kinds, use: (machine, pods, round) => runBatch(machine, pods, samplePeaks(SEED + round)), figuresOf },
        ...rounds,
      ),
  };
}
