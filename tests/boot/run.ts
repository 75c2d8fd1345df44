// npm run test:boot: boots nodes in virtual machines with the bytes that an instance would get, and looks inside them.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import Table from "cli-table3";
import { provideImage } from "./image";
import { runScenario, type ScenarioRow } from "./runner";
import { backings } from "./scenarios-backings";
import { controls } from "./scenarios-controls";

const scenarios = [...controls, ...backings];

const { values } = parseArgs({
  options: {
    only: { type: "string", multiple: true },
    report: { type: "string" },
    keep: { type: "boolean", default: false },
    list: { type: "boolean", default: false },
  },
});

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

function table(rows: readonly ScenarioRow[]): string {
  const result = new Table({ head: ["scenario", "boot", "swap", "swap on", "kubelet at", "wall", "result"] });
  for (const row of rows) {
    for (const boot of row.boots) {
      const times = [boot.swapOnSeconds, boot.kubeletSeconds, boot.wallSeconds].map(
        (time) => time?.toFixed(1) ?? "never",
      );
      result.push([row.scenario, boot.boot, boot.swap === "" ? "none" : boot.swap, ...times, boot.result]);
    }
  }
  return result.toString();
}

async function main(): Promise<void> {
  const chosen = scenarios.filter(({ name }) => values.only?.some((part) => name.includes(part)) ?? true);
  if (values.list) {
    for (const { name } of chosen) process.stdout.write(`${name}\n`);
    return;
  }
  if (chosen.length === 0) throw new Error("no scenario has such a name; --list shows them");
  const image = provideImage(say);
  const folder = mkdtempSync(join(tmpdir(), "eks-swap-boot-"));
  const rows: ScenarioRow[] = [];
  for (const [index, scenario] of chosen.entries()) {
    const row = await runScenario(scenario, image, join(folder, `${index + 1}`), values.keep);
    rows.push(row);
    for (const boot of row.boots)
      say(
        `${boot.result}: ${scenario.name}, ${boot.boot} (${boot.wallSeconds} s)${boot.message === null ? "" : `\n${boot.message}`}`,
      );
  }
  process.stdout.write(`${table(rows)}\n`);
  if (values.report !== undefined) writeFileSync(values.report, `${JSON.stringify(rows, null, 2)}\n`);
  const failed = rows.some((row) => row.result === "failed");
  if (failed || values.keep) say(`disks, consoles and observations are in ${folder}`);
  else rmSync(folder, { recursive: true });
  process.exitCode = failed ? 1 : 0;
}

void main();
