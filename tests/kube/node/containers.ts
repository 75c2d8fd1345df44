// Every case in which a container gets swap or none, on one running node: pods are made, looked at and taken away.
import assert from "node:assert/strict";
import type { NodeMemory } from "../../../swap/limited-swap";
import { inMachine } from "../../boot/exercises";
import type { Machine } from "../../boot/machine";
import {
  CASES,
  DAEMON_POD,
  DAEMON_SET,
  DEFAULT_REQUEST,
  generatedCases,
  LIMITED_NAMESPACE,
  STATIC_POD,
  USER_PRIORITY_CLASS,
  type Case,
} from "./cases";
import { readLimits, type JudgedPod, type LimitRow } from "./limits";
import { NODE_NAME } from "./node";
import { inNamespace } from "../cluster/api";
import {
  container,
  NAMESPACE,
  podOf,
  podSchema,
  statuses,
  type Pod,
  type PodManifest,
  type Pods,
  type ResourceTexts,
} from "./pods";

/** Any fixed number: the same containers in every run. */
const SEED = 20261124;
const GENERATED = { pods: 8, containers: 8 } as const;

const STATIC_FILE = "/etc/kubernetes/manifests/static.json";

const DAEMON_SETS = inNamespace(NAMESPACE, "daemonsets", "/apis/apps/v1");

/** Minor version since which resources of a running pod can be changed without a feature gate. */
const IN_PLACE_RESIZE_SINCE = 33;

/** https://github.com/kubernetes/kubernetes/blob/v1.36.3/pkg/kubelet/allocation/handlers.go */
const RESIZE_REFUSED = "In-place resize of containers with swap is not supported.";

/** The table's cases, then the generated containers. */
export async function runCases(
  machine: Machine,
  pods: Pods,
  node: NodeMemory,
  minorVersion: number,
): Promise<readonly LimitRow[]> {
  await makeSurroundings(pods);
  await inMachine(machine, `cat > ${STATIC_FILE} <<'END'\n${JSON.stringify(STATIC_POD.pod)}\nEND`);
  await pods.api.create(DAEMON_SETS, DAEMON_SET);
  const known = CASES.filter(({ sinceMinor = 0 }) => sinceMinor <= minorVersion);
  const rows = [...(await readLimits(machine, node, await runPods(pods, [...known, STATIC_POD, DAEMON_POD])))];
  if (minorVersion >= IN_PLACE_RESIZE_SINCE) rows.push(...(await resizedRows(machine, pods, node)));
  await inMachine(machine, `rm ${STATIC_FILE}`);
  await pods.api.delete(`${DAEMON_SETS}/${DAEMON_POD.pod.metadata.name}`);
  await pods.deleteAll();
  const generated = generatedCases(SEED, GENERATED.pods, GENERATED.containers);
  rows.push(...(await readLimits(machine, node, await runPods(pods, generated))));
  await pods.deleteAll();
  return rows;
}

/** One Burstable container of an otherwise empty node; `name` says in which state the node is. */
export async function runOne(
  machine: Machine,
  pods: Pods,
  node: NodeMemory,
  name: string,
): Promise<readonly LimitRow[]> {
  const resources = { requests: { memory: "64Mi" }, limits: { memory: "128Mi" } };
  const pod = podOf("one", { containers: [container("main", { resources })] });
  const rows = await readLimits(machine, node, await runPods(pods, [{ name, pod }]));
  await pods.deleteAll();
  return rows;
}

/** The container whose resources are changed while it runs, on an otherwise empty node. */
export async function runResized(machine: Machine, pods: Pods, node: NodeMemory): Promise<readonly LimitRow[]> {
  const resources = { requests: { memory: "64Mi" }, limits: { memory: "128Mi" } };
  const pod = podOf("burstable", { containers: [container("main", { resources })] });
  await runPods(pods, [{ name: "as it began", pod }]);
  return resizedRows(machine, pods, node);
}

async function makeSurroundings({ api }: Pods): Promise<void> {
  const { name, value } = USER_PRIORITY_CLASS;
  await api.create("/apis/scheduling.k8s.io/v1/priorityclasses", { metadata: { name }, value });
  await api.create("/api/v1/namespaces", { metadata: { name: LIMITED_NAMESPACE } });
  const limits = [{ type: "Container", defaultRequest: { memory: DEFAULT_REQUEST } }];
  await api.create(inNamespace(LIMITED_NAMESPACE, "limitranges"), { metadata: { name: "defaults" }, spec: { limits } });
}

/** Makes the pods and waits until each runs as far as it can, or is refused as it must be. */
async function runPods(pods: Pods, wanted: readonly Case[]): Promise<readonly JudgedPod[]> {
  const made = wanted.filter((one) => one !== STATIC_POD && one !== DAEMON_POD);
  for (const { pod } of made) await pods.create(pod);
  const settled = (pod: Pod): boolean => {
    const { refusedFor } = caseOf(wanted, pod);
    return refusedFor === undefined ? hasStarted(pod) : pod.status.reason === refusedFor;
  };
  const whole = (found: readonly Pod[]): boolean => found.length === wanted.length && found.every(settled);
  await pods.untilAll("the pods run or are refused", whole);
  for (const { pod, ephemeral } of wanted) {
    if (ephemeral === undefined) continue;
    await pods.api.patch(`${pathOf(pod)}/ephemeralcontainers`, { spec: { ephemeralContainers: [ephemeral] } });
  }
  const found = await pods.untilAll("the ephemeral containers run", whole);
  return found.map((pod) => {
    const { name, refusedFor } = caseOf(wanted, pod);
    return { case: name, pod, refused: refusedFor !== undefined };
  });
}

function pathOf({ metadata }: PodManifest): string {
  return `${inNamespace(metadata.namespace, "pods")}/${metadata.name}`;
}

function caseOf(wanted: readonly Case[], { metadata }: Pod): Case {
  // The kubelet adds the node's name to that of a static pod, the controller five characters to that of a DaemonSet's.
  const names = [metadata.name, metadata.name.replace(`-${NODE_NAME}`, ""), metadata.name.replace(/-[a-z0-9]{5}$/, "")];
  const found = wanted.find(({ pod }) => names.includes(pod.metadata.name));
  assert.ok(found !== undefined, `a pod that nobody made: ${metadata.name}`);
  return found;
}

/** All containers run, or an init container does: those of these pods sleep, so that nothing comes after it. */
function hasStarted(pod: Pod): boolean {
  const runs = statuses(pod)
    .filter(({ state }) => state.running !== undefined)
    .map(({ name }) => name);
  const { initContainers, containers, ephemeralContainers } = pod.spec;
  const init = initContainers.find(({ restartPolicy }) => restartPolicy !== "Always");
  if (init !== undefined) return runs.includes(init.name);
  return [...initContainers, ...containers, ...ephemeralContainers].every(({ name }) => runs.includes(name));
}

/** Resources of a running container changed in place: the kubelet refuses another memory request, and follows a limit. */
async function resizedRows(machine: Machine, pods: Pods, node: NodeMemory): Promise<readonly LimitRow[]> {
  const resized = podOf("burstable", { containers: [] });
  const after = async (what: string, memory: ResourceTexts, done: (pod: Pod) => boolean): Promise<readonly Pod[]> => {
    const pod = podSchema.parse(await pods.api.read(pathOf(resized)));
    const containers = pod.spec.containers.map((one) => ({ ...one, resources: memory }));
    await pods.api.patch(`${pathOf(resized)}/resize`, { spec: { containers } });
    const all = await pods.untilEach(what, (one) => one.metadata.name !== resized.metadata.name || done(one));
    return all.filter(({ metadata }) => metadata.name === resized.metadata.name);
  };
  await after(
    "the kubelet refuses another memory request",
    { requests: { memory: "96Mi" }, limits: { memory: "128Mi" } },
    ({ status }) =>
      status.conditions.some(({ reason, message }) => reason === "Infeasible" && message === RESIZE_REFUSED),
  );
  const rows: LimitRow[] = [];
  // Raised again, it is what the guard refuses for a pod that must not swap: docs/guard.md.
  for (const [name, limit] of [
    ["limit lowered in place to the request", "64Mi"],
    ["limit raised in place above the request", "128Mi"],
  ] as const) {
    const changed = await after(
      name,
      { requests: { memory: "64Mi" }, limits: { memory: limit } },
      ({ status }) => status.containerStatuses[0]?.resources?.limits?.["memory"] === limit,
    );
    const judged = changed.map((pod) => ({ case: name, pod, refused: false, changed: true }));
    rows.push(...(await readLimits(machine, node, judged)));
  }
  return rows;
}
