// Runs one scenario: a new machine, its boots, the checks, and a row per boot.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Image } from "./image";
import { ec2UserDataLimit, mergeByKarpenter } from "./karpenter";
import { Machine } from "./machine";
import { observe, waitUntilSettled, type Observation } from "./observation";
import type { Boot, Scenario } from "./scenario";

/** What the report says of one boot; seconds are since the kernel started. */
export interface BootRow {
  readonly boot: string;
  readonly result: "passed" | "failed";
  readonly swap: string;
  readonly swapOnSeconds: number | null;
  readonly kubeletSeconds: number | null;
  readonly wallSeconds: number;
  readonly message: string | null;
}

/** What the report says of one scenario. */
export interface ScenarioRow {
  readonly scenario: string;
  readonly control: boolean;
  readonly result: "passed" | "failed";
  readonly boots: readonly BootRow[];
}

/** Longest waits, in milliseconds: far above what a busy host needs. Nothing is asserted about time. */
const settleTimeout = 300_000;
const powerOffTimeout = 300_000;

/** Runs `scenario` in `folder`, which is made anew and, unless `keep`, removed when all went well. */
export async function runScenario(
  scenario: Scenario,
  image: Image,
  folder: string,
  keep: boolean,
): Promise<ScenarioRow> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const rows: BootRow[] = [];
  const machine = new Machine(folder, image, scenario.hardware);
  try {
    const userData = mergeByKarpenter(scenario.node());
    const size = Buffer.byteLength(userData);
    if (size > ec2UserDataLimit) throw new Error(`EC2 takes ${ec2UserDataLimit} bytes of user data, this has ${size}`);
    for (const [index, boot] of scenario.boots.entries()) {
      const row = await runBoot(
        machine,
        boot,
        { id: `i-${scenario.name}`, userData },
        join(folder, `observation-${index + 1}.json`),
      );
      rows.push(row);
      // A node that is not as it must be still reboots; one that could not be looked at does not.
      if (row.kubeletSeconds === null && row.result === "failed") break;
    }
  } catch (error) {
    rows.push(failedRow(scenario.boots[rows.length]?.power ?? "", error, 0));
  } finally {
    await machine.cutPower();
  }
  const result = rows.every((row) => row.result === "passed") ? "passed" : "failed";
  if (result === "passed" && !keep) rmSync(folder, { recursive: true });
  return { scenario: scenario.name, control: scenario.control, result, boots: rows };
}

async function runBoot(
  machine: Machine,
  boot: Boot,
  instance: { id: string; userData: string },
  record: string,
): Promise<BootRow> {
  const start = performance.now();
  const seconds = (): number => Math.round((performance.now() - start) / 100) / 10;
  try {
    await switchOff(machine, boot);
    await machine.powerOn({ id: instance.id.replaceAll(/[^a-z0-9]+/g, "-"), userData: instance.userData });
    await waitUntilSettled(machine, boot.settled, settleTimeout);
    const seen = await observe(machine);
    writeFileSync(record, JSON.stringify(seen, null, 2));
    try {
      boot.check(seen);
    } catch (error) {
      return {
        ...seenRow(boot, seen, seconds()),
        result: "failed",
        message: error instanceof Error ? error.message : String(error),
      };
    }
    return seenRow(boot, seen, seconds());
  } catch (error) {
    return failedRow(boot.power, error, seconds());
  }
}

async function switchOff(machine: Machine, boot: Boot): Promise<void> {
  if (boot.power === "first boot") return;
  await machine.shutDown(boot.power === "reboot" ? "reboot" : "poweroff", powerOffTimeout);
  if (boot.power === "stop and start") machine.emptyInstanceStore();
}

function seenRow(boot: Boot, seen: Observation, wallSeconds: number): BootRow {
  return {
    boot: boot.power,
    result: "passed",
    swap: seen.swaps.map((swap) => `${swap.path} ${Math.round(swap.sizeKiB / 1024)} MiB`).join(", "),
    swapOnSeconds: seen.swapOnAt ?? null,
    kubeletSeconds: seen.kubeletStarts[0]?.uptime ?? null,
    wallSeconds,
    message: null,
  };
}

function failedRow(boot: string, error: unknown, wallSeconds: number): BootRow {
  const message = error instanceof Error ? error.message : String(error);
  return { boot, result: "failed", swap: "", swapOnSeconds: null, kubeletSeconds: null, wallSeconds, message };
}
