// How swap is read back: the jobs of peaks on this machine's own processor and kernel, as on a node of eks-swap and with the
// kernel's default readahead; and with and without zswap. A machine of the rig is emulated, where what a page costs the processor hides what
// it costs the disk.
import { effectivePageCluster } from "../swap/watermarks";
import { providePodProgram } from "../tests/kube/node/disk";
import type { Benchmark } from "./benchmark";
import { takeTurns } from "./interleave";
import { samplePeaks, SEED } from "./peaks/jobs";
import { readaheadFigures, type Touched } from "./readahead/figures";
import { type HostBatch, type Reading, type Touch, withSwap } from "./readahead/host";

/** Of the kernel: swap_setup, https://github.com/torvalds/linux/blob/v6.12/mm/swap.c */
const KERNEL_PAGE_CLUSTER = 3;

const EKS_SWAP: Reading = { pageCluster: effectivePageCluster("auto"), zswap: false };

export const READAHEAD_BENCHES: readonly Benchmark[] = [
  onHost("readahead", "swap read back as by eks-swap and by the kernel's default", EKS_SWAP, {
    ...EKS_SWAP,
    pageCluster: KERNEL_PAGE_CLUSTER,
  }),
  onHost("zswap", "with zswap and without", { ...EKS_SWAP, zswap: true }, EKS_SWAP),
];

function onHost(name: string, about: string, eksSwap: Reading, reference: Reading): Benchmark {
  return {
    name,
    about: `the jobs of peaks on this machine itself, ${about}; needs root, no swap, cgroup v1, 6 GiB of RAM and 5 of disk`,
    measure: async (runs, say, keep) => {
      const program = providePodProgram(say);
      const ram: HostBatch[] = [];
      const sides: { readonly eksSwap: Touched[]; readonly reference: Touched[] } = { eksSwap: [], reference: [] };
      const figures = () => readaheadFigures(name, sides, ram);
      await withSwap(async (host) => {
        while (ram.length < runs) {
          const round = ram.length;
          const peaks = samplePeaks(SEED + round);
          const side = (reading: Reading) => async (): Promise<Touched> => {
            const run = (touch: Touch) => host.swap(program, peaks, touch, reading);
            const touched = { sequentially: await run("sequentially"), "at random": await run("at random") };
            say(`${JSON.stringify(reading)}: ${JSON.stringify(touched)}`);
            return touched;
          };
          const taken = await takeTurns(round, side(eksSwap), side(reference));
          sides.eksSwap.push(taken.eksSwap);
          sides.reference.push(taken.reference);
          ram.push(await host.ram(program, peaks));
          await keep(figures());
        }
      });
      return figures();
    },
  };
}
