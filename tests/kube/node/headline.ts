// A job that needs more memory than its limit allows: killed on a node without swap, done on a node of ours.
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { MIB } from "../../../swap/quantity";
import { inMachine } from "../../boot/exercises";
import type { Machine } from "../../boot/machine";
import { inNamespace } from "../cluster/api";
import { COMMON_POD_SETTINGS, container, NAMESPACE, statuses, type Pods } from "./pods";
import { type Sample, startSampling, stopSampling } from "./samples";

/** The job's memory in MiB: what it asks for, what it may use, what it needs. */
const JOB = { requestMiB: 512, limitMiB: 1024, needMiB: 1400 } as const;

const JOBS = inNamespace(NAMESPACE, "jobs", "/apis/batch/v1");

const jobSchema = z.object({
  status: z.object({ conditions: z.array(z.object({ type: z.string(), status: z.string() })).default([]) }),
});

/** What became of the job, with what was seen meanwhile. */
export interface JobRun {
  /** The Job's own condition. */
  readonly job: "Complete" | "Failed";
  /** Why its container ended: `Completed`, `OOMKilled`. */
  readonly container: string;
  readonly exitCode: number;
  readonly samples: readonly Sample[];
  /** Most swapped memory in KiB seen of any process in the slice of kubelet and containerd, and how many processes were looked at. */
  readonly daemons: { readonly most: number; readonly processes: number };
}

/** Runs the job to its end. */
export async function runJob(machine: Machine, pods: Pods): Promise<JobRun> {
  await startSampling(machine);
  await sleep(2000);
  await pods.api.create(JOBS, jobOf());
  const daemons = { most: 0, processes: 0 };
  let ended: "Complete" | "Failed" | undefined;
  while (ended === undefined) {
    for (const swapped of await swapOfDaemons(machine)) daemons.most = Math.max(daemons.most, swapped);
    daemons.processes = Math.max(daemons.processes, (await swapOfDaemons(machine)).length);
    ended = endOf(await pods.api.read(`${JOBS}/job`));
    await sleep(1000);
  }
  await sleep(2000);
  const samples = await stopSampling(machine);
  const [pod] = await pods.untilEach("the job's pod has ended", ({ status }) => /Succeeded|Failed/.test(status.phase));
  assert.ok(pod !== undefined);
  const terminated = statuses(pod)[0]?.state.terminated;
  return {
    job: ended,
    container: terminated?.reason ?? "",
    exitCode: terminated?.exitCode ?? Number.NaN,
    samples,
    daemons,
  };
}

function jobOf(): object {
  const { requestMiB, limitMiB, needMiB } = JOB;
  const resources = { requests: { memory: `${requestMiB}Mi` }, limits: { memory: `${limitMiB}Mi` } };
  const args = [`-take=${needMiB}`, "-step=20", "-pause=400ms", "-hold=10s", "-again"];
  // Without a node's name: the scheduler places it.
  const spec = { ...COMMON_POD_SETTINGS, containers: [container("job", { args, resources })] };
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: { name: "job" },
    spec: { backoffLimit: 0, template: { spec } },
  };
}

function endOf(job: unknown): "Complete" | "Failed" | undefined {
  const conditions = jobSchema.parse(job).status.conditions.filter(({ status }) => status === "True");
  return (["Complete", "Failed"] as const).find((end) => conditions.some(({ type }) => type === end));
}

/** Swapped memory in KiB of every process of kubelet and containerd, the shims of pods included. */
async function swapOfDaemons(machine: Machine): Promise<readonly number[]> {
  const output = await inMachine(
    machine,
    `find /sys/fs/cgroup/runtime.slice -name cgroup.procs -exec cat {} + | while read -r pid; do
       awk '/^VmSwap:/ {print $2}' "/proc/$pid/status" 2> /dev/null || true
     done`,
  );
  return output.trim().split("\n").map(Number);
}

/** The most that the container of the job had in swap, in MiB. */
export function mostSwappedMiB({ samples }: JobRun): number {
  return Math.max(...samples.map(({ container: one }) => one?.swap ?? 0)) / MIB;
}
