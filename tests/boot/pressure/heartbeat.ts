// Pods that swap hard, and daemons beside them: those of our userData keep their memory, those without it do not.
import assert from "node:assert/strict";
import type { Machine } from "../machine";
import type { Exercised } from "../scenario";
import { asDaemon, command, runContainer, swapOfCgroups, swapOfUnit } from "./node";
import { inMachine } from "../exercises";

const SLICES = ["system.slice", "runtime.slice", "user.slice"] as const;
/** All that our userData keeps out of swap. */
const UNSWAPPED = [...SLICES, "init.scope"] as const;

/** Twice the node's 1.5 GiB of RAM, less than that and its swap; and how often each of the pods writes to its part. */
export const THRASH_MIB = 3000;
const THRASH_WRITES = 10_000;

/** About the resident memory of a kubelet. */
const KUBELET_MIB = 96;
const DAEMON_MIB = 24;

/** What a process in the kubelet's place went through; times in milliseconds. */
export interface Pulse {
  readonly beats: number;
  /** From one beat to the next, without the time in which it was ready and had no processor. */
  readonly longest: number;
  /** In the longest: ready without a processor, and running; the pages that it had to wait for. */
  readonly ready: number;
  readonly running: number;
  readonly faults: number;
}

/** The name of the process in a slice. */
export function daemonOf(slice: string): string {
  return `daemon-of-${slice.replace(".slice", "")}`;
}

/** Starts a heartbeat in each of the slices, the kubelet's place among them, and waits until they beat steadily. */
export async function startDaemons(machine: Machine): Promise<void> {
  const starts = SLICES.map((slice) => {
    const mebibytes = slice === "runtime.slice" ? KUBELET_MIB : DAEMON_MIB;
    return asDaemon(slice, daemonOf(slice), command("heartbeat.py", mebibytes, pulseFile(slice)));
  });
  const beating = SLICES.map((slice) => `until [[ -s ${pulseFile(slice)} ]]; do sleep 0.2; done`);
  await inMachine(machine, [...starts, ...beating, "sleep 5"].join("\n"));
}

/**
 * Takes what the kernel can take of the memory of the process in the kubelet's place, as hours of pressure would: what may
 * not be swapped stays.
 */
export async function coolDown(machine: Machine): Promise<void> {
  const cgroup = `/sys/fs/cgroup/runtime.slice/${daemonOf("runtime.slice")}.service`;
  // Fails when it could not take all of it.
  await inMachine(machine, `echo "$(<${cgroup}/memory.current)" >${cgroup}/memory.reclaim || true`);
}

/** Ends the heartbeats. */
export async function stopDaemons(machine: Machine): Promise<void> {
  await inMachine(machine, `systemctl stop ${SLICES.map((slice) => `${daemonOf(slice)}.service`).join(" ")}`);
}

/** The pulse in the kubelet's place from now on. */
export async function startPulse(machine: Machine): Promise<void> {
  await inMachine(machine, `systemctl kill --signal=USR1 ${daemonOf("runtime.slice")}.service; sleep 1`);
}

/** The pulse in the kubelet's place since it was started. */
export async function readPulse(machine: Machine): Promise<Pulse> {
  const numbers = (await inMachine(machine, `cat ${pulseFile("runtime.slice")}`)).trim().split(/\s+/).map(Number);
  const [beats = Number.NaN, longest = Number.NaN, ready = Number.NaN, running = Number.NaN, faults = Number.NaN] =
    numbers;
  return { beats, longest, ready, running, faults };
}

function pulseFile(slice: string): string {
  return `/run/rig/${daemonOf(slice)}`;
}

/** What keeps daemons fast while pods swap: `MemorySwapMax` of their slices, and the pods' `MemoryHigh`, at which pods reclaim first. */
export interface Protection {
  readonly swapMax: string;
  readonly podsHigh: string;
}

/** No protection. */
export const UNPROTECTED: Protection = { swapMax: "infinity", podsHigh: "infinity" };

/** The protection that the node has. */
export async function readProtection(machine: Machine): Promise<Protection> {
  const show = (property: string, unit: string): string => `systemctl show --property=${property} --value ${unit}`;
  const output = await inMachine(
    machine,
    [show("MemorySwapMax", "runtime.slice"), show("MemoryHigh", "kubepods.slice")].join("\n"),
  );
  const [swapMax = "", podsHigh = ""] = output.trim().split("\n");
  return { swapMax, podsHigh };
}

/** Gives the node this protection until it boots again. */
export async function protect(machine: Machine, { swapMax, podsHigh }: Protection): Promise<void> {
  const set = (unit: string, setting: string): string => `systemctl set-property --runtime ${unit} ${setting}`;
  const settings = UNSWAPPED.map((unit) => set(unit, `MemorySwapMax=${swapMax}`));
  await inMachine(machine, [...settings, set("kubepods.slice", `MemoryHigh=${podsHigh}`)].join("\n"));
}

/** The same thrash twice: as our userData leaves the node, then without what protects daemons. */
export async function thrashBesideDaemons(machine: Machine): Promise<Exercised> {
  const ours = await thrash(machine);
  for (const cgroup of UNSWAPPED) assert.equal(ours.swap.get(cgroup), 0, `memory.swap.current of ${cgroup}`);
  for (const slice of SLICES) assert.equal(ours.swapKiB.get(slice), 0, `VmSwap of a daemon in ${slice}`);
  assert.ok(ours.swapPeakOfPods > 2 ** 28, `pods had ${ours.swapPeakOfPods} bytes in swap at most`);

  // Debian's kernel has no io.latency, so these are all the difference there is.
  await protect(machine, UNPROTECTED);
  const open = await thrash(machine);
  for (const slice of SLICES) {
    assert.ok((open.swapKiB.get(slice) ?? 0) > 0, `an unprotected daemon in ${slice} keeps all of its memory`);
  }
  const kubelet = { ours: ours.swapKiB.get("runtime.slice") ?? 0, open: open.swapKiB.get("runtime.slice") ?? 0 };
  return {
    remark: `kubelet's place under thrash: 0 KiB swapped out, ${kubelet.open} KiB unprotected`,
    figures: {
      "swap of pods under thrash at most, bytes": ours.swapPeakOfPods,
      "VmSwap in the kubelet's place, protected, KiB": kubelet.ours,
      "VmSwap in the kubelet's place, unprotected, KiB": kubelet.open,
      "longest gap between beats, quiet, ms": ours.quiet.longest,
      "longest gap between beats under thrash, protected, ms": ours.pulse.longest,
      "longest gap between beats under thrash, unprotected, ms": open.pulse.longest,
      "longest gap, unprotected by protected": Math.round((open.pulse.longest / ours.pulse.longest) * 100) / 100,
    },
  };
}

interface Thrashed {
  readonly quiet: Pulse;
  readonly pulse: Pulse;
  readonly swap: ReadonlyMap<(typeof UNSWAPPED)[number], number>;
  readonly swapKiB: ReadonlyMap<(typeof SLICES)[number], number>;
  readonly swapPeakOfPods: number;
}

async function thrash(machine: Machine): Promise<Thrashed> {
  await startDaemons(machine);
  await startPulse(machine);
  await inMachine(machine, "sleep 20");
  const quiet = await readPulse(machine);
  await startPulse(machine);
  const ended = await runContainer(machine, "thrash", {}, command("thrash.py", THRASH_MIB, THRASH_WRITES));
  assert.equal(ended.result, "success", ended.lines.join("\n"));
  const pulse = await readPulse(machine);
  const swap = await swapOfCgroups(machine, UNSWAPPED);
  const swapKiB = new Map<(typeof SLICES)[number], number>();
  for (const slice of SLICES) swapKiB.set(slice, await swapOfUnit(machine, daemonOf(slice)));
  const swapPeakOfPods = Number(await inMachine(machine, "cat /sys/fs/cgroup/kubepods.slice/memory.swap.peak"));
  await stopDaemons(machine);
  return { quiet, pulse, swap, swapKiB, swapPeakOfPods };
}
