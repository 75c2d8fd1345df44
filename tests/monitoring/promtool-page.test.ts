// What promtool prints for the rules and their unit tests is what docs/monitoring.md shows; UPDATE_GOLDEN=1 writes it there.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { RuleFile } from "../../monitoring/rule";
import { ALERT_CASES, rules, unitTest } from "./alert-tests";
import { promtool, testFile, withRules } from "./promtool";

const page = join(__dirname, "..", "..", "docs", "monitoring.md");
const PLACE = /(?<=<!-- promtool -->\n)[^]*(?=<!-- end of promtool -->)/;

/** An alert and a threshold of it that is altered, to show that its unit test sees that. */
const ALTERED = { alert: "EksSwapNearlyFull", from: "> 0.9", to: "> 0.99" } as const;

/** The rules with one threshold altered. */
function altered(): RuleFile {
  const groups = rules.groups.map(({ name, rules: all }) => ({
    name,
    rules: all.map((rule) =>
      "alert" in rule && rule.alert === ALTERED.alert
        ? { ...rule, expr: rule.expr.replace(ALTERED.from, ALTERED.to) }
        : rule,
    ),
  }));
  assert.notDeepEqual(groups, rules.groups);
  return { groups };
}

function record(folder: string, parameters: readonly string[], isRight: boolean): string {
  const { passed, output } = promtool(parameters, folder);
  assert.equal(passed, isRight, output);
  const lines = output.split("\n").map((line) => line.trimEnd());
  return [`$ promtool ${parameters.join(" ")}`, ...lines.filter((line) => line !== "")].join("\n");
}

/** One file of unit tests for each alert, with all its cases. */
function writeTests(folder: string, alerts: readonly string[]): readonly string[] {
  return alerts.map((alert) => {
    const name = `${alert}.test.yaml`;
    writeFileSync(
      join(folder, name),
      testFile(
        rules,
        (ALERT_CASES[alert] ?? []).map((one) => unitTest(alert, one)),
      ),
    );
    return name;
  });
}

function fence(text: string): string {
  return `\`\`\`console\n${text}\n\`\`\`\n`;
}

describe("what promtool prints", () => {
  it("is what docs/monitoring.md shows: well formed, each alert's cases right, and wrong where a threshold is altered", () => {
    const right = withRules(rules, (folder) => {
      const tests = writeTests(folder, Object.keys(ALERT_CASES));
      return [
        record(folder, ["check", "rules", "rules.yaml"], true),
        record(folder, ["test", "rules", ...tests], true),
      ];
    });
    const wrong = withRules(altered(), (folder) =>
      record(folder, ["test", "rules", ...writeTests(folder, [ALTERED.alert])], false),
    );
    const words = `The same cases of ${ALTERED.alert}, with \`${ALTERED.from}\` in the rule altered to \`${ALTERED.to}\`:`;
    const text = `\n${fence(right.join("\n"))}\n${words}\n\n${fence(wrong)}\n`;
    const written = readFileSync(page, "utf8");
    assert.match(written, PLACE);
    const expected = written.replace(PLACE, () => text);
    if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(page, expected);
    assert.equal(readFileSync(page, "utf8"), expected);
  });
});
