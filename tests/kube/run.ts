// npm run test:kube: what the program makes of a stack config, on Kubernetes' real parts.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import Table from "cli-table3";
import { say } from "../boot/table";
import { missingEquipment } from "./equipment";
import { writeNodeResults } from "./node/results";
import { prepareEquipment } from "./prepare";
import type { Scenario, ScenarioRow } from "./scenario";
import { chooseScenarios } from "./scenarios";
import { NEWEST_KUBERNETES, OLDEST_KUBERNETES } from "./versions";

const { values } = parseArgs({
  options: {
    only: { type: "string", multiple: true },
    set: { type: "string" },
    report: { type: "string" },
    figures: { type: "string", multiple: true },
    kubernetes: { type: "string", default: NEWEST_KUBERNETES },
    keep: { type: "boolean", default: false },
    prepare: { type: "boolean", default: false },
    list: { type: "boolean", default: false },
  },
});

const kubernetes = values.kubernetes === "oldest" ? OLDEST_KUBERNETES : values.kubernetes;

async function main(): Promise<void> {
  if (values.figures !== undefined) {
    await writeNodeResults(values.figures);
    return;
  }
  const chosen = chooseScenarios({ only: values.only, set: values.set });
  if (values.list) {
    for (const { name } of chosen) process.stdout.write(`${name}\n`);
    return;
  }
  const missing = missingEquipment(chosen.some(({ needs }) => needs === "machine"));
  if (missing.length > 0) throw new Error(`this suite cannot run here:\n${missing.join("\n")}`);
  // Before the first scenario, so that what cannot be built is told at once.
  prepareEquipment(new Set(chosen.map(({ needs }) => needs)), kubernetes, say);
  if (!values.prepare) await suite(chosen);
}

async function suite(chosen: readonly Scenario[]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "eks-swap-kube-"));
  const rows: ScenarioRow[] = [];
  for (const [index, scenario] of chosen.entries()) {
    const context = { folder: join(folder, String(index + 1)), kubernetes, keep: values.keep };
    const row = await scenario.run(context);
    rows.push(row);
    say(`${row.result}: ${row.scenario}${row.message === null ? "" : `\n${row.message}`}`);
    if (values.report !== undefined) writeFileSync(values.report, `${JSON.stringify(rows, null, 2)}\n`);
  }
  process.stdout.write(`${table(rows)}\n`);
  const failed = rows.filter(({ result }) => result === "failed").length;
  say(`${rows.length - failed} of ${rows.length} scenarios passed`);
  if (failed > 0 || values.keep) say(`logs are in ${folder}`);
  else rmSync(folder, { recursive: true });
  process.exitCode = failed > 0 ? 1 : 0;
}

function table(rows: readonly ScenarioRow[]): string {
  const plain = process.stdout.isTTY ? {} : { style: { head: [], border: [] } };
  const result = new Table({
    head: ["scenario", "Kubernetes", "seen", "result"],
    colWidths: [44, 12, 74, 8],
    wordWrap: true,
    wrapOnWordBoundary: false,
    ...plain,
  });
  for (const row of rows) result.push([row.scenario, row.kubernetes, row.remark ?? "", row.result]);
  return result.toString();
}

main().catch((error: unknown) => {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
