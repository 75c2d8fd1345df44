// What should be known of pods that swap, or that meant to.
import { formatQuantity, MIB } from "../swap/quantity";
import { POOL_KEY } from "../swap/vocabulary";
import type { AdmittedContainer } from "./admission";
import { limitRangeRefusals } from "./limit-range";
import type { LimitRange } from "./manifests";
import { selectsLabel } from "./placement";
import type { PodOnNode } from "./predict";

/** What may surprise, by kind; the text completes "object, containers: …". */
const WARNINGS = {
  "resize-refused": {
    message: "its memory request cannot be changed in place on a node of a LimitedSwap kubelet",
    remedy: "Expect a vertical autoscaler to recreate the pod, or set the memory resizePolicy to RestartContainer.",
  },
  "memory-volume": {
    message: "what is in its emptyDir of medium Memory never swaps, and counts against the container's RAM limit",
    remedy: "Use an emptyDir on disk for what may leave RAM.",
  },
  "daemon-swaps": {
    message: "a daemon would swap on every node that it runs on",
    remedy: "Set its memory limit equal to its request if other pods wait for it.",
  },
  "limit-without-request": {
    message: "a memory limit without a request becomes the request too, and so there is no swap",
    remedy: "Add a memory request below the limit if it should swap.",
  },
  "no-memory-limit": {
    message: "its RAM is not limited: it swaps only when the node is short of memory, and has no ceiling of its own",
    remedy: "Set a memory limit: reaching it then means swapping, and not the end of the container.",
  },
  "tiny-memory": {
    message: "its memory is less than 1Mi: the suffix m stands for thousandths of a byte",
    remedy: "Write M or Mi where that was meant.",
  },
  "may-run-elsewhere": {
    message: "it tolerates a pool with swap and does not select it, so it may also run where it gets none",
    remedy: `Add the node selector ${POOL_KEY} with the name of the pool.`,
  },
  "larger-than-node": {
    message: "it requests more memory than such a node has",
    remedy: "Use larger instances or lower the requests.",
  },
  "several-limit-ranges": {
    message: "several LimitRanges of its namespace have defaults, and Kubernetes applies them in no fixed order",
    remedy: "Keep one LimitRange with container defaults in a namespace.",
  },
  "limit-range-refuses": {
    message: "a LimitRange of its namespace refuses the pod",
    remedy: "Change the container's memory or the LimitRange.",
  },
  "pod-level-resources-dropped": {
    message: "its pod-level resources are dropped by the API server before Kubernetes 1.34",
    remedy: "Give the containers requests and limits of their own.",
  },
  "pod-overhead": {
    message: "its RuntimeClass adds memory that the scheduler counts and that never swaps",
    remedy: "QoS class and swap limits are those of the containers; fewer such pods fit on a node.",
  },
  "runtime-class-unknown": {
    message:
      "its RuntimeClass is not given along, nor in the cluster: its overhead, selector and tolerations are not known",
    remedy: "Give the RuntimeClass along with the manifests.",
  },
  "runtime-class-refuses": {
    message: "its RuntimeClass refuses the pod",
    remedy: "Leave the pod's overhead out, and let its node selector agree with the class.",
  },
} as const;
export type WarningId = keyof typeof WARNINGS;

/** One warning of a workload. */
export interface PredictionWarning {
  readonly id: WarningId;
  /** `Kind/name`. */
  readonly object: string;
  readonly namespace: string;
  /** Empty where the pod as a whole is meant. */
  readonly containers: readonly string[];
  /** Names of nodes; empty where it holds for all of them. */
  readonly nodes: readonly string[];
  readonly message: string;
  readonly remedy: string;
}

/** The warnings of all pods, in their order. */
export function findWarnings(
  placed: readonly PodOnNode[],
  limitRanges: readonly LimitRange[],
): readonly PredictionWarning[] {
  const workloads = [...new Set(placed.map(({ pod }) => pod.workload))];
  return workloads.flatMap((workload) =>
    warningsOf(
      placed.filter(({ pod }) => pod.workload === workload),
      limitRanges.filter(({ namespace }) => namespace === workload.namespace),
    ),
  );
}

/** The warnings of one workload, from what becomes of it on each node. */
function warningsOf(placed: readonly PodOnNode[], limitRanges: readonly LimitRange[]): readonly PredictionWarning[] {
  const [first] = placed;
  if (first === undefined) return [];
  const { workload, containers, overheadBytes, runtimeClass } = first.pod;
  const swapping = containers.filter(({ name }) => placed.some((onNode) => swaps(onNode, name)));
  const names = (chosen: readonly AdmittedContainer[]) => chosen.map(({ name }) => name);
  const warn = (id: WarningId, affected: readonly string[], nodes: readonly string[] = [], detail = "") => ({
    id,
    object: workload.place.object,
    namespace: workload.namespace,
    containers: affected,
    nodes,
    message: `${WARNINGS[id].message}${detail}`,
    remedy: WARNINGS[id].remedy,
  });
  const forContainers = (id: WarningId, affected: readonly AdmittedContainer[]) =>
    affected.length === 0 ? [] : [warn(id, names(affected))];
  const hasSwap = placed.some(({ node, isScheduled }) => isScheduled && node.swapTotalBytes > 0);
  const tooSmall = placed
    .filter(({ pod, node }) => pod.scheduledBytes > node.memTotalBytes)
    .map(({ node }) => node.name);
  const refusals = limitRangeRefusals(first.pod, limitRanges);
  return [
    ...forContainers(
      "resize-refused",
      swapping.filter(({ spec }) => !restartsOnResize(spec)),
    ),
    ...forContainers("memory-volume", hasSwap ? containers.filter(({ spec }) => mountsMemory(spec, workload.pod)) : []),
    ...(workload.isDaemon ? forContainers("daemon-swaps", swapping) : []),
    ...forContainers(
      "limit-without-request",
      first.pod.qosClass === "Burstable" ? containers.filter(({ requestFrom }) => requestFrom === "limit") : [],
    ),
    ...forContainers(
      "no-memory-limit",
      swapping.filter(({ limitBytes }) => limitBytes === undefined),
    ),
    ...forContainers("tiny-memory", containers.filter(hasTinyMemory)),
    ...(swapping.length > 0 && mayRunElsewhere(placed) ? [warn("may-run-elsewhere", [])] : []),
    ...(tooSmall.length === 0
      ? []
      : [warn("larger-than-node", [], tooSmall, `: ${formatQuantity(first.pod.scheduledBytes)}`)]),
    ...(limitRanges.filter(hasDefaults).length > 1 ? [warn("several-limit-ranges", [])] : []),
    ...refusals.map(({ container, why }) =>
      warn("limit-range-refuses", container === null ? [] : [container], [], `: ${why}`),
    ),
    ...(workload.droppedFor === undefined
      ? []
      : [warn("pod-level-resources-dropped", [], [], `: ${workload.droppedFor} runs here`)]),
    ...(overheadBytes === 0 ? [] : [warn("pod-overhead", [], [], `: ${formatQuantity(overheadBytes)}`)]),
    ...(runtimeClass.isClassUnknown
      ? [warn("runtime-class-unknown", [], [], `: ${workload.pod.runtimeClassName ?? ""}`)]
      : []),
    ...runtimeClass.refusals.map((why) => warn("runtime-class-refuses", [], [], `: ${why}`)),
  ];
}

function swaps({ containers }: PodOnNode, name: string): boolean {
  return containers.some(({ of, swap }) => of.name === name && swap.swapLimitBytes > 0);
}

function restartsOnResize({ resizePolicy = [] }: AdmittedContainer["spec"]): boolean {
  return resizePolicy.some(
    ({ resourceName, restartPolicy }) => resourceName === "memory" && restartPolicy === "RestartContainer",
  );
}

function mountsMemory(
  { volumeMounts = [] }: AdmittedContainer["spec"],
  pod: PodOnNode["pod"]["workload"]["pod"],
): boolean {
  const inMemory = (pod.volumes ?? []).filter(({ emptyDir }) => emptyDir?.medium === "Memory").map(({ name }) => name);
  return volumeMounts.some(({ name }) => inMemory.includes(name));
}

function hasTinyMemory({ requestBytes = 0, limitBytes = 0 }: AdmittedContainer): boolean {
  return [requestBytes, limitBytes].some((bytes) => bytes > 0 && bytes < MIB);
}

function mayRunElsewhere(placed: readonly PodOnNode[]): boolean {
  const pools = placed.filter(({ node }) => node.placement !== null && node.pool !== null);
  return (
    pools.length > 0 &&
    pools
      .filter(({ isScheduled }) => isScheduled)
      .every(({ pod, node }) => {
        return !pod.workload.isDaemon && !selectsLabel(pod.workload.pod, POOL_KEY, node.pool ?? "");
      })
  );
}

function hasDefaults({ items }: LimitRange): boolean {
  return items.some(
    ({ type, ...item }) => type === "Container" && (item.default ?? item.defaultRequest ?? item.max ?? item.min),
  );
}
