// What an update changes in the settings of a pool, and which reason to replace nodes each change is behind.
import type { PoolSettings } from "../../config/settings";
import { compareAll, differ, differByKey, planDifferences } from "../../swap/plan-differences";
import type { Comparisons, Difference } from "../../swap/plan-differences";
import type { SwapPlan } from "../../swap/plan";
import type { SettingReason } from "./pool-changes";

/** A setting that differs, and what nodes would be replaced for; undefined where they never are. */
export interface SettingDifference extends Difference {
  readonly reason: SettingReason | undefined;
}

type NodePoolSettings = PoolSettings["nodePool"];
type Compare<T> = (before: T, after: T) => readonly SettingDifference[];

/** Everything that differs between two settings of the same pool. */
export function settingDifferences(before: PoolSettings, after: PoolSettings): readonly SettingDifference[] {
  return Object.values(SETTINGS).flatMap((compare) => compare(before, after));
}

/** Where the manifests show a key of the plan. */
const REASONS: Readonly<Record<keyof SwapPlan, SettingReason | undefined>> = {
  pool: undefined,
  swap: "userData",
  rootVolume: "volumes",
  swapVolume: "volumes",
  instanceStorePolicy: "instance store policy",
  kubelet: "kubelet settings",
  nodeConfig: "userData",
  requirements: "requirements",
  labels: "labels",
  taints: "taints",
  memoryRange: undefined,
  predicted: undefined,
};

const NODE_POOL: Readonly<Record<keyof NodePoolSettings, Compare<NodePoolSettings>>> = {
  disruption: (before, after) => withReason(undefined, compareAll(DISRUPTION, before.disruption, after.disruption)),
  limits: (before, after) => withReason(undefined, differByKey("limit", before.limits, after.limits)),
  weight: (before, after) => withReason(undefined, differ("weight", before.weight ?? "none", after.weight ?? "none")),
  expireAfter: (before, after) =>
    withReason("lifetime of nodes", differ("expireAfter", before.expireAfter, after.expireAfter)),
  terminationGracePeriod: (before, after) =>
    withReason(
      "termination grace period",
      differ("terminationGracePeriod", before.terminationGracePeriod, after.terminationGracePeriod),
    ),
};

const DISRUPTION: Comparisons<NodePoolSettings["disruption"]> = {
  consolidationPolicy: (before, after) =>
    differ("consolidationPolicy", before.consolidationPolicy, after.consolidationPolicy),
  consolidateAfter: (before, after) => differ("consolidateAfter", before.consolidateAfter, after.consolidateAfter),
  budgets: (before, after) => differ("budgets", describeBudgets(before.budgets), describeBudgets(after.budgets)),
};

const SETTINGS: Readonly<Record<keyof PoolSettings, Compare<PoolSettings>>> = {
  plan: (before, after) =>
    planDifferences(before.plan, after.plan).map(({ key, ...difference }) => ({ ...difference, reason: REASONS[key] })),
  amiSelector: (before, after) => withReason("AMI", differ("AMI", ami(before), ami(after))),
  nodePool: (before, after) => Object.values(NODE_POOL).flatMap((compare) => compare(before.nodePool, after.nodePool)),
  guard: (before, after) => withReason(undefined, differ("guard", before.guard, after.guard)),
};

function withReason(
  reason: SettingReason | undefined,
  differences: readonly Difference[],
): readonly SettingDifference[] {
  return differences.map((difference) => ({ ...difference, reason }));
}

function ami({ amiSelector }: PoolSettings): string {
  return "alias" in amiSelector ? amiSelector.alias : amiSelector.id;
}

/** `10% [Drifted] and 0 at 0 9 * * 1-5 for 8h`. */
function describeBudgets(budgets: NodePoolSettings["disruption"]["budgets"]): string {
  const texts = budgets.map(({ nodes, reasons, schedule, duration }) =>
    [
      nodes,
      ...(reasons === undefined ? [] : [`[${reasons.join(", ")}]`]),
      ...(schedule === undefined ? [] : [`at ${schedule}`]),
      ...(duration === undefined ? [] : [`for ${duration}`]),
    ].join(" "),
  );
  return texts.join(" and ") || "none";
}
