// Peaks survived: seeded random memory peaks of jobs on the same RAM, on a real kubelet: a node without swap, one with the
// published recipe, and one of eks-swap; and, as a benchmark of its own, eks-swap with and without zswap.
import type { Benchmark } from "./benchmark";
import type { Measured } from "./figure";
import { type Batch, runBatch } from "./peaks/batch";
import { peakFigures, zswapFigures } from "./peaks/figures";
import { JOBS, samplePeaks, SEED } from "./peaks/jobs";
import { type Kind, measureNodes, type Rounds } from "./peaks/node";

export const PEAKS_BENCHES: readonly Benchmark[] = [
  onNodes("peaks", ["no swap", "published recipe", "eks-swap"], peakFigures),
  onNodes("peaks-zswap", ["eks-swap", "eks-swap with zswap"], zswapFigures),
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
