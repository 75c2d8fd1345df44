// Runs one scenario: a new machine, its boots, the checks, and a row per boot.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { EMULATOR_ATTEMPTS, emulatorFault } from "./emulator-fault";
import type { Image } from "./image";
import { EC2_USER_DATA_LIMIT, mergeByKarpenter } from "./karpenter";
import { Machine } from "./machine";
import { observe, waitUntilSettled, type Observation } from "./observation";
import { assertPartsSurvive } from "./parts";
import type { Boot, Exercised, Scenario } from "./scenario";

/** When a unit ran; seconds since the kernel started, as systemd recorded them. */
export interface Span {
  readonly unit: string;
  readonly startedAt: number;
  readonly endedAt: number;
}

/** What the report says of one boot; times are seconds since the kernel started. */
export interface BootRow {
  readonly boot: string;
  readonly result: "passed" | "failed";
  readonly swap: string;
  readonly swapOnAt: number | null;
  readonly kubeletAt: number | null;
  /** What was done to the node after the check, and what came of it. */
  readonly remark: string | null;
  /** Numbers of what was done, for scenarios that measure; null elsewhere. */
  readonly figures: Exercised["figures"] | null;
  readonly message: string | null;
  readonly wallSeconds: number;
  readonly timeline: readonly Span[];
}

/** What the report says of one scenario. */
export interface ScenarioRow {
  readonly scenario: string;
  readonly control: boolean;
  readonly result: "passed" | "failed";
  /** Bytes of the user data that the instance gets, Karpenter's part included; null where Karpenter refuses it. */
  readonly userDataBytes: number | null;
  readonly message: string | null;
  /** One line for each time that the scenario began anew because the emulator had failed. */
  readonly emulatorFaults: readonly string[];
  readonly boots: readonly BootRow[];
}

/** Longest waits, in milliseconds: far above what a busy host needs. Nothing is asserted about time. */
const SETTLE_TIMEOUT = 600_000;
const POWER_OFF_TIMEOUT = 300_000;

/** Runs `scenario` in `folder`, which is made anew and, unless `keep`, removed when all went well. */
export async function runScenario(
  scenario: Scenario,
  image: Image,
  folder: string,
  keep: boolean,
): Promise<ScenarioRow> {
  const { name, control } = scenario;
  let userData: string;
  try {
    userData = userDataOf(scenario);
  } catch (error) {
    // Karpenter quotes the whole part that it could not read.
    const message = messageOf(error)
      .trim()
      .replace(/(parsing content, )[^]*(, [^\n]*)$/, "$1…$2");
    const refused = scenario.refusedBy?.test(message) ?? false;
    return {
      scenario: name,
      control,
      result: refused ? "passed" : "failed",
      userDataBytes: null,
      message,
      emulatorFaults: [],
      boots: [],
    };
  }
  const emulatorFaults: string[] = [];
  const row = { scenario: name, control, userDataBytes: Buffer.byteLength(userData), emulatorFaults };
  if (scenario.refusedBy !== undefined) {
    return { ...row, result: "failed", message: "Karpenter takes this userData", boots: [] };
  }
  for (;;) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const { boots, fault } = await runBoots(scenario, image, folder, userData);
    const result = boots.every((boot) => boot.result === "passed") ? "passed" : "failed";
    if (result === "failed" && fault !== undefined) {
      emulatorFaults.push(fault);
      if (emulatorFaults.length < EMULATOR_ATTEMPTS) continue;
    }
    if (result === "passed" && !keep) rmSync(folder, { recursive: true });
    return { ...row, result, message: null, boots };
  }
}

/** The user data of the instance: what is ours in it must be what we wrote, and EC2 must take it. */
export function userDataOf(scenario: Scenario): string {
  const node = scenario.node();
  const userData = mergeByKarpenter(node);
  if (!scenario.control) assertPartsSurvive(node.userData, userData);
  const size = Buffer.byteLength(userData);
  if (size > EC2_USER_DATA_LIMIT) {
    throw new Error(`EC2 takes ${EC2_USER_DATA_LIMIT} bytes of user data, this has ${size}`);
  }
  return userData;
}

/** Switches `machine` on for `boot`, as `boot.power` says, and waits until the node has settled. */
export async function startBoot(machine: Machine, boot: Boot, name: string, userData: string): Promise<void> {
  if (boot.power !== "first boot") {
    if (boot.power === "power cut") await machine.cutPower();
    if (machine.isOn) await machine.shutDown(boot.power === "reboot" ? "reboot" : "poweroff", POWER_OFF_TIMEOUT);
    if (boot.power === "stop and start") machine.emptyInstanceStore();
  }
  const id = `i-${name.replaceAll(/[^a-z0-9]+/gi, "-")}`;
  await machine.powerOn({ id, userData, prepare: `${boot.prepare ?? "true"}\n` });
  await waitUntilSettled(machine, boot.settled, SETTLE_TIMEOUT);
}

async function runBoots(
  scenario: Scenario,
  image: Image,
  folder: string,
  userData: string,
): Promise<{ readonly boots: readonly BootRow[]; readonly fault: string | undefined }> {
  const rows: BootRow[] = [];
  const machine = new Machine(folder, image, scenario.hardware);
  try {
    for (const boot of scenario.boots) {
      const record = join(folder, `observation-${rows.length + 1}.json`);
      const row = await runBoot(machine, boot, scenario.name, userData, record);
      rows.push(row);
      // A node that is not as it must be still reboots; one that could not be looked at does not.
      if (row.timeline.length === 0) break;
    }
  } finally {
    await machine.cutPower();
  }
  return { boots: rows, fault: emulatorFault(machine.consoleText()) };
}

async function runBoot(machine: Machine, boot: Boot, name: string, userData: string, record: string): Promise<BootRow> {
  const start = performance.now();
  let seen: Observation | undefined;
  let exercised: string | Exercised | undefined;
  let message: string | null = null;
  try {
    await startBoot(machine, boot, name, userData);
    seen = await observe(machine);
    writeFileSync(record, JSON.stringify(seen, null, 2));
    boot.check(seen);
    exercised = await boot.exercise?.(machine);
  } catch (error) {
    message = messageOf(error);
  }
  return {
    boot: boot.power,
    result: message === null ? "passed" : "failed",
    swap: seen?.swaps.map((swap) => `${swap.path} ${Math.round(swap.sizeKiB / 1024)} MiB`).join(", ") ?? "",
    swapOnAt: seen?.swapOnAt ?? null,
    kubeletAt: seen?.kubeletStarts[0]?.uptime ?? null,
    remark: (typeof exercised === "object" ? exercised.remark : exercised) ?? null,
    figures: typeof exercised === "object" ? exercised.figures : null,
    message,
    wallSeconds: Math.round((performance.now() - start) / 100) / 10,
    timeline: seen === undefined ? [] : timeline(seen),
  };
}

function timeline({ units }: Observation): readonly Span[] {
  return Object.entries(units)
    .flatMap(([unit, { startedAt, endedAt }]) =>
      startedAt === undefined || endedAt === undefined ? [] : [{ unit, startedAt, endedAt }],
    )
    .toSorted((one, other) => one.startedAt - other.startedAt);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
