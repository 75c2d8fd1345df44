// The alerts' cases as promtool's unit tests, over the rules of pools of every backing.
import { describeRules } from "../../monitoring/rules";
import { planPool } from "../../swap/plan";
import { ebsPool, everythingPool, instanceStorePool } from "../support/pools";
import type { AlertCase } from "./alert-case";
import { KUBELET_CASES } from "./alert-cases-kubelet";
import { SWAP_CASES } from "./alert-cases-swap";
import { seriesOf, toInput } from "./node-series";

const withoutSwap = planPool(ebsPool({}, { name: "plain", swap: undefined }), "amd64");

/** Rules of pools of which one has no swap. */
export const rules = describeRules([
  ...[ebsPool(), instanceStorePool(), everythingPool()].map((pool) => planPool(pool, "amd64")),
  withoutSwap,
]);

/** Rules where no pool has swap. */
export const rulesWithoutSwap = describeRules([withoutSwap]);

/** The cases of each alert. */
export const ALERT_CASES: Readonly<Record<string, readonly AlertCase[]>> = { ...SWAP_CASES, ...KUBELET_CASES };

/** A case as an entry of `tests` in a file for `promtool test rules`. */
export function unitTest(alertname: string, { nodes, fires, after = "40m" }: AlertCase) {
  return {
    interval: "1m",
    input_series: nodes.flatMap(seriesOf).map(toInput),
    alert_rule_test: [
      {
        alertname,
        eval_time: after,
        exp_alerts: fires.map(({ labels, summary, description }) => ({
          exp_labels: labels,
          exp_annotations: { summary, description, runbook: `docs/runbooks/${alertname}.md` },
        })),
      },
    ],
  };
}
