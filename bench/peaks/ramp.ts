// Jobs that rise to their peak and stay there, one after the other, until the node takes one of them away.
import { setTimeout as sleep } from "node:timers/promises";
import { inMachine } from "../../tests/boot/exercises";
import type { Machine } from "../../tests/boot/machine";
import { container, podOf, type Pods } from "../../tests/kube/node/pods";

/** As many as fit by their requests on a node of 4 GiB, of which pods may ask for 3.1. */
export const RAMP_JOBS = 6;
const REQUEST_MIB = 512;
/** One and three quarters of the request. */
export const RAMP_PEAK_MIB = 896;
const STEP_MIB = 32;

/** Two looks of the kubelet, every 10 s: what the last job has set off is seen by then. */
const SETTLE_SECONDS = 20;

/** Longest wait for a job's peak: far above what an emulated node needs that swaps. */
const PEAK_SECONDS = 600;

/** What a node held. */
export interface Held {
  /** Jobs that were at their peak together before the one with which the first was lost, or all. */
  readonly jobs: number;
  /** Memory of the processes of all pods, in RAM and in swap, at most until then. */
  readonly mebibytes: number;
  readonly lost: boolean;
}

/**
 * Starts job after job, each when those before it are at their peak.
 * @throws Error when a job neither comes to its peak within 10 minutes nor is lost
 */
export async function runRamp(machine: Machine, pods: Pods): Promise<Held> {
  let mebibytes = 0;
  const isLost = async (): Promise<boolean> => {
    const all = await pods.untilAll("pods are listed", () => true);
    return all.some(({ status }) => status.phase === "Failed");
  };
  for (let jobs = 0; jobs < RAMP_JOBS; jobs += 1) {
    const resources = { requests: { memory: `${REQUEST_MIB}Mi` } };
    const args = [`-take=${RAMP_PEAK_MIB}`, `-fast=${REQUEST_MIB}`, `-step=${STEP_MIB}`, "-pause=1s", "-hold=24h"];
    await pods.create(
      podOf(`job-${jobs + 1}`, { containers: [container("job", { args: [...args, "-noise=50"], resources })] }),
    );
    const peak = (jobs + 1) * RAMP_PEAK_MIB;
    const began = performance.now();
    let held = 0;
    while (held < peak) {
      if (await isLost()) return { jobs, mebibytes, lost: true };
      if (performance.now() - began > PEAK_SECONDS * 1000) {
        throw new Error(`after ${PEAK_SECONDS} s ${jobs + 1} jobs hold ${held} MiB of ${peak}, and none is lost`);
      }
      await sleep(500);
      held = await heldMiB(machine);
      mebibytes = Math.max(mebibytes, held);
    }
  }
  await sleep(SETTLE_SECONDS * 1000);
  const lost = await isLost();
  return { jobs: lost ? RAMP_JOBS - 1 : RAMP_JOBS, mebibytes, lost };
}

/**
 * Memory of the pods' processes, page by page either mapped or in swap. The cgroup's counters cannot tell it: a page in
 * the swap cache has a slot in swap too, and whether it is also mapped, and so counted as `anon`, they do not say.
 * @throws Error when the machine answers with anything but a number
 */
export async function heldMiB(machine: Pick<Machine, "run">): Promise<number> {
  // A cgroup or a process may end between the list and the look, and what is complained of is part of the answer.
  const kibibytes = await inMachine(
    machine,
    `{ find /sys/fs/cgroup/kubepods.slice -name cgroup.procs -exec cat {} + || true; } 2>/dev/null |
       while read -r pid; do cat "/proc/$pid/status" || true; done 2>/dev/null |
       awk '/^(RssAnon|VmSwap):/ {sum += $2} END {print sum + 0}'`,
  );
  const held = Number(kibibytes) / 1024;
  // No comparison with NaN is true: a job would pass for one at its peak.
  if (Number.isNaN(held)) throw new Error(`the memory of pods is no number: ${kibibytes}`);
  return held;
}
