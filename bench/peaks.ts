// Peaks survived: seeded random memory peaks of jobs on the same RAM, on a real kubelet: a node without swap, one with the
// recipe that this project replaces, one of ours, and one of ours with zswap.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { provideImage } from "../tests/boot/image";
import { missingEquipment } from "../tests/kube/equipment";
import { makeDisk } from "../tests/kube/node/disk";
import { prepareEquipment } from "../tests/kube/prepare";
import { NEWEST_KUBERNETES } from "../tests/kube/versions";
import type { Bench } from "./bench";
import { peakFigures, type Round } from "./peaks/figures";
import { JOBS, samplePeaks, SEED } from "./peaks/jobs";
import { type Batch, type Kind, KINDS, runBatch } from "./peaks/node";

export const peaks: Bench = {
  name: "peaks",
  about: `${JOBS} jobs whose peaks do not fit, on ${KINDS.length} nodes each round; needs what test:kube needs for nodes`,
  measure: async (runs, say, keep) => {
    const missing = missingEquipment(true);
    if (missing.length > 0) throw new Error(`peaks cannot be measured here:\n${missing.join("\n")}`);
    prepareEquipment(new Set(["machine"]), NEWEST_KUBERNETES, say);
    const image = provideImage(say);
    const folder = mkdtempSync(join(tmpdir(), "eks-swap-bench-"));
    const rounds: Round[] = [];
    try {
      const disk = makeDisk(folder, NEWEST_KUBERNETES, say);
      while (rounds.length < runs) {
        const drawn = samplePeaks(SEED + rounds.length);
        const batches: Partial<Record<Kind, Batch>> = {};
        for (const kind of rounds.length % 2 === 0 ? KINDS : KINDS.toReversed()) {
          const batch = await runBatch(kind, drawn, join(folder, "node"), disk, image);
          say(`${kind}: ${JSON.stringify(batch)}`);
          batches[kind] = batch;
        }
        rounds.push(whole(batches));
        await keep(peakFigures(rounds));
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
    return peakFigures(rounds);
  },
};

function whole(batches: Partial<Record<Kind, Batch>>): Round {
  const { "no swap": none, recipe, ours, "ours with zswap": zswap } = batches;
  if (none === undefined || recipe === undefined || ours === undefined || zswap === undefined) {
    throw new Error("a round has a batch of every kind of node");
  }
  return { "no swap": none, recipe, ours, "ours with zswap": zswap };
}
