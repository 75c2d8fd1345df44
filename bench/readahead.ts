// Readahead of swap: the jobs of peaks on this machine's own processor and kernel, swap read as on a node of ours against the
// kernel's default. A machine of the rig is emulated, where what a page costs the processor hides what it costs the disk.
import { effectivePageCluster } from "../swap/watermarks";
import { providePodProgram } from "../tests/kube/node/disk";
import type { Bench } from "./bench";
import { takeTurns } from "./interleave";
import { samplePeaks, SEED } from "./peaks/jobs";
import { readaheadFigures, type Touched } from "./readahead/figures";
import { type HostBatch, type Touch, withSwap } from "./readahead/host";

/** Of the kernel: swap_setup, https://github.com/torvalds/linux/blob/v6.12/mm/swap.c */
const KERNEL_PAGE_CLUSTER = 3;

export const readahead: Bench = {
  name: "readahead",
  about: "the jobs of peaks on this machine itself; needs root, no swap, cgroup v1, 6 GiB of RAM and 5 of disk",
  measure: async (runs, say, keep) => {
    const program = providePodProgram(say);
    const ram: HostBatch[] = [];
    const sides: { readonly ours: Touched[]; readonly reference: Touched[] } = { ours: [], reference: [] };
    await withSwap(async (host) => {
      while (ram.length < runs) {
        const round = ram.length;
        const peaks = samplePeaks(SEED + round);
        const side = (pageCluster: number) => async (): Promise<Touched> => {
          const run = (touch: Touch) => host.swap(program, peaks, touch, pageCluster);
          const touched = { "in order": await run("in order"), scattered: await run("scattered") };
          say(`page-cluster ${pageCluster}: ${JSON.stringify(touched)}`);
          return touched;
        };
        const taken = await takeTurns(round, side(effectivePageCluster("auto")), side(KERNEL_PAGE_CLUSTER));
        sides.ours.push(taken.ours);
        sides.reference.push(taken.reference);
        ram.push(await host.ram(program, peaks));
        await keep(readaheadFigures(sides, ram));
      }
    });
    return readaheadFigures(sides, ram);
  },
};
