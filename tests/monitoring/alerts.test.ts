// The rules as promtool sees them: well formed, and each alert fires when it must, with its words, and not otherwise.
import assert from "node:assert/strict";
import { join } from "node:path";
import { ALERTS } from "../../monitoring/alerts";
import { describeRules } from "../../monitoring/rules";
import { planPool } from "../../swap/plan";
import { ebsPool, everythingPool, instanceStorePool } from "../support/pools";
import type { AlertCase } from "./alert-case";
import { KUBELET_CASES } from "./alert-cases-kubelet";
import { SWAP_CASES } from "./alert-cases-swap";
import { seriesOf } from "./node-series";
import { promtool, testRules, toInput, withRules } from "./promtool";

const plain = ebsPool({}, { name: "plain", swap: undefined });
const rules = describeRules(
  [ebsPool(), instanceStorePool(), everythingPool(), plain].map((pool) => planPool(pool, "amd64")),
);

const ALERT_CASES = { ...SWAP_CASES, ...KUBELET_CASES };

function unitTest(alertname: string, { nodes, fires, after = "40m" }: AlertCase) {
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

describe("the rules", () => {
  it("are what Prometheus takes for rules", () => {
    withRules(rules, (folder) => {
      const { passed, output } = promtool(["check", "rules", join(folder, "rules.yaml")]);
      assert.ok(passed, output);
    });
  });

  it("are what Prometheus takes for rules where no pool has swap", () => {
    withRules(describeRules([planPool(plain, "amd64")]), (folder) => {
      const { passed, output } = promtool(["check", "rules", join(folder, "rules.yaml")]);
      assert.ok(passed, output);
    });
  });
});

describe("the alerts", () => {
  it("each have a case in which they fire and one in which they do not", () => {
    assert.deepEqual(Object.keys(ALERT_CASES).toSorted(), ALERTS.map(({ alert }) => alert).toSorted());
    for (const [alert, cases] of Object.entries(ALERT_CASES)) {
      assert.ok(
        cases.some(({ fires }) => fires.length > 0),
        `${alert} never fires`,
      );
      assert.ok(
        cases.some(({ fires }) => fires.length === 0),
        `${alert} always fires`,
      );
    }
  });

  for (const [alert, cases] of Object.entries(ALERT_CASES)) {
    for (const one of cases) {
      it(`${alert} ${one.fires.length > 0 ? "fires" : "does not fire"}: ${one.title}`, () => {
        const { passed, output } = testRules(rules, [unitTest(alert, one)]);
        assert.ok(passed, output);
      });
    }
  }
});
