// Figures of making swap files.
import type { Measured } from "../figure";

const SMALLEST_GIB = 1;
export const SIZES_GIB = [SMALLEST_GIB, 8, 30];

/** Milliseconds by the size in GiB, of one round. */
export type Sizes = ReadonlyMap<number, number>;

/** Each size compared with the smallest. The goal is the whole unit's, of which this is a part. */
export function swapFileFigures(rounds: readonly Sizes[]): readonly Measured[] {
  const sampled = (size: number): readonly number[] => rounds.flatMap((round) => round.get(size) ?? []);
  return SIZES_GIB.filter((size) => size !== SMALLEST_GIB).map((size) => ({
    name: swapFileName(size),
    unit: "ms",
    eksSwap: sampled(size),
    reference: sampled(SMALLEST_GIB),
  }));
}

/** Name of the figure of a size. */
export function swapFileName(sizeGiB: number): string {
  return `swap-file: made and on, ${sizeGiB} GiB compared with ${SMALLEST_GIB} GiB`;
}
