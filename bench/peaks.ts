// Peaks survived: seeded random memory peaks of jobs on the same RAM, on a real kubelet: a node without swap, one with the
// recipe that this project replaces, one of ours, and one of ours with zswap.
import type { Bench } from "./bench";
import { runBatch } from "./peaks/batch";
import { peakFigures } from "./peaks/figures";
import { JOBS, samplePeaks, SEED } from "./peaks/jobs";
import { KINDS, measureNodes } from "./peaks/node";

export const peaks: Bench = {
  name: "peaks",
  about: `${JOBS} jobs whose peaks do not fit, on ${KINDS.length} nodes each round; needs what test:kube needs for nodes`,
  measure: async (runs, say, keep) =>
    peakFigures(
      await measureNodes(
        {
          name: "peaks",
          kinds: KINDS,
          use: (machine, pods, round) => runBatch(machine, pods, samplePeaks(SEED + round)),
        },
        runs,
        say,
        (rounds) => keep(peakFigures(rounds)),
      ),
    ),
};
