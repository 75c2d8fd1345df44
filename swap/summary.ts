// A plan in the few words that a person wants to see of it.
import type { PlannedVolume, SwapPlan } from "./plan";
import { predictedSwapLimit } from "./prediction";
import { formatQuantity, GIB } from "./quantity";
import { describeSize } from "./size";
import type { Backing, OnFailure } from "./vocabulary";

/** A pool in a table. */
export interface PoolSummary {
  readonly pool: string;
  /** In the order in which the node tries them; empty for a pool without swap. */
  readonly backings: readonly Backing[];
  readonly swapSize: string;
  readonly onFailure: OnFailure | null;
  readonly rootVolume: string;
  /** The dedicated swap volume; null where there is none. */
  readonly swapVolume: string | null;
  readonly labels: Readonly<Record<string, string>>;
  /** Swap in bytes of a Burstable container per GiB of its memory request, on the largest and on the smallest node. */
  readonly swapPerRequestedGiB: { readonly leastBytes: number; readonly mostBytes: number } | null;
}

/** Sums a plan up. */
export function summarizePool({ pool, swap, rootVolume, swapVolume, labels, memoryRange }: SwapPlan): PoolSummary {
  return {
    pool,
    backings: swap?.backings ?? [],
    swapSize: swap ? describeSize(swap, formatQuantity) : "0",
    onFailure: swap?.onFailure ?? null,
    rootVolume: describeVolume(rootVolume),
    swapVolume: swapVolume && describeVolume(swapVolume),
    labels,
    swapPerRequestedGiB:
      swap && memoryRange
        ? {
            leastBytes: predictedSwapLimit(swap, memoryRange.largestBytes, GIB),
            mostBytes: predictedSwapLimit(swap, memoryRange.smallestBytes, GIB),
          }
        : null,
  };
}

/** `80Gi gp3`. */
export function describeVolume({ sizeGiB, type }: PlannedVolume): string {
  return `${sizeGiB}Gi ${type}`;
}
