// npm run test:boot: boots nodes in virtual machines with the bytes that an instance would get, and looks inside them.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { missingEquipment } from "./equipment";
import { writeFigures } from "./figures";
import { provideImage, type Image } from "./image";
import { provideMerger } from "./karpenter";
import { Machine } from "./machine";
import { runScenario, startBoot, userDataOf } from "./runner";
import type { Scenario } from "./scenario";
import { runAll, soundParallelism } from "./schedule";
import { chooseScenarios } from "./scenarios";
import { openShell } from "./shell";
import { say, table } from "./table";

const { values } = parseArgs({
  options: {
    only: { type: "string", multiple: true },
    set: { type: "string" },
    parallel: { type: "string", default: String(soundParallelism()) },
    repeat: { type: "string", default: "1" },
    report: { type: "string" },
    figures: { type: "string", multiple: true },
    keep: { type: "boolean", default: false },
    shell: { type: "boolean", default: false },
    prepare: { type: "boolean", default: false },
    list: { type: "boolean", default: false },
  },
});

async function main(): Promise<void> {
  if (values.figures !== undefined) {
    process.stdout.write(await writeFigures(values.figures));
    return;
  }
  const chosen = chooseScenarios({ only: values.only, set: values.set });
  if (values.list) {
    for (const { name } of chosen) process.stdout.write(`${name}\n`);
    return;
  }
  const [parallel, repeat] = [wholeNumber("parallel"), wholeNumber("repeat")];
  const missing = missingEquipment();
  if (missing.length > 0) throw new Error(`this suite cannot run here:\n${missing.join("\n")}`);
  // Built once, before machines run side by side.
  const image = provideImage(say);
  provideMerger(say);
  if (values.prepare) return;
  if (values.shell) await shell(chosen, image);
  else await suite(Array.from({ length: repeat }, () => chosen).flat(), parallel, image);
}

async function suite(runs: readonly Scenario[], parallel: number, image: Image): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "eks-swap-boot-"));
  const rows = await runAll(runs, parallel, async (scenario, index) => {
    const row = await runScenario(scenario, image, join(folder, String(index + 1)), values.keep);
    say(`${row.result}: ${row.scenario}${row.message === null ? "" : ` (${row.message.trim()})`}`);
    for (const fault of row.emulatorFaults) say(`  the emulator failed: ${fault}`);
    for (const { boot, result, wallSeconds, message } of row.boots) {
      say(`  ${result}: ${boot} (${wallSeconds} s)${message === null ? "" : `\n${message}`}`);
    }
    return row;
  });
  process.stdout.write(`${table(rows)}\n`);
  if (values.report !== undefined) writeFileSync(values.report, `${JSON.stringify(rows, null, 2)}\n`);
  const failed = rows.filter(({ result }) => result === "failed").length;
  say(`${rows.length - failed} of ${rows.length} scenarios passed`);
  if (failed > 0 || values.keep) say(`disks, consoles and observations are in ${folder}`);
  else rmSync(folder, { recursive: true });
  process.exitCode = failed > 0 ? 1 : 0;
}

async function shell([scenario, ...others]: readonly Scenario[], image: Image): Promise<void> {
  const boot = scenario?.boots[0];
  if (scenario === undefined || boot === undefined || others.length > 0) {
    throw new Error("--shell needs --only with the name of one scenario that boots");
  }
  const folder = mkdtempSync(join(tmpdir(), "eks-swap-boot-"));
  mkdirSync(folder, { recursive: true });
  const machine = new Machine(folder, image, scenario.hardware);
  try {
    say(`booting "${scenario.name}"; the machine goes when its shell ends`);
    await startBoot(machine, boot, scenario.name, userDataOf(scenario));
    await openShell(machine);
  } finally {
    await machine.cutPower();
    rmSync(folder, { recursive: true });
  }
}

function wholeNumber(option: "parallel" | "repeat"): number {
  const number = Number(values[option]);
  if (Number.isInteger(number) && number > 0) return number;
  throw new Error(`--${option} takes a number of 1 or more, not "${values[option]}"`);
}

main().catch((error: unknown) => {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
