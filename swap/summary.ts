// A plan in the few words that a person wants to see of it.
import { limitedSwap } from "./limited-swap";
import { swapTotalBytes, type SwapPlan } from "./plan";
import { formatQuantity, GIB } from "./quantity";
import type { Backing, OnFailure } from "./vocabulary";

/** A pool in a table. */
export interface PoolSummary {
  readonly pool: string;
  /** The ladder, first rung first; empty for a pool without swap. */
  readonly backings: readonly Backing[];
  readonly swapSize: string;
  readonly onFailure: OnFailure | null;
  readonly rootVolume: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Swap in bytes of a Burstable container per GiB of its memory request, on the largest and on the smallest node. */
  readonly swapPerRequestedGiB: { readonly leastBytes: number; readonly mostBytes: number } | null;
}

/** Sums a plan up. */
export function summarizePool({ pool, swap, rootVolume, labels, memoryRange }: SwapPlan): PoolSummary {
  return {
    pool,
    backings: swap?.backings ?? [],
    swapSize: formatQuantity(swap?.sizeBytes ?? 0),
    onFailure: swap?.onFailure ?? null,
    rootVolume: `${String(rootVolume.sizeGiB)}Gi ${rootVolume.type}`,
    labels,
    swapPerRequestedGiB:
      swap && memoryRange
        ? {
            leastBytes: perRequestedGiB(swap.sizeBytes, memoryRange.largestBytes),
            mostBytes: perRequestedGiB(swap.sizeBytes, memoryRange.smallestBytes),
          }
        : null,
  };
}

function perRequestedGiB(sizeBytes: number, memTotalBytes: number): number {
  return limitedSwap(
    { memTotalBytes, swapTotalBytes: swapTotalBytes(sizeBytes), swapBehavior: "LimitedSwap" },
    { qosClass: "Burstable", isStatic: false, priority: 0 },
    { requestBytes: GIB },
  ).swapLimitBytes;
}
