// The canary of verify on a real API server; the test is the scheduler and the kubelet.
import assert from "node:assert/strict";
import { setTimeout as wait } from "node:timers/promises";
import { ClusterError } from "../../../automation/cluster/connection";
import { verifyPools } from "../../../automation/verify/pools";
import { inNamespace, type ApiObject } from "./api";
import type { Scenario } from "../scenario";
import { onCluster } from "./scenario";
import type { TestCluster } from "./test-cluster";

/** A namespace that takes only pods of the strictest Pod Security Standard. */
const NAMESPACE = "restricted";
const PODS = inNamespace(NAMESPACE, "pods");

/** 64Mi of 32475668 KiB, times 31457276 KiB, to whole pages. */
const PROMISED = 65_003_520;

async function addNamespace(cluster: TestCluster): Promise<void> {
  const there = await cluster.api.list("/api/v1/namespaces");
  if (there.some(({ metadata }) => metadata.name === NAMESPACE)) return;
  const labels = { "pod-security.kubernetes.io/enforce": "restricted" };
  await cluster.api.create("/api/v1/namespaces", { metadata: { name: NAMESPACE, labels } });
}

async function waitForCanary(cluster: TestCluster): Promise<ApiObject> {
  for (;;) {
    const [canary] = await cluster.api.list(PODS);
    if (canary !== undefined) return canary;
    await wait(50);
  }
}

/** Binds the canary to the node and lets it print a limit. */
async function runCanary(cluster: TestCluster, limit: string): Promise<ApiObject> {
  const canary = await waitForCanary(cluster);
  const { name } = canary.metadata;
  const target = { apiVersion: "v1", kind: "Node", name: "ebs-1" };
  await cluster.api.create(`${PODS}/${name}/binding`, { metadata: { name }, target });
  const log = `${limit}\nMemTotal:       32475668 kB\nSwapTotal:      31457276 kB\n`;
  const answers = { [`containerLogs/${NAMESPACE}/${name}/canary`]: log };
  await cluster.setNode({ name: "ebs-1", pool: "ebs", answers });
  const terminated = { exitCode: 0, reason: "Completed" };
  await cluster.api.patch(`${PODS}/${name}/status`, {
    status: {
      phase: "Succeeded",
      containerStatuses: [
        { name: "canary", image: "", imageID: "", ready: false, restartCount: 0, state: { terminated } },
      ],
    },
  });
  return canary;
}

function optionsOf(cluster: TestCluster, timeoutSeconds = 60) {
  return {
    kubeconfig: cluster.kubeconfig,
    pools: cluster.promises("ebs"),
    canary: { namespace: NAMESPACE, timeoutSeconds },
  };
}

async function reads(cluster: TestCluster): Promise<void> {
  await addNamespace(cluster);
  await cluster.addNode({ name: "ebs-1", pool: "ebs" });
  const [result, canary] = await Promise.all([verifyPools(optionsOf(cluster)), runCanary(cluster, String(PROMISED))]);
  assert.deepEqual(result.pools[0]?.canary, {
    status: "right",
    reasons: [],
    node: "ebs-1",
    limitBytes: PROMISED,
    promisedBytes: PROMISED,
  });
  assert.equal(result.ok, true);
  const spec: unknown = canary["spec"];
  assert.ok(typeof spec === "object" && spec !== null);
  assert.deepEqual(Reflect.get(spec, "nodeSelector"), { "karpenter.sh/nodepool": "ebs" });
  const tolerations: unknown = Reflect.get(spec, "tolerations");
  assert.ok(Array.isArray(tolerations));
  assert.deepEqual(tolerations[0], { key: "eks-swap/pool", operator: "Equal", value: "ebs", effect: "NoSchedule" });
  const status: unknown = canary["status"];
  assert.ok(typeof status === "object" && status !== null);
  assert.equal(Reflect.get(status, "qosClass"), "Burstable");
  assert.deepEqual(await cluster.api.list(PODS), []);
}

async function findsNone(cluster: TestCluster): Promise<void> {
  await addNamespace(cluster);
  await cluster.addNode({ name: "ebs-1", pool: "ebs" });
  const [result] = await Promise.all([verifyPools(optionsOf(cluster)), runCanary(cluster, "0")]);
  assert.equal(result.ok, false);
  assert.equal(result.pools[0]?.status, "failed");
  assert.match(result.pools[0].canary?.reasons.join() ?? "", /may swap 0 bytes instead of 65003520/);
  assert.deepEqual(await cluster.api.list(PODS), []);
}

async function doesNotRun(cluster: TestCluster): Promise<void> {
  await addNamespace(cluster);
  const [result] = await Promise.all([
    verifyPools(optionsOf(cluster, 3)),
    waitForCanary(cluster).then(async ({ metadata }) => {
      const message = "0/3 nodes are available";
      const conditions = [{ type: "PodScheduled", status: "False", reason: "Unschedulable", message }];
      await cluster.api.patch(`${PODS}/${metadata.name}/status`, { status: { conditions } });
    }),
  ]);
  assert.equal(result.ok, false);
  assert.deepEqual(result.pools[0]?.canary?.reasons, ["the canary did not run (Pending): 0/3 nodes are available"]);
  assert.deepEqual(await cluster.api.list(PODS), []);
}

async function isInterrupted(cluster: TestCluster): Promise<void> {
  await addNamespace(cluster);
  const abort = new AbortController();
  const verified = verifyPools({ ...optionsOf(cluster), signal: abort.signal });
  await waitForCanary(cluster);
  abort.abort();
  await assert.rejects(verified, { name: "AbortError" });
  assert.deepEqual(await cluster.api.list(PODS), []);
}

async function isRefused(cluster: TestCluster): Promise<void> {
  const { canary, ...options } = optionsOf(cluster);
  await assert.rejects(
    verifyPools({ ...options, canary: { ...canary, namespace: "nowhere" } }),
    (error) => error instanceof ClusterError && error.message.startsWith("cannot start a canary in nowhere: 404 "),
  );
}

/** All of the above on one control plane. */
export const canaryScenario: Scenario = onCluster("the canary of verify on a cluster", false, [
  { name: "reads its limit in a namespace of restricted pods, and is gone", run: reads },
  { name: "has no swap although its node looks right", run: findsNone },
  { name: "finds no node in time, and is gone", run: doesNotRun },
  { name: "is deleted when verify is interrupted", run: isInterrupted },
  { name: "may not be started", run: isRefused },
]);
