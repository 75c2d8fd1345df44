// verify on a real API server: what is read of pools, nodes, kubelets and canaries.
import assert from "node:assert/strict";
import { setTimeout as wait } from "node:timers/promises";
import { ClusterError } from "../../../automation/cluster/connection";
import { countNodes } from "../../../automation/cluster/nodes";
import { ClusterConnection } from "../../../automation/cluster/connection";
import { readSwapUse } from "../../../automation/cluster/swap-in-use";
import { verifyPools, type VerifyResult } from "../../../automation/verify/pools";
import { GIB, MIB } from "../../../swap/quantity";
import { inNamespace, PATHS } from "./api";
import type { TestCluster } from "./test-cluster";
import type { Scenario } from "../scenario";
import { onCluster } from "./scenario";

/** The status and the reasons of a node. */
function nodeOf({ pools }: VerifyResult, name: string): readonly [string, ...string[]] {
  const node = pools.flatMap(({ nodes }) => nodes).find((candidate) => candidate.node === name);
  assert.ok(node, `${name} is not in the result`);
  return [node.status, ...node.reasons];
}

async function right(cluster: TestCluster): Promise<void> {
  await cluster.addNode({ name: "ebs-1", pool: "ebs" });
  await cluster.addNode({ name: "store-1", pool: "instance-store" });
  const result = await verifyPools({
    kubeconfig: cluster.kubeconfig,
    pools: cluster.promises("ebs", "instance-store"),
  });
  assert.equal(result.ok, true, JSON.stringify(result));
  assert.deepEqual(
    result.pools.map(({ pool, status, reasons, canary }) => ({ pool, status, reasons, canary })),
    ["ebs", "instance-store"].map((pool) => ({ pool, status: "right", reasons: [], canary: null })),
  );
  assert.deepEqual(result.pools[0]?.nodes, [
    { node: "ebs-1", backing: "root-volume", swapCapacityBytes: 32_212_250_624, status: "right", reasons: [] },
  ]);
  assert.deepEqual([...(await countNodes(new ClusterConnection(cluster)))].toSorted(), [
    ["ebs", 1],
    ["instance-store", 1],
  ]);
}

async function wrong(cluster: TestCluster): Promise<void> {
  await cluster.addNode({ name: "cut", pool: "ebs", swapCapacity: 12 * GIB });
  await cluster.addNode({ name: "later-backing", pool: "instance-store", backing: "root-volume" });
  const degraded = { kubeconfig: cluster.kubeconfig, pools: cluster.promises("ebs", "instance-store") };
  assert.equal((await verifyPools(degraded)).ok, false);
  assert.equal((await verifyPools({ ...degraded, allowDegraded: true })).ok, true);

  await cluster.addNode({ name: "none", pool: "instance-store", backing: "none", swapCapacity: null });
  await cluster.addNode({ name: "unlabelled", pool: "ebs", backing: null });
  await cluster.addNode({ name: "down", pool: "ebs", ready: false });
  await cluster.addNode({ name: "silent", pool: "ebs", kubelet: null });
  await cluster.addNode({ name: "no-swap", pool: "ebs", kubelet: { memorySwap: {}, failSwapOn: true } });
  await cluster.addNode({ name: "earlier", pool: "ebs", hash: "then" });
  await cluster.addNodeClaim({ name: "launching", pool: "ebs" });
  const result = await verifyPools({ ...degraded, allowDegraded: true });
  assert.equal(result.ok, false);
  const expected: Readonly<Record<string, readonly [string, ...RegExp[]]>> = {
    cut: ["degraded", /12Gi instead of 31457276Ki/],
    "later-backing": ["degraded", /root-volume instead of instance-store/],
    none: ["failed", /eks-swap\/backing is none/],
    unlabelled: ["failed", /no label/],
    down: ["failed", /is not Ready: container runtime is down/],
    silent: ["failed", /settings are not known: cannot ask the kubelet of silent for configz: 50\d /],
    "no-swap": ["failed", /failSwapOn true/, /swapBehavior unset/],
    earlier: ["pending", /earlier EC2NodeClass/],
    launching: ["pending", /has not joined the cluster yet/],
  };
  for (const [name, [status, ...reasons]] of Object.entries(expected)) {
    const [seen, ...said] = nodeOf(result, name);
    assert.equal(seen, status, name);
    assert.equal(said.length, reasons.length, said.join("\n"));
    reasons.forEach((reason, index) => {
      assert.match(said[index] ?? "", reason);
    });
  }
}

async function objects(cluster: TestCluster): Promise<void> {
  const path = `${PATHS.nodeClasses}/ebs`;
  const options = { kubeconfig: cluster.kubeconfig, pools: cluster.promises("ebs") };
  await cluster.api.patch(path, { spec: { userData: "MIME-Version: 1.0" } });
  const [changed] = (await verifyPools(options)).pools;
  assert.match(
    changed?.reasons.join("\n") ?? "",
    /^Karpenter has not reconciled EC2NodeClass ebs .*\n.*not up to date$/,
  );
  await cluster.setConditions(path, ["Ready"]);
  assert.deepEqual((await verifyPools(options)).pools[0]?.reasons.length, 1);
  await cluster.api.patch(path, { spec: { userData: cluster.pool("ebs").files["userdata.mime"] } });
  await cluster.setConditions(path, ["Ready"]);
  assert.equal((await verifyPools(options)).ok, true);
  const absent = cluster.promises("ebs").map(({ plan, userData }) => ({ plan: { ...plan, pool: "absent" }, userData }));
  assert.deepEqual((await verifyPools({ ...options, pools: absent })).pools[0]?.reasons, [
    "there is no EC2NodeClass absent in the cluster",
    "there is no NodePool absent in the cluster",
  ]);
}

async function waits(cluster: TestCluster): Promise<void> {
  const late = { name: "late", pool: "ebs" };
  await cluster.addNode({ ...late, ready: false });
  const lines: string[] = [];
  const options = {
    kubeconfig: cluster.kubeconfig,
    pools: cluster.promises("ebs"),
    onProgress: (line: string) => lines.push(line),
  };
  const [result] = await Promise.all([
    verifyPools({ ...options, waitSeconds: 120 }),
    wait(500).then(async () => cluster.setNode(late)),
  ]);
  assert.equal(result.ok, true);
  assert.match(lines.join("\n"), /^ebs: 0 of 1 nodes right, late is not Ready: container runtime is down$/);

  await cluster.setNode({ ...late, ready: false });
  assert.equal((await verifyPools({ ...options, waitSeconds: 1 })).ok, false);

  const abort = new AbortController();
  const waiting = verifyPools({ ...options, waitSeconds: 120, signal: abort.signal });
  await wait(500);
  abort.abort();
  await assert.rejects(waiting, { name: "AbortError" });
}

async function olderKubelet(cluster: TestCluster): Promise<void> {
  const older = { name: "older", pool: "ebs", kubeletVersion: "v1.32.9-eks-1", swapCapacity: null };
  const swap = { swapAvailableBytes: 20 * GIB, swapUsageBytes: 10 * GIB };
  await cluster.addNode({ ...older, answers: { "stats/summary": { node: { swap } } } });
  const options = { kubeconfig: cluster.kubeconfig, pools: cluster.promises("ebs") };
  assert.equal((await verifyPools(options)).ok, true);
  await cluster.setNode({ ...older, answers: { "stats/summary": { node: {} } } });
  assert.match(nodeOf(await verifyPools(options), "older").join(), /saw no swap when it started/);
}

async function swapUse(cluster: TestCluster): Promise<void> {
  const container = (name: string, request: string, limit: string) => ({
    name,
    image: "registry.example/app",
    resources: { requests: { memory: request }, limits: { memory: limit } },
  });
  await cluster.api.create(inNamespace("default", "pods"), {
    metadata: { name: "app" },
    spec: { nodeName: "busy", containers: [container("small", "64Mi", "1Gi"), container("equal", "1Gi", "1Gi")] },
  });
  const swap = (bytes: number) => ({ swapAvailableBytes: 0, swapUsageBytes: bytes });
  const pods = [
    {
      podRef: { name: "app", namespace: "default", uid: "" },
      swap: swap(300 * MIB),
      containers: [
        { name: "small", swap: swap(300 * MIB) },
        { name: "equal", swap: swap(0) },
      ],
    },
    { podRef: { name: "gone", namespace: "default", uid: "" }, swap: swap(MIB) },
  ];
  await cluster.addNode({ name: "busy", pool: "ebs", answers: { "stats/summary": { node: {}, pods } } });
  await cluster.addNode({ name: "mute", pool: "ebs", kubelet: null });
  const connection = new ClusterConnection(cluster);
  const { containers, unread } = await readSwapUse(connection, [cluster.pool("ebs").plan]);
  const place = { pool: "ebs", node: "busy", namespace: "default", pod: "app" };
  assert.deepEqual(containers, [
    // 64Mi of 32475668 KiB, times 31457276 KiB, to whole pages.
    { ...place, container: "small", usedBytes: 300 * MIB, limitBytes: 65_003_520, reason: null },
  ]);
  assert.deepEqual(
    unread.map(({ node }) => node),
    ["mute"],
  );
  const [smaller] = (await readSwapUse(connection, [{ pool: "ebs", swap: null }])).containers;
  assert.deepEqual([smaller?.limitBytes, smaller?.reason], [0, "swap-behavior"]);
  // A kubelet before 1.33 counts pods only.
  const [first] = pods;
  await cluster.setNode({
    name: "busy",
    pool: "ebs",
    answers: {
      "stats/summary": { node: {}, pods: [{ ...first, containers: [{ name: "small" }, { name: "equal" }] }] },
    },
  });
  assert.deepEqual((await readSwapUse(connection, [cluster.pool("ebs").plan])).containers, [
    { ...place, container: "*", usedBytes: 300 * MIB, limitBytes: 65_003_520, reason: null },
  ]);
  await cluster.api.delete(`${inNamespace("default", "pods")}/app`, { gracePeriodSeconds: 0 });
}

async function refused(cluster: TestCluster): Promise<void> {
  const pools = cluster.promises("ebs");
  await assert.rejects(
    verifyPools({ kubeconfig: cluster.kubeconfigOf("nobody"), pools }),
    (error) => error instanceof ClusterError && /^cannot .*: 401 Unauthorized$/.test(error.message),
  );
  await cluster.api.create(inNamespace("default", "serviceaccounts"), { metadata: { name: "reader" } });
  const made = await cluster.api.create(`${inNamespace("default", "serviceaccounts")}/reader/token`, { spec: {} });
  const status: unknown = made["status"];
  const token = typeof status === "object" && status !== null ? String(Reflect.get(status, "token")) : "";
  await assert.rejects(
    verifyPools({ kubeconfig: cluster.kubeconfigOf(token), pools }),
    (error) =>
      error instanceof ClusterError && /403 .*serviceaccount:default:reader.* cannot (?:get|list)/.test(error.message),
  );
  await assert.rejects(
    verifyPools({ kubeconfig: "clusters: []", pools }),
    (error) =>
      error instanceof ClusterError && error.message.startsWith("the kubeconfig cannot be used: No active cluster"),
  );
}

/** All of the above on one control plane. */
export const verifyScenario: Scenario = onCluster("verify on a cluster", false, [
  { name: "pools and nodes that are right", run: right },
  { name: "one thing wrong with each node", run: wrong },
  { name: "the EC2NodeClass was changed manually, is behind, or is not there", run: objects },
  { name: "waits, until a node is right or the time is up or it is interrupted", run: waits },
  { name: "a kubelet before Kubernetes 1.33", run: olderKubelet },
  { name: "gates: swap in use against the limit under another plan", run: swapUse },
  { name: "a token that is unknown, one without rights, and no cluster", run: refused },
]);
