// The kinds of nodes on which the batch runs: a machine with a real kubelet and a control plane for each batch.
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { inMachine } from "../../tests/boot/exercises";
import type { Image } from "../../tests/boot/image";
import type { Machine } from "../../tests/boot/machine";
import { runScenario } from "../../tests/boot/runner";
import { inNamespace } from "../../tests/kube/cluster/api";
import { startControlPlane } from "../../tests/kube/control-plane";
import { type NodePlan, nodeScenario, oursWith, recipe, withoutSwap } from "../../tests/kube/node/plans";
import { NAMESPACE, type Pods, statuses } from "../../tests/kube/node/pods";
import { countJobs, jobOf, type JobCounts, type Peak } from "./jobs";

const ZSWAP_POOL_PERCENT = 20;

const JOBS_PATH = inNamespace(NAMESPACE, "jobs", "/apis/batch/v1");

/** The kinds of nodes, in the order of a round. */
export const KINDS = ["no swap", "recipe", "ours", "ours with zswap"] as const;
export type Kind = (typeof KINDS)[number];

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

const plans: Readonly<Record<Kind, NodePlan>> = {
  "no swap": withoutSwap,
  recipe,
  ours: oursWith(),
  "ours with zswap": zswapped(oursWith({ zswapMaxPoolPercent: ZSWAP_POOL_PERCENT })),
};

function zswapped(plan: NodePlan): NodePlan {
  return {
    ...plan,
    check: (seen) => {
      plan.check(seen);
      if (seen.zswap["enabled"] !== "Y") throw new Error(`zswap is not on: ${JSON.stringify(seen.zswap)}`);
    },
  };
}

/**
 * Boots a node of a kind in `folder`, which is removed afterwards, and runs a batch on it.
 * @param disk the node's programs, as `makeDisk` makes them
 * @throws Error when the node does not boot as it must
 */
export async function runBatch(
  kind: Kind,
  peaks: readonly Peak[],
  folder: string,
  disk: string,
  image: Image,
): Promise<Batch> {
  mkdirSync(folder, { recursive: true });
  const server = await startControlPlane({ folder: join(folder, "control-plane"), controllers: true });
  try {
    let batch: Batch | undefined;
    const row = await runScenario(
      nodeScenario({
        name: `bench: peaks, ${kind}`,
        plan: plans[kind],
        disk,
        server,
        exercise: async (machine, pods) => {
          batch = await runJobs(machine, pods, peaks);
        },
      }),
      image,
      join(folder, "machine"),
      false,
    );
    if (row.result === "failed" || batch === undefined) {
      throw new Error(`${kind} failed: ${row.message ?? row.boots[0]?.message ?? "no boot"}`);
    }
    return batch;
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true });
  }
}

async function runJobs(machine: Machine, pods: Pods, peaks: readonly Peak[]): Promise<Batch> {
  // The rig's agent, which no node has, is not what the kernel may kill.
  await inMachine(
    machine,
    'echo -1000 > "/proc/$(systemctl show --property=MainPID --value rig-agent.service)/oom_score_adj"',
  );
  const before = await readCounters(machine);
  const began = performance.now();
  for (const [index, peak] of peaks.entries()) await pods.api.create(JOBS_PATH, jobOf(`job-${index + 1}`, peak));
  let counts = countJobs([]);
  while (counts.ended < peaks.length) {
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
