// The guard where a pod changes after it was made, pods that it must let through, and the limits of its language.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { z } from "zod";
import { ClusterConnection } from "../../../automation/cluster/connection";
import { findUnguarded } from "../../../automation/verify/unguarded";
import { describeGuard } from "../../../components/pool/guard-policy";
import { planPool } from "../../../swap/plan";
import { GIB } from "../../../swap/quantity";
import { ebsPool } from "../../support/pools";
import { container, pod } from "../../workload/manifests";
import { ApiClient, ApiRefusal, type KubernetesJson } from "../api-client";
import { startControlPlane, type ControlPlane } from "../control-plane";
import { onControlPlane, type Scenario } from "../scenario";
import { DAEMON_OBJECTS } from "./daemons";
import { dryRun, replace } from "./dry-run";
import { POOL } from "./expectation";
import { putGuard, untilAtWork, verdictOf } from "./server";

type Json = Readonly<Record<string, unknown>>;

const SELECTS = { nodeSelector: { "eks-swap/pool": POOL } };
const FIXED = [container("app", "1Gi", "1Gi")];
const SWAPS = [container("app", "1Gi", "2Gi")];
const NO_SWAP = { annotations: { "eks-swap/guard": "no-swap" } };
const GATED = { schedulingGates: [{ name: "example.com/wait" }] };

/** Far more than any pod has; the time that CEL takes grows with the square. */
const MANY = 4000;

export const CHANGE_SCENARIOS: readonly Scenario[] = [
  scenario("guard: a pod that is gated gets its selector later", checkGates),
  scenario("guard: a pod that is resized", checkResize),
  scenario("guard: a pod that runs already loses its finalizer and ends", checkRunning),
  scenario("guard: verify reports what admission cannot see", checkReported),
  scenario("guard: daemons and mirror pods pass under deny", checkDaemons),
  scenario("guard: the largest pods stay within the limits of CEL", checkCost),
  {
    name: "guard: nothing to remark for the type checker of Kubernetes",
    needs: "control plane",
    run: async ({ folder, kubernetes }) => {
      const row = { scenario: "guard: nothing to remark for the type checker of Kubernetes", kubernetes };
      try {
        return { ...row, result: "passed", message: null, remark: await checkTypes(folder, kubernetes) };
      } catch (error) {
        return { ...row, result: "failed", message: error instanceof Error ? error.message : String(error) };
      }
    },
  },
];

function scenario(name: string, check: (server: ControlPlane, client: ApiClient) => Promise<string>): Scenario {
  return onControlPlane(name, { karpenterCrds: false }, async (client, server) => check(server, client));
}

const podSchema = z.looseObject({ spec: z.looseObject({}) });

/** The stored pod with another spec. */
async function changed(client: ApiClient, stored: KubernetesJson, spec: Json, metadata: Json = {}): Promise<object> {
  const now = await client.read(stored);
  return { ...now, metadata: { ...now.metadata, ...metadata }, spec: { ...podSchema.parse(now).spec, ...spec } };
}

async function checkGates(server: ControlPlane, client: ApiClient): Promise<string> {
  await putGuard(server, "deny");
  const affinity = (operator: string) => ({
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchExpressions: [{ key: "eks-swap/pool", operator }] }],
        },
      },
    },
  });
  const stored = await client.apply(pod(FIXED, GATED));
  for (const [what, spec] of [
    ["a selector", SELECTS],
    ["an affinity", affinity("Exists")],
    ["a toleration", { tolerations: [{ key: "eks-swap/pool", operator: "Exists" }] }],
    ["a selector while its gate goes", { ...SELECTS, schedulingGates: [] }],
  ] as const) {
    assert.equal(verdictOf(await replace(server, await changed(client, stored, spec))), "no swap", what);
  }
  assert.equal(verdictOf(await replace(server, await changed(client, stored, { schedulingGates: [] }))), "accepted");
  const fine = await client.apply(pod(SWAPS, GATED, { name: "fine" }));
  assert.equal(
    verdictOf(await replace(server, await changed(client, fine, { ...SELECTS, schedulingGates: [] }))),
    "accepted",
  );
  return "refused with selector, affinity or toleration; let go without; let in where it gets swap";
}

async function checkResize(server: ControlPlane, client: ApiClient): Promise<string> {
  await putGuard(server, "deny");
  const still = await client.apply(pod(FIXED, SELECTS, { name: "still", ...NO_SWAP }));
  const swapping = await client.apply(pod(SWAPS, SELECTS, { name: "swapping" }));
  const resize = async (stored: KubernetesJson, request: string, limit: string) =>
    replace(server, await changed(client, stored, { containers: [container("app", request, limit)] }), "resize");
  assert.equal(verdictOf(await resize(still, "1Gi", "2Gi")), "must not swap", "its limit is raised");
  assert.equal(verdictOf(await resize(still, "2Gi", "2Gi")), "accepted", "both are raised");
  assert.equal(verdictOf(await resize(swapping, "2Gi", "2Gi")), "no swap", "its request becomes its limit");
  assert.equal(verdictOf(await resize(swapping, "1Gi", "3Gi")), "accepted", "its limit is raised");
  await putGuard(server, "warn");
  const { accepted, warnings } = await resize(still, "2Gi", "3Gi");
  assert.deepEqual([accepted, warnings.length], [true, 1]);
  return "pods/resize is judged: a pod that must not swap keeps request and limit equal; warn warns";
}

async function checkRunning(server: ControlPlane, client: ApiClient): Promise<string> {
  const finalizers = ["example.com/hold"];
  const spec = { ...SELECTS, nodeName: "node-1", terminationGracePeriodSeconds: 0 };
  const stored = await client.apply(pod(FIXED, spec, { finalizers }));
  const status = { phase: "Running", conditions: [{ type: "Ready", status: "True" }] };
  await replace(server, { ...(await client.read(stored)), status }, "status");
  await putGuard(server, "deny");
  assert.equal(verdictOf(await dryRun(server, pod(FIXED, spec, { name: "another" }))), "no swap");
  for (const metadata of [{ labels: { a: "b" } }, { annotations: { c: "d" } }]) {
    assert.equal(verdictOf(await replace(server, await changed(client, stored, {}, metadata))), "accepted");
  }
  const image = await changed(client, stored, { containers: [{ ...FIXED[0], image: "other" }] });
  assert.equal(verdictOf(await replace(server, image)), "accepted", "another image");
  await client.delete(stored);
  assert.equal(verdictOf(await replace(server, await changed(client, stored, {}, { finalizers: [] }))), "accepted");
  await assert.rejects(client.read(stored), (error) => error instanceof ApiRefusal && error.code === 404);
  return "labels, image, status and finalizers of a pod that would be refused now change; it is deleted";
}

async function checkReported(server: ControlPlane, client: ApiClient): Promise<string> {
  await putGuard(server, "deny");
  const node = { nodeName: "node-1" };
  for (const object of [
    pod(FIXED, node, { name: "by-name" }),
    pod(SWAPS, node, { name: "still", ...NO_SWAP }),
    pod(SWAPS, node, { name: "swapping" }),
    pod(FIXED, node, { name: "fixed", ...NO_SWAP }),
    pod(FIXED, { nodeName: "node-2" }, { name: "elsewhere" }),
  ]) {
    await client.apply(object);
  }
  const connection = new ClusterConnection({ kubeconfig: readFileSync(server.kubeconfigFile, "utf8") });
  const facts = { node: "node-1", notReady: null, memTotalBytes: 32 * GIB, kubelet: "not asked" };
  assert.deepEqual((await findUnguarded(connection, planPool(ebsPool(), "amd64"), [facts]))?.toSorted(), [
    "pod default/by-name on node-1 gets no swap there",
    "pod default/still on node-1 must not swap, and its containers may: app",
  ]);
  return "of five pods let in by nodeName, verify reports the one without swap and the one that must not swap";
}

async function checkDaemons(server: ControlPlane, client: ApiClient): Promise<string> {
  await putGuard(server, "deny");
  for (const { name, pod: made, daemonSet } of DAEMON_OBJECTS) {
    for (const object of [made, daemonSet]) {
      const { accepted, message, warnings } = await dryRun(server, object);
      assert.deepEqual({ accepted, message, warnings }, { accepted: true, message: "", warnings: [] }, name);
    }
  }
  const node = await client.apply({ apiVersion: "v1", kind: "Node", metadata: { name: "node-1" } });
  const owner = { apiVersion: "v1", kind: "Node", name: "node-1", uid: node.metadata["uid"], controller: true };
  const mirror = pod(
    FIXED,
    { ...SELECTS, nodeName: "node-1" },
    { annotations: { "kubernetes.io/config.mirror": "hash" }, ownerReferences: [owner] },
  );
  const kubelet = { user: "system:node:node-1", group: "system:nodes" };
  assert.equal(verdictOf(await dryRun(server, mirror, kubelet)), "accepted", "from a kubelet");
  assert.equal(verdictOf(await dryRun(server, mirror)), "no swap", "from a user");
  return `${DAEMON_OBJECTS.map(({ name }) => name).join(", ")}: pods and DaemonSets pass; a mirror pod passes from its kubelet only`;
}

async function checkCost(server: ControlPlane): Promise<string> {
  await putGuard(server, "deny");
  const expressions = Array.from({ length: MANY }, (_, index) => ({
    key: "a",
    operator: "NotIn",
    values: [String(index)],
  }));
  const last = { key: "eks-swap/pool", operator: "Exists" };
  const needs = (...nodeSelectorTerms: Json[]) => ({
    affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } },
  });
  const tolerations = Array.from({ length: MANY }, (_, index) => ({
    key: `k${index}`,
    operator: "Exists",
  }));
  for (const [what, spec] of [
    ["expressions in one term", needs({ matchExpressions: [...expressions, last] })],
    ["terms", needs(...expressions.map((e) => ({ matchExpressions: [e] })), { matchExpressions: [last] })],
    ["tolerations", { tolerations: [...tolerations, last] }],
    [
      "containers",
      { ...SELECTS, initContainers: Array.from({ length: 1000 }, (_, index) => container(`c${index}`, "1Mi", "1Mi")) },
    ],
  ] as const) {
    const verdict = await dryRun(server, pod(FIXED, spec));
    assert.equal(verdictOf(verdict), "no swap", `${what}: ${verdict.message.slice(0, 300)}`);
  }
  return `${MANY} expressions, terms or tolerations, and 1000 containers, are judged to the last`;
}

const policyStatus = z.object({
  metadata: z.object({ generation: z.number() }),
  status: z
    .object({
      observedGeneration: z.number().default(0),
      typeChecking: z
        .object({ expressionWarnings: z.array(z.looseObject({})).default([]) })
        .default({ expressionWarnings: [] }),
    })
    .default({ observedGeneration: 0, typeChecking: { expressionWarnings: [] } }),
});

/** A controller of kube-controller-manager checks the types of each kind that the policy matches. */
async function checkTypes(folder: string, kubernetes: string): Promise<string> {
  const server = await startControlPlane({ folder, kubernetes, controllers: true });
  try {
    const client = new ApiClient(server);
    const { policy } = describeGuard(POOL, "deny");
    await client.apply(policy);
    const read = async () => policyStatus.parse(await client.read(policy));
    await untilAtWork(policy.metadata.name, async () => {
      const { metadata, status } = await read();
      return status.observedGeneration === metadata.generation;
    });
    assert.deepEqual((await read()).status.typeChecking.expressionWarnings, []);
    return "no warning of the type checker for pods and five kinds of templates";
  } finally {
    await server.stop();
  }
}
