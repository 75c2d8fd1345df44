// Whether the kernel swaps before the kubelet evicts on the nodes of a pool, and whether the kubelet evicts at all.
import { poolOutlook, type NodeOutlook } from "../../swap/outlook";
import { MIB } from "../../swap/quantity";
import type { MemoryRange } from "../../swap/requirements";
import type { Problem } from "../catalogue/problems";
import type { Report } from "./report";
import { swapDesign, type PoolConfig } from "../schema/pool";

/** Part of RAM that may be kept free before it is worth a warning. */
const MOST_KEPT_FREE = 0.25;

/** Warnings; none for a pool without swap. */
export function checkMemoryPressure(
  pool: Pick<PoolConfig, "swap" | "evictionHard">,
  range: MemoryRange,
  report: Report,
): readonly Problem[] {
  const swap = swapDesign(pool.swap);
  if (swap === undefined) return [];
  const threshold = pool.evictionHard["memory.available"] ?? "0";
  const path = ["evictionHard", "memory.available"];
  return poolOutlook(pool.evictionHard, swap.sysctls, range).flatMap((node) => {
    const memory = inMebibytes(node.memTotalBytes);
    const problems: Problem[] = [];
    if (node.eviction.first !== "swap") {
      const parameters = { memory, ...describeEviction(node) };
      problems.push(report("eviction-before-swap", path, threshold, parameters));
    }
    if (!node.canEvict) problems.push(report("eviction-never", path, threshold, { memory }));
    if (node.watermarks.highBytes > node.memTotalBytes * MOST_KEPT_FREE) {
      const parameters = { memory, free: inMebibytes(node.watermarks.highBytes) };
      problems.push(report("watermarks-too-high", ["swap", "sysctls"], swap.sysctls, parameters));
    }
    return problems;
  });
}

function describeEviction({ eviction }: NodeOutlook) {
  const evicts = Math.max(eviction.nodeSignalBelowFreeBytes, eviction.allocatableSignalBelowFreeBytes);
  return { signal: eviction.first, evicts: inMebibytes(evicts), swaps: inMebibytes(eviction.swapsBelowFreeBytes) };
}

function inMebibytes(bytes: number): string {
  return `${Math.round(bytes / MIB)}Mi`;
}
