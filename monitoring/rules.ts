// The rule file for some pools.
import type { SwapPlan } from "../swap/plan";
import { ALERT_GROUP } from "./alerts";
import { CONTAINER_GROUP } from "./container-rules";
import { nodeGroup } from "./node-rules";
import { plannedTotals, poolGroup, swapPools } from "./pool-rules";
import type { RuleFile } from "./rule";

/** Recording rules and alerts for pools; those without swap have no part in them. */
export function describeRules(plans: readonly SwapPlan[]): RuleFile {
  const pools = swapPools(plans);
  return { groups: [poolGroup(pools), nodeGroup(plannedTotals(pools)), CONTAINER_GROUP, ALERT_GROUP] };
}
