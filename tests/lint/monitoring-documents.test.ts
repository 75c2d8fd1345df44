// docs/monitoring.md has the alerts and the series of the rules, every alert has its page, and the dashboard is what is built.
import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { format } from "prettier";
import { ALERTS } from "../../monitoring/alerts";
import { ROWS } from "../../monitoring/panels";
import { describeRules } from "../../monitoring/rules";
import { SOURCES } from "../../monitoring/series";
import { buildDashboard } from "../../scripts/dashboard";
import { planPool } from "../../swap/plan";
import { everythingPool } from "../support/pools";

const docs = join(__dirname, "..", "..", "docs");
const page = join(docs, "monitoring.md");
const dashboard = join(__dirname, "..", "..", "monitoring", "dashboard.json");

const alerts = [
  "| alert | severity | after |",
  "| --- | --- | --- |",
  ...ALERTS.map(
    ({ alert, labels, for: duration }) =>
      `| [${alert}](runbooks/${alert}.md) | ${labels.severity} | ${duration.replace("m", " minutes")} |`,
  ),
];

const SERIES = [
  "| series | exporter | note |",
  "| --- | --- | --- |",
  ...Object.entries(SOURCES).map(([name, { exporter, note }]) => `| \`${name}\` | ${exporter} | ${note} |`),
];

async function withTables(text: string): Promise<string> {
  const filled = Object.entries({ alerts, series: SERIES }).reduce(
    (done, [name, rows]) =>
      done.replace(
        new RegExp(`(<!-- ${name} -->)[^]*(<!-- end of ${name} -->)`),
        (_, start: string, end: string) => `${start}\n\n${rows.join("\n")}\n\n${end}`,
      ),
    text,
  );
  return format(filled, { parser: "markdown", printWidth: 120, trailingComma: "all" });
}

describe("documents of monitoring", () => {
  it("docs/monitoring.md lists every alert and every series (UPDATE_GOLDEN=1 writes it)", async () => {
    const expected = await withTables(readFileSync(page, "utf8"));
    if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(page, expected);
    assert.equal(readFileSync(page, "utf8"), expected);
  });

  it("monitoring/dashboard.json is what scripts/dashboard.ts builds (UPDATE_GOLDEN=1 writes it)", async () => {
    const expected = await format(JSON.stringify(buildDashboard(), null, 2), { parser: "json", printWidth: 120 });
    if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(dashboard, expected);
    assert.equal(readFileSync(dashboard, "utf8"), expected);
  });

  it("every alert has a page, with what it means, how to look and what to do, and no page is left over", () => {
    const names = ALERTS.map(({ alert }) => `${alert}.md`).toSorted();
    assert.deepEqual(readdirSync(join(docs, "runbooks")).toSorted(), names);
    for (const name of names) {
      const text = readFileSync(join(docs, "runbooks", name), "utf8");
      assert.deepEqual(text.match(/^#+ .*$/gm), [
        `# ${name.slice(0, -3)}`,
        "## What it means",
        "## How to look",
        "## What to do",
      ]);
    }
  });

  it("every series that rules and panels read is listed, and no other", () => {
    const { groups } = describeRules([planPool(everythingPool(), "amd64")]);
    const expressions = [
      ...groups.flatMap(({ rules }) => rules.map(({ expr }) => expr)),
      ...ROWS.flatMap(({ panels }) => panels.flatMap(({ queries }) => queries.map(({ expr }) => expr))),
    ];
    const read = expressions.flatMap(
      (expr) => expr.match(/\b(kube|node|machine|container)_[a-zA-Z_]+(?![a-zA-Z_:])/g) ?? [],
    );
    assert.deepEqual([...new Set(read)].toSorted(), Object.keys(SOURCES).toSorted());
  });
});
