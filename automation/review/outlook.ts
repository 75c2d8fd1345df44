// What an update means for a pool: how many nodes are replaced, and for which settings, with their values.
import type { PoolSettings, Settings } from "../../config/settings";
import type { Difference } from "../../swap/plan-differences";
import { renderUserData } from "../../userdata/swap-fragments";
import type { PoolChange } from "./pool-changes";
import { settingDifferences } from "./setting-changes";

/** A setting of a pool that an update changes. */
export interface SettingChange extends Difference {
  /** False for what takes effect on running nodes, or concerns no node. */
  readonly replacesNodes: boolean;
}

/** A pool, what happens to it, and how many nodes it has now. */
export interface PoolOutlook extends PoolChange {
  /** Null when the cluster could not be read. */
  readonly nodes: number | null;
  /** Settings that differ from those of the last update that succeeded; empty when those are not known. */
  readonly changes: readonly SettingChange[];
  /** Those of `reasons` that none of `changes` explains. */
  readonly unexplained: readonly string[];
}

/** What is known besides the manifests. */
export interface OutlookFacts {
  /** Nodes by pool; undefined when the cluster was not read. */
  readonly nodes: ReadonlyMap<string, number> | undefined;
  /** Settings of the last update that succeeded; undefined when they are not known. */
  readonly last: Pick<Settings, "pools"> | undefined;
  readonly next: Pick<Settings, "pools">;
}

/** Puts together what the manifests, the cluster and the settings say of each pool. */
export function poolOutlooks(
  pools: readonly PoolChange[],
  { nodes, last, next }: OutlookFacts,
): readonly PoolOutlook[] {
  return pools.map((pool) => ({
    ...pool,
    nodes: nodes === undefined ? null : (nodes.get(pool.pool) ?? 0),
    ...explain(pool, settingsOf(last, pool), settingsOf(next, pool)),
  }));
}

function explain(
  { kind, reasons, userData }: PoolChange,
  last: PoolSettings | undefined,
  next: PoolSettings | undefined,
): Pick<PoolOutlook, "changes" | "unexplained"> {
  if (last === undefined || next === undefined || kind === "add") return { changes: [], unexplained: reasons };
  const differences = settingDifferences(last, next);
  const explained = new Set<string | undefined>(differences.map(({ reason }) => reason));
  // Where it is not what the last settings give, another version of the program made it, or an update that failed.
  if (renderUserData(last.plan) === userData.before) explained.add("userData");
  else explained.delete("userData");
  return {
    changes: differences.map(({ reason, ...difference }) => ({
      ...difference,
      replacesNodes: reason !== undefined && reasons.includes(reason),
    })),
    unexplained: reasons.filter((reason) => !explained.has(reason)),
  };
}

function settingsOf(settings: Pick<Settings, "pools"> | undefined, { pool }: PoolChange): PoolSettings | undefined {
  return settings?.pools.find(({ plan }) => plan.pool === pool);
}
