// The rules as promtool sees them: well formed, and each alert fires when it must, with its words, and not otherwise.
import assert from "node:assert/strict";
import { join } from "node:path";
import { ALERTS } from "../../monitoring/alerts";
import { ALERT_CASES, rules, rulesWithoutSwap, unitTest } from "./alert-tests";
import { promtool, testRules, withRules } from "./promtool";

describe("the rules", () => {
  it("are what Prometheus takes for rules", () => {
    withRules(rules, (folder) => {
      const { passed, output } = promtool(["check", "rules", join(folder, "rules.yaml")]);
      assert.ok(passed, output);
    });
  });

  it("are what Prometheus takes for rules where no pool has swap", () => {
    withRules(rulesWithoutSwap, (folder) => {
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
