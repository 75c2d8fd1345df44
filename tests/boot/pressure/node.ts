// The programs of this folder on a node: put there, and run in the place of containers and of daemons.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { inMachine } from "../exercises";
import type { Machine } from "../machine";

/** A program of this folder. */
export type Program = "heartbeat.py" | "hoard.py" | "hold.py" | "search.py" | "thrash.py" | "touch.py";

const PROGRAMS: readonly Program[] = ["heartbeat.py", "hoard.py", "hold.py", "search.py", "thrash.py", "touch.py"];
const FOLDER = "/usr/local/lib/rig";

/** The longest wait for a command under pressure, in milliseconds; nothing is asserted about time. */
const PATIENCE = 900_000;

/** How a container ended. */
export interface Ended {
  /** systemd's `Result`: `success`, `oom-kill`, `exit-code`, … */
  readonly result: string;
  readonly lines: readonly string[];
}

/** The limits of a container's cgroup, in bytes; without `swapMax` the kernel's `max`. */
export interface Limits {
  readonly memoryMax?: number;
  readonly swapMax?: number;
}

/** Copies the programs into the machine, and keeps the rig's agent, which no node has, from being killed for memory. */
export async function installPrograms(machine: Machine): Promise<void> {
  const copies = PROGRAMS.map((name) => {
    const bytes = readFileSync(join(__dirname, name)).toString("base64");
    return `base64 -d > ${FOLDER}/${name} <<< ${bytes}`;
  });
  const agent = 'echo -1000 > "/proc/$(systemctl show --property=MainPID --value rig-agent.service)/oom_score_adj"';
  await inMachine(machine, [...copies, agent].join("\n"));
}

/** The command line of a program in the machine. */
export function command(program: Program, ...words: readonly (string | number)[]): string {
  return ["python3", `${FOLDER}/${program}`, ...words].join(" ");
}

/**
 * Bash that runs `command` as the container `name` of a Burstable pod: below kubepods.slice, killed as a whole and
 * before the daemons, as the kubelet has it.
 */
export function asContainer(name: string, limits: Limits, command: string, ...options: readonly string[]): string {
  const properties = [
    "OOMPolicy=kill",
    "OOMScoreAdjust=900",
    ...(limits.memoryMax === undefined ? [] : [`MemoryMax=${limits.memoryMax}`]),
    ...(limits.swapMax === undefined ? [] : [`MemorySwapMax=${limits.swapMax}`]),
  ];
  return inSlice("kubepods-burstable.slice", name, properties, command, ...options);
}

/** Bash that runs `command` as the daemon `name` in `slice`, which is the last to be killed when memory is short. */
export function asDaemon(slice: string, name: string, command: string, ...options: readonly string[]): string {
  return inSlice(slice, name, ["OOMScoreAdjust=-999"], command, ...options);
}

function inSlice(
  slice: string,
  name: string,
  properties: readonly string[],
  command: string,
  ...options: readonly string[]
): string {
  const settings = properties.map((property) => `--property=${property}`);
  return ["systemd-run", "--quiet", `--slice=${slice}`, `--unit=${name}`, ...settings, ...options, command].join(" ");
}

/** Runs a container until it ends, and says how it ended and what it wrote. */
export async function runContainer(machine: Machine, name: string, limits: Limits, command: string): Promise<Ended> {
  const output = await inMachine(
    machine,
    `${asContainer(name, limits, command, "--wait", "--pipe")} || true
     systemctl show --property=Result --value ${name}.service
     systemctl reset-failed ${name}.service 2> /dev/null || true`,
    PATIENCE,
  );
  const lines = output.trim().split("\n");
  return { result: lines.at(-1) ?? "", lines: lines.slice(0, -1) };
}

/** memory.swap.current of cgroups, in bytes. Fails where one does not exist: nothing would be proved by it. */
export async function swapOfCgroups<Name extends string>(
  machine: Machine,
  names: readonly Name[],
): Promise<ReadonlyMap<Name, number>> {
  const files = names.map((name) => `/sys/fs/cgroup/${name}/memory.swap.current`);
  const values = (await inMachine(machine, `cat ${files.join(" ")}`)).trim().split("\n").map(Number);
  assert.equal(values.length, names.length);
  return new Map(names.map((name, index) => [name, values[index] ?? Number.NaN]));
}

/** The swapped-out memory of the process of a unit, in KiB: VmSwap of its /proc/PID/status. */
export async function swapOfUnit(machine: Machine, unit: string): Promise<number> {
  const script = `awk '/^VmSwap:/ {print $2}' "/proc/$(systemctl show --property=MainPID --value ${unit}.service)/status"`;
  return Number(await inMachine(machine, script));
}
