// A batch of jobs on a node, from the first job's creation to the end of the last.
import { setTimeout as sleep } from "node:timers/promises";
import { inMachine } from "../../tests/boot/exercises";
import type { Machine } from "../../tests/boot/machine";
import { inNamespace } from "../../tests/kube/cluster/api";
import { NAMESPACE, type Pods, statuses } from "../../tests/kube/node/pods";
import { countJobs, jobOf, type JobCounts, type Peak } from "./jobs";

const JOBS_PATH = inNamespace(NAMESPACE, "jobs", "/apis/batch/v1");

/** Longest wait for the end of a batch: several times what the slowest node has needed. */
const BATCH_SECONDS = 3600;

/** One batch on one node. */
export interface Batch extends JobCounts {
  /** From the first job's creation until the last one has ended. */
  readonly seconds: number;
  readonly majorFaults: number;
  /** In which nothing ran because all waited for memory: `full` of /proc/pressure/memory. */
  readonly stalledSeconds: number;
  /** Pods by the reason with which each ended, as the API server has it. */
  readonly reasons: Readonly<Record<string, number>>;
}

/**
 * Runs the batch on a node that has nothing else to do.
 * @throws Error when it has not ended within an hour, or the node has before it
 */
export async function runBatch(machine: Machine, pods: Pods, peaks: readonly Peak[]): Promise<Batch> {
  const before = await readCounters(machine);
  const began = performance.now();
  for (const [index, peak] of peaks.entries()) await pods.api.create(JOBS_PATH, jobOf(`job-${index + 1}`, peak));
  let counts = countJobs([]);
  while (counts.ended < peaks.length) {
    // The API server would wait for its node, and so for its pods, as long as anybody asks.
    if (!machine.isOn) throw new Error(`the node went off when ${counts.ended} of ${peaks.length} jobs had ended`);
    if (performance.now() - began > BATCH_SECONDS * 1000) {
      throw new Error(`after ${BATCH_SECONDS} s only ${counts.ended} of ${peaks.length} jobs have ended`);
    }
    await sleep(500);
    counts = countJobs(await pods.api.list(JOBS_PATH));
  }
  const seconds = (performance.now() - began) / 1000;
  const after = await readCounters(machine);
  const reasons: Record<string, number> = {};
  for (const pod of await pods.untilAll("pods are listed", () => true)) {
    const reason = pod.status.reason ?? statuses(pod)[0]?.state.terminated?.reason ?? pod.status.phase;
    reasons[reason] = (reasons[reason] ?? 0) + 1;
  }
  return {
    ...counts,
    seconds,
    majorFaults: after.majorFaults - before.majorFaults,
    stalledSeconds: (after.stalledMicroseconds - before.stalledMicroseconds) / 1e6,
    reasons,
  };
}

async function readCounters(
  machine: Machine,
): Promise<{ readonly majorFaults: number; readonly stalledMicroseconds: number }> {
  const output = await inMachine(
    machine,
    `awk '/^pgmajfault / {print $2}' /proc/vmstat
     sed -n 's/^full .*total=//p' /proc/pressure/memory`,
    600_000,
  );
  const [majorFaults = Number.NaN, stalledMicroseconds = Number.NaN] = output.trim().split("\n").map(Number);
  return { majorFaults, stalledMicroseconds };
}
