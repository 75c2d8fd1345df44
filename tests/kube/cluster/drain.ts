// drain on a real control plane: the garbage collector deletes NodeClaims after their NodePool, budgets are counted, and
// the test is Karpenter.
import assert from "node:assert/strict";
import { setTimeout as wait } from "node:timers/promises";
import { ClusterConnection } from "../../../automation/cluster/connection";
import { readHolders } from "../../../automation/drain/holders";
import { drainNodePools, type DrainResult } from "../../../automation/drain/node-pools";
import { inNamespace, PATHS, RefusedError } from "./api";
import { Karpenter } from "./karpenter";
import type { Scenario } from "../scenario";
import { onCluster } from "./scenario";
import type { TestCluster } from "./test-cluster";

const PODS = inNamespace("default", "pods");
const BUDGETS = inNamespace("default", "poddisruptionbudgets", "/apis/policy/v1");

/** What the engine's provider does: deletes in the foreground, and waits until the NodePool is gone. */
function destroyer(cluster: TestCluster, pools: readonly string[]) {
  return async (signal: AbortSignal): Promise<void> => {
    for (const pool of pools) {
      const path = `${PATHS.nodePools}/${pool}`;
      let begun = false;
      for (;;) {
        try {
          if (begun) await cluster.api.read(path);
          else await cluster.api.delete(path, { propagationPolicy: "Foreground" });
          begun = true;
          await wait(100, undefined, { signal });
        } catch (error) {
          if (error instanceof RefusedError && error.status === 404) break;
          throw error;
        }
      }
    }
  };
}

interface Drained {
  readonly result: DrainResult;
  readonly lines: readonly string[];
}

/** Drains a pool; `meanwhile` is told every line. */
async function drainPool(
  cluster: TestCluster,
  deadlineSeconds: number,
  meanwhile: (line: string) => Promise<void> | undefined = () => undefined,
): Promise<Drained> {
  const lines: string[] = [];
  const doing: Promise<void>[] = [];
  const result = await drainNodePools({
    kubeconfig: cluster.kubeconfig,
    pools: ["ebs"],
    destroyNodePools: destroyer(cluster, ["ebs"]),
    deadlineSeconds,
    onProgress: (line) => {
      lines.push(line);
      const done = meanwhile(line);
      if (done !== undefined) doing.push(done);
    },
  });
  await Promise.all(doing);
  return { result, lines };
}

async function addPod(
  cluster: TestCluster,
  name: string,
  annotations: Readonly<Record<string, string>> = {},
): Promise<void> {
  await cluster.api.create(PODS, {
    metadata: { name, labels: { app: name }, annotations },
    spec: { nodeName: "ebs-1", containers: [{ name: "main", image: "registry.example/app" }] },
  });
  const conditions = [{ type: "Ready", status: "True" }];
  await cluster.api.patch(`${PODS}/${name}/status`, { status: { phase: "Running", conditions } });
}

/** Runs with a Karpenter and a pool of one node, and clears pods away. */
async function onNode(cluster: TestCluster, work: () => Promise<void>): Promise<void> {
  await cluster.addPools();
  await cluster.addNode({ name: "ebs-1", pool: "ebs" });
  const karpenter = new Karpenter(cluster.api);
  try {
    await work();
  } finally {
    await karpenter.stop();
    for (const { metadata } of await cluster.api.list(PODS)) {
      await cluster.api.delete(`${PODS}/${metadata.name}`, { gracePeriodSeconds: 0 });
    }
  }
}

const DRAINED = { drained: true, remaining: [], controller: null };

async function goes(cluster: TestCluster): Promise<void> {
  await onNode(cluster, async () => {
    await addPod(cluster, "cart");
    const { result } = await drainPool(cluster, 120);
    assert.deepEqual(result, DRAINED);
    assert.deepEqual(await cluster.api.list(PATHS.nodeClaims), []);
    assert.deepEqual(
      (await cluster.api.list(PATHS.nodePools)).map(({ metadata }) => metadata.name),
      ["instance-store"],
    );
    // To drain what is drained is no error.
    assert.deepEqual((await drainPool(cluster, 120)).result, DRAINED);
  });
}

async function isHeldByBudget(cluster: TestCluster): Promise<void> {
  await onNode(cluster, async () => {
    await addPod(cluster, "cart");
    const selector = { matchLabels: { app: "cart" } };
    await cluster.api.create(BUDGETS, {
      apiVersion: "policy/v1",
      kind: "PodDisruptionBudget",
      metadata: { name: "cart" },
      spec: { minAvailable: 1, selector },
    });
    const held = /ebs: ebs-1 pod default\/cart is held by PodDisruptionBudget cart, which allows no disruption now/;
    let released = false;
    const { result, lines } = await drainPool(cluster, 240, (line) => {
      if (
        released ||
        !line.includes(
          "ebs: ebs-1 pod default/cart is held by PodDisruptionBudget cart, which allows no disruption now",
        )
      )
        return undefined;
      released = true;
      return cluster.api.delete(`${BUDGETS}/cart`).then(() => undefined);
    });
    assert.match(lines.join("\n"), held);
    assert.deepEqual(result, DRAINED);
  });
}

async function reachesItsDeadline(cluster: TestCluster): Promise<void> {
  await onNode(cluster, async () => {
    await addPod(cluster, "batch", { "karpenter.sh/do-not-disrupt": "true" });
    const { result } = await drainPool(cluster, 20);
    assert.deepEqual(result, {
      drained: false,
      remaining: [
        {
          pool: "ebs",
          nodeClaim: "ebs-1-claim",
          node: "ebs-1",
          reasons: ["pod default/batch has the annotation karpenter.sh/do-not-disrupt"],
        },
      ],
      controller: "no Deployment of Karpenter is in the cluster: nobody removes its finalizers",
    });
    await cluster.api.patch(`${PODS}/batch`, { metadata: { annotations: { "karpenter.sh/do-not-disrupt": null } } });
    assert.deepEqual((await drainPool(cluster, 120)).result, DRAINED);
  });
}

async function isHeldByFinalizer(cluster: TestCluster): Promise<void> {
  await onNode(cluster, async () => {
    const path = `${PATHS.nodeClaims}/ebs-1-claim`;
    await cluster.api.patch(path, { metadata: { finalizers: ["karpenter.sh/termination", "example.com/audit"] } });
    const held = /its NodeClaim has the finalizer example\.com\/audit, which is not Karpenter's/;
    let released = false;
    const { result, lines } = await drainPool(cluster, 240, (line) => {
      if (released || !line.includes("its NodeClaim has the finalizer example.com/audit, which is not Karpenter's"))
        return undefined;
      released = true;
      return cluster.api.patch(path, { metadata: { finalizers: null } }).then(() => undefined);
    });
    assert.match(lines.join("\n"), held);
    assert.deepEqual(result, DRAINED);
  });
}

async function seesKarpenter(cluster: TestCluster): Promise<void> {
  const deployments = inNamespace("kube-system", "deployments", "/apis/apps/v1");
  const labels = { "app.kubernetes.io/name": "karpenter" };
  const spec = {
    // The scheduler must not put it on the node that is drained.
    nodeSelector: { elsewhere: "true" },
    containers: [{ name: "controller", image: "registry.example/karpenter" }],
  };
  const template = { metadata: { labels }, spec };
  await onNode(cluster, async () => {
    await addPod(cluster, "batch", { "karpenter.sh/do-not-disrupt": "true" });
    await cluster.api.create(deployments, {
      metadata: { name: "karpenter", labels },
      spec: { replicas: 1, selector: { matchLabels: labels }, template },
    });
    const { result } = await drainPool(cluster, 1);
    assert.equal(result.controller, "no replica of Karpenter is ready: until one is, nobody removes its finalizers");
    const pods = inNamespace("kube-system", "pods");
    for (;;) {
      const [pod] = await cluster.api.list(pods);
      if (pod === undefined) {
        await wait(100);
        continue;
      }
      const conditions = [{ type: "Ready", status: "True" }];
      await cluster.api.patch(`${pods}/${pod.metadata.name}/status`, { status: { phase: "Running", conditions } });
      break;
    }
    // The Deployment's controller counts its replicas in its own time.
    const { lines } = await drainPool(cluster, 20);
    assert.doesNotMatch(lines.at(-1) ?? "", /Karpenter is ready/);
    await cluster.api.patch(`${PODS}/batch`, { metadata: { annotations: { "karpenter.sh/do-not-disrupt": null } } });
    assert.deepEqual((await drainPool(cluster, 120)).result, DRAINED);
  });
  await cluster.api.delete(`${deployments}/karpenter`);
}

async function findsWhatIsOfOthers(cluster: TestCluster): Promise<void> {
  const services = inNamespace("default", "services");
  const volumes = "/api/v1/persistentvolumes";
  const connection = new ClusterConnection({ kubeconfig: cluster.kubeconfig });
  await onNode(cluster, async () => {
    const { budgets, ...before } = await readHolders(connection, ["ebs"]);
    assert.ok(!budgets.includes("default/strict"));
    assert.ok(
      Object.values(before).every((names) => names.length === 0 || !names.some((name) => name.includes("default/"))),
    );
    await cluster.api.create(services, {
      metadata: { name: "web" },
      spec: { type: "LoadBalancer", ports: [{ port: 80 }], selector: { app: "web" } },
    });
    await cluster.api.create(services, { metadata: { name: "inner" }, spec: { ports: [{ port: 80 }] } });
    const volume = (name: string, persistentVolumeReclaimPolicy: string) => ({
      metadata: { name },
      spec: {
        capacity: { storage: "8Gi" },
        accessModes: ["ReadWriteOnce"],
        persistentVolumeReclaimPolicy,
        csi: { driver: "ebs.csi.aws.com", volumeHandle: `vol-${name}` },
        claimRef: { namespace: "default", name: `data-${name}` },
      },
    });
    await cluster.api.create(volumes, volume("kept", "Retain"));
    await cluster.api.create(volumes, volume("goes", "Delete"));
    await cluster.api.create(BUDGETS, {
      metadata: { name: "strict" },
      spec: { maxUnavailable: 0, selector: { matchLabels: { app: "web" } } },
    });
    try {
      // The controller of budgets counts in its own time.
      for (let tries = 0; tries < 100; tries++) {
        const found = await readHolders(connection, []);
        if (found.budgets.includes("default/strict")) break;
        await wait(100);
      }
      assert.deepEqual(await readHolders(connection, ["ebs"]), {
        ...before,
        loadBalancers: ["default/web"],
        claims: ["default/data-goes (goes)"],
        budgets: [...budgets, "default/strict"],
      });
      const asOthers = await readHolders(connection, []);
      assert.ok(asOthers.nodePools.includes("ebs") && asOthers.nodeClaims.includes("ebs-1-claim"));
    } finally {
      await cluster.api.delete(`${services}/web`);
      await cluster.api.delete(`${services}/inner`);
      await cluster.api.delete(`${BUDGETS}/strict`);
      for (const name of ["kept", "goes"]) await cluster.api.delete(`${volumes}/${name}`);
    }
  });
}

async function failsWithTheEngine(cluster: TestCluster): Promise<void> {
  await onNode(cluster, async () => {
    const options = { kubeconfig: cluster.kubeconfig, pools: ["ebs"], deadlineSeconds: 60 };
    const failure = new Error("the engine failed");
    await assert.rejects(
      drainNodePools({ ...options, destroyNodePools: async () => Promise.reject(failure) }),
      failure,
    );
    const abort = new AbortController();
    const aborted = drainNodePools({
      ...options,
      signal: abort.signal,
      destroyNodePools: async (signal) => wait(60_000, undefined, { signal }),
    });
    await wait(300);
    abort.abort();
    await assert.rejects(aborted, { name: "AbortError" });
  });
}

/** All of the above on one control plane. */
export const drainScenario: Scenario = onCluster("drain on a cluster", true, [
  { name: "NodeClaims go after their NodePool, and a second drain finds nothing to do", run: goes },
  { name: "a PodDisruptionBudget holds a pod until it is taken away", run: isHeldByBudget },
  { name: "do-not-disrupt holds a pod until the deadline, and the next drain goes on", run: reachesItsDeadline },
  { name: "a foreign finalizer holds a NodeClaim", run: isHeldByFinalizer },
  { name: "Karpenter is not there, not ready, and ready", run: seesKarpenter },
  { name: "what is of others and stands in the way of a destroy is found", run: findsWhatIsOfOthers },
  { name: "the engine fails, and drain is interrupted", run: failsWithTheEngine },
]);
