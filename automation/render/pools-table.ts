// The pools of a stack as a table for people.
import Table from "cli-table3";
import type { PoolSummary } from "../../swap/summary";
import { GIB } from "../../swap/quantity";

/** One row per pool. */
export function formatPools(pools: readonly PoolSummary[]): string {
  const table = new Table({
    head: ["pool", "backings", "swap", "root volume", "swap volume", "on failure", "swap per GiB of request", "labels"],
    style: { head: [], border: [] },
  });
  for (const pool of pools) {
    table.push([
      pool.pool,
      pool.backings.join(",\nthen ") || "none",
      pool.swapSize,
      pool.rootVolume,
      pool.swapVolume ?? "",
      pool.onFailure ?? "",
      formatRange(pool.swapPerRequestedGiB),
      Object.entries(pool.labels)
        .map(([key, value]) => `${key}=${value}`)
        .join("\n"),
    ]);
  }
  return table.toString();
}

function formatRange(range: PoolSummary["swapPerRequestedGiB"]): string {
  if (range === null) return "";
  const [least, most] = [range.leastBytes, range.mostBytes].map((bytes) => `${(bytes / GIB).toFixed(2)} GiB`);
  return least === most ? String(least) : `${String(least)} to ${String(most)}`;
}
