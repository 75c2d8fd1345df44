// A node without swap that runs out of memory: with the kernel's sysctls, which eks-swap keeps when no backing works,
// and with raised watermarks, which recipes set all the same.
import assert from "node:assert/strict";
import { inMachine } from "../exercises";
import { assertKernelSysctls } from "../expectations";
import type { Machine } from "../machine";
import { observe } from "../observation";
import type { Exercised } from "../scenario";
import { readPulse, startDaemons, startPulse } from "./heartbeat";
import { command, runContainer } from "./node";

const FITTING_MIB = 1050;
const TOO_LARGE_MIB = 3000;

/**
 * Sysctls of a public benchmark on a GKE node of 16 GiB, min_free_kbytes in proportion to this node's RAM: with swap
 * they help, without it such nodes went NotReady and nothing was killed.
 */
const RAISED_SYSCTLS = { swappiness: 120, watermark_scale_factor: 2000, min_free_kbytes: 614_400 };
const RAISED_FOR_KI_B = 16 * 2 ** 20;

/** What became of the node while a pod took memory. */
interface Outcome {
  readonly result: string;
  /** Longest time from one beat in the kubelet's place to the next, in milliseconds. */
  readonly longest: number;
  /** File pages that were read from the disk again. */
  readonly refaults: number;
  /** Pages that kswapd looked at. */
  readonly scanned: number;
}

/** A pod that fits and one that does not with the kernel's sysctls, the latter with raised ones too. */
export async function exhaustMemory(machine: Machine): Promise<Exercised> {
  await startDaemons(machine);
  const fitting = await hoard(machine, FITTING_MIB, 30);
  assert.equal(fitting.result, "success", "a pod that fits");
  const outcomes = await compare(machine, TOO_LARGE_MIB);
  assert.equal(outcomes.kernel.result, "oom-kill", "a pod that does not fit, the kernel's sysctls");
  const figures = Object.entries(outcomes).flatMap(
    ([sysctls, { result, longest, refaults, scanned }]): [string, number | string][] => [
      [`${sysctls} sysctls: result`, result],
      [`${sysctls} sysctls: longest gap between beats, ms`, longest],
      [`${sysctls} sysctls: file pages read again`, refaults],
      [`${sysctls} sysctls: pages scanned by kswapd`, scanned],
    ],
  );
  return {
    remark: `no swap: kernel's sysctls stay, a hog is killed, the heartbeat goes on; with raised ones: ${outcomes.raised.result}`,
    figures: Object.fromEntries(figures),
  };
}

/** The same pod under the kernel's sysctls, with which the node must be found, and under raised ones, which go again. */
async function compare(
  machine: Machine,
  mebibytes: number,
): Promise<{ readonly kernel: Outcome; readonly raised: Outcome }> {
  const kernel = await hoard(machine, mebibytes, 0);
  assertKernelSysctls(await observe(machine));
  await startPulse(machine);
  await inMachine(machine, "sleep 10");
  assert.ok((await readPulse(machine)).beats > 0, "the heartbeat goes on");

  const settings = {
    ...RAISED_SYSCTLS,
    min_free_kbytes: `$((${RAISED_SYSCTLS.min_free_kbytes} * memory / ${RAISED_FOR_KI_B}))`,
  };
  const assignments = Object.entries(settings).map(([name, value]) => `vm.${name}="${value}"`);
  await inMachine(machine, `read -r _ memory _ < /proc/meminfo; sysctl --quiet --write ${assignments.join(" ")}`);
  const raised = await hoard(machine, mebibytes, 0);
  await inMachine(machine, "sysctl --quiet --load=/run/rig/sysctls-at-boot");
  return { kernel, raised };
}

async function hoard(machine: Machine, mebibytes: number, seconds: number): Promise<Outcome> {
  // What pods read of the disk, which is what the kernel can take away without swap.
  await inMachine(machine, "cat /usr/bin/* /usr/lib/x86_64-linux-gnu/*.so* > /dev/null");
  await startPulse(machine);
  const before = await readCounters(machine);
  const { result } = await runContainer(machine, "hoard", {}, command("hoard.py", mebibytes, seconds));
  const { longest } = await readPulse(machine);
  const after = await readCounters(machine);
  return { result, longest, refaults: after.refaults - before.refaults, scanned: after.scanned - before.scanned };
}

async function readCounters(machine: Machine): Promise<{ readonly refaults: number; readonly scanned: number }> {
  const names = ["workingset_refault_file", "pgscan_kswapd"];
  const script = `awk '/^(${names.join("|")}) / {print $2}' /proc/vmstat`;
  // In the order of /proc/vmstat.
  const [refaults = Number.NaN, scanned = Number.NaN] = (await inMachine(machine, script))
    .trim()
    .split("\n")
    .map(Number);
  return { refaults, scanned };
}
