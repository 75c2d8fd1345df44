// (a) A pending job becomes a node, and finishes there in swap; the same job on a pool without swap is killed.
import assert from "node:assert/strict";
import { limitedSwap } from "../../../swap/limited-swap";
import { floorToPage, MIB } from "../../../swap/quantity";
import { inMachine } from "../../boot/exercises";
import { observe } from "../../boot/observation";
import { startSampling, stopSampling, type Sample } from "../../kube/node/samples";
import { describeCondition, isTrue, JOBS, type Node, type Pod } from "../cluster-view";
import type { RunningInstance } from "../instances";
import type { Stage, Story } from "../story";
import { jobOf, PEAK } from "../workloads";

export const JOB_STORY: Story = {
  name: "a: a pending job becomes a node and finishes in swap; without swap it is killed",
  run: async (stage) => {
    const [samples] = await Promise.all([withSwap(stage), withoutSwap(stage)]);
    assert.ok(mostSwapped(samples) > 100 * MIB, `${mostSwapped(samples) / MIB} MiB of the job were in swap`);
  },
};

async function withSwap({ chain, cluster, see, mark }: Stage): Promise<readonly Sample[]> {
  const created = await cluster.api.create(JOBS, jobOf({ name: "peak", pool: "swap", amounts: PEAK, hold: "10s" }));
  mark("job created", String(created.metadata["creationTimestamp"]));
  const { instance, node } = await followLaunch("swap", { chain, cluster, see, mark });
  await startSampling(instance.machine);
  const pod = await runningPod("peak", { chain, cluster, see, mark });
  await checkLimit(instance, pod, node, see);
  assert.equal(await cluster.ended("peak"), "Complete");
  const samples = await stopSampling(instance.machine);
  mark("job complete", (await cluster.job("peak")).status.completionTime);
  const first = samples.find(({ container }) => (container?.swap ?? 0) > 0);
  if (first !== undefined) mark("first page in swap", first.at * 1000);
  see(`job peak: Complete, up to ${Math.round(mostSwapped(samples) / MIB)} MiB of it in swap`);
  return samples;
}

async function withoutSwap({ chain, cluster, see }: Stage): Promise<void> {
  await cluster.api.create(JOBS, jobOf({ name: "peak-plain", pool: "plain", amounts: PEAK, hold: "10s" }));
  const { node } = await followLaunch("plain", { chain, cluster, see, mark: () => undefined });
  assert.equal(node.status.nodeInfo?.swap?.capacity ?? 0, 0);
  assert.equal(await cluster.ended("peak-plain"), "Failed");
  const [pod] = await cluster.podsOf("peak-plain");
  const reason = pod?.status.containerStatuses[0]?.state.terminated?.reason;
  assert.equal(reason, "OOMKilled");
  see(`the same job on a node of pool plain, without swap: Failed, ${reason}`);
}

/** From the NodeClaim to the initialized node of a pool. */
export async function followLaunch(
  pool: string,
  { chain, cluster, see, mark }: Stage,
  except: readonly string[] = [],
): Promise<{ readonly instance: RunningInstance; readonly node: Node }> {
  const { claim, node } = await cluster.readyNode(pool, except);
  mark("NodeClaim created", claim.metadata.creationTimestamp);
  for (const [type, moment] of [
    ["Launched", "instance launched"],
    ["Registered", "node registered"],
    ["Initialized", "node initialized"],
  ] as const) {
    const condition = claim.status.conditions.find((candidate) => candidate.type === type);
    mark(moment, condition?.lastTransitionTime);
  }
  const instance = chain.dataPlane.instances.all.get(claim.status.providerID.split("/").at(-1) ?? "");
  assert.ok(instance !== undefined, `no instance ${claim.status.providerID}`);
  await markBoot(instance, mark);
  see(`NodeClaim ${claim.metadata.name}: ${claim.status.conditions.map(describeCondition).join(", ")}`);
  const swap = node.status.nodeInfo?.swap?.capacity ?? 0;
  see(
    `node ${node.metadata.name}, ${instance.launched.instanceType}: nodeInfo.swap.capacity ${swap}, ` +
      `eks-swap/backing ${node.metadata.labels["eks-swap/backing"] ?? "not set"}`,
  );
  return { instance, node };
}

/** What the machine itself recorded, in the time of this computer. */
async function markBoot({ machine }: RunningInstance, mark: Stage["mark"]): Promise<void> {
  const uptime = Number((await inMachine(machine, "cut -d ' ' -f 1 /proc/uptime")).trim());
  const poweredOn = Date.now() - uptime * 1000;
  mark("kernel started", poweredOn);
  const { swapOnAt, kubeletStarts } = await observe(machine);
  if (swapOnAt !== undefined) mark("swap on", poweredOn + swapOnAt * 1000);
  const [first] = kubeletStarts;
  if (first !== undefined) mark("kubelet started", poweredOn + first.uptime * 1000);
}

export async function runningPod(job: string, { cluster, mark }: Stage): Promise<Pod> {
  const pod = await cluster.until(`a pod of ${job} runs`, async () =>
    (await cluster.podsOf(job)).find(({ status }) => status.containerStatuses[0]?.state.running !== undefined),
  );
  mark("pod running", pod.status.containerStatuses[0]?.state.running?.startedAt);
  return pod;
}

/** The kernel's limit of the job's container is what the rule predicts from the machine's own numbers. */
async function checkLimit({ machine }: RunningInstance, pod: Pod, node: Node, see: Stage["see"]): Promise<void> {
  assert.ok(isTrue(node.status.conditions, "Ready"));
  const id = pod.status.containerStatuses[0]?.containerID?.replace("containerd://", "") ?? "";
  const limit = Number(
    (
      await inMachine(machine, `cat /sys/fs/cgroup/kubepods.slice/*/*/cri-containerd-${id}.scope/memory.swap.max`)
    ).trim(),
  );
  const start = (await observe(machine)).kubeletStarts.at(-1);
  assert.ok(start !== undefined);
  const { swapLimitBytes } = limitedSwap(
    {
      memTotalBytes: start.memTotalKiB * 1024,
      swapTotalBytes: start.swapTotalKiB * 1024,
      swapBehavior: "LimitedSwap",
    },
    { qosClass: "Burstable", priority: 0, isStatic: false },
    { requestBytes: PEAK.requestMiB * MIB, limitBytes: PEAK.limitMiB * MIB },
  );
  assert.equal(limit, floorToPage(swapLimitBytes));
  see(`memory.swap.max of the container: ${limit}, as predicted`);
}

function mostSwapped(samples: readonly Sample[]): number {
  return Math.max(...samples.map(({ container }) => container?.swap ?? 0));
}
