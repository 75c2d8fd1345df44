// The making of a swap file by the node's own functions, on the processor and kernel of the machine that measures: the one
// part of the unit that could grow with the size. In a boot of the rig it is lost in the noise of an emulated processor.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Benchmark } from "./benchmark";
import { inTurns } from "./interleave";
import { swapFileFigures, SIZES_GIB, type Sizes } from "./swap-file/figures";

const SCRIPT = join(__dirname, "swap-file", "make-swap.sh");
const FUNCTIONS = join(__dirname, "..", "userdata", "node", "swap-file.sh");

export const SWAP_FILE: Benchmark = {
  name: "swap-file",
  about: `fallocate, mkswap and swapon of ${SIZES_GIB.join(", ")} GiB by the node's functions; needs root and XFS`,
  measure: async (runs) => {
    const folder = mkdtempSync(join(tmpdir(), "eks-swap-bench-"));
    try {
      const rounds = Array.from({ length: runs }, (_, round): Sizes => {
        return new Map(inTurns(round, SIZES_GIB).map((size) => [size, milliseconds(folder, size)]));
      });
      return swapFileFigures(rounds);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

function milliseconds(folder: string, sizeGiB: number): number {
  const printed = execFileSync(SCRIPT, [FUNCTIONS, folder, String(sizeGiB)], { encoding: "utf8" });
  const microseconds = Number(printed);
  if (!(microseconds > 0)) throw new Error(`${SCRIPT} printed "${printed}", not microseconds`);
  return microseconds / 1000;
}
