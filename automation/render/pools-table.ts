// The pools of a stack for people: a block for each, since a row of all its columns is wider than a terminal.
import type { PoolSummary } from "../../swap/summary";
import { GIB } from "../../swap/quantity";

/** A block per pool, a line per property; those that the pool does not have are left out. */
export function formatPools(pools: readonly PoolSummary[]): string {
  return pools.map(formatPool).join("\n");
}

function formatPool(pool: PoolSummary): string {
  const lines: readonly (readonly [name: string, value: string | null])[] = [
    ["backings", pool.backings.join(", then ") || "none"],
    ["swap", pool.swapSize],
    ["root volume", pool.rootVolume],
    ["swap volume", pool.swapVolume],
    ["on failure", pool.onFailure],
    ["swap per GiB of request", formatRange(pool.swapPerRequestedGiB)],
    ...Object.entries(pool.labels).map(([key, value]) => ["label", `${key}=${value}`] as const),
  ];
  const width = Math.max(...lines.map(([name]) => name.length));
  return [
    `pool ${pool.pool}`,
    ...lines.flatMap(([name, value]) => (value === null ? [] : [`  ${name.padEnd(width)}  ${value}`])),
  ].join("\n");
}

function formatRange(range: PoolSummary["swapPerRequestedGiB"]): string | null {
  if (range === null) return null;
  const [least, most] = [range.leastBytes, range.mostBytes].map((bytes) => `${(bytes / GIB).toFixed(2)} GiB`);
  return least === most ? String(least) : `${String(least)} to ${String(most)}`;
}
