// What should be known of pods that swap, or that meant to.
import { formatQuantity, MIB } from "../swap/quantity";
import { POOL_KEY } from "../swap/vocabulary";
import type { AdmittedContainer, AdmittedPod } from "./admission";
import { limitRangeViolations } from "./limit-range";
import type { LimitRange } from "./objects";
import { selectsLabel } from "./placement";
import type { PodSpec } from "./schema";
import type { PlacedPod } from "./placed-pod";

/** A workload on every node, and the LimitRanges of its namespace. */
interface PlacedWorkload {
  /** Its pod, which is the same on each node. */
  readonly pod: AdmittedPod;
  readonly placed: readonly PlacedPod[];
  /** The containers that get swap on some node. */
  readonly swapping: readonly AdmittedContainer[];
  readonly limitRanges: readonly LimitRange[];
}

/** Where a rule applies: in some containers or in the pod as a whole, on some nodes or on all. */
interface Hit {
  readonly containers?: readonly string[];
  readonly nodes?: readonly string[];
  /** What is added to the message. */
  readonly detail?: string | undefined;
}

interface WarningRule {
  readonly id: string;
  /** Completes "object, containers: …". */
  readonly message: string;
  readonly remedy: string;
  readonly find: (workload: PlacedWorkload) => readonly Hit[];
}

/** What may surprise, in the order in which it is reported. */
const RULES = [
  {
    id: "resize-refused",
    message: "its memory request cannot be changed in place on a node of a LimitedSwap kubelet",
    remedy: "Expect a vertical autoscaler to recreate the pod, or set the memory resizePolicy to RestartContainer.",
    find: ({ swapping }) => inContainers(swapping.filter(({ spec }) => !restartsOnResize(spec))),
  },
  {
    id: "memory-volume",
    message: "what is in its emptyDir of medium Memory never swaps, and counts against the container's RAM limit",
    remedy: "Use an emptyDir on disk for what may leave RAM.",
    find: ({ placed, pod }) => {
      const hasSwap = placed.some(({ node, isScheduled }) => isScheduled && node.swapTotalBytes > 0);
      return inContainers(hasSwap ? pod.containers.filter(({ spec }) => mountsMemory(spec, pod.workload.pod)) : []);
    },
  },
  {
    id: "daemon-swaps",
    message: "a daemon would swap on every node that it runs on",
    remedy: "Set its memory limit equal to its request if other pods wait for it.",
    find: ({ pod, swapping }) => inContainers(pod.workload.isDaemon ? swapping : []),
  },
  {
    id: "limit-without-request",
    message: "a memory limit without a request becomes the request too, and so there is no swap",
    remedy: "Add a memory request below the limit if it should swap.",
    find: ({ pod }) =>
      inContainers(
        pod.qosClass === "Burstable" ? pod.containers.filter(({ requestFrom }) => requestFrom === "limit") : [],
      ),
  },
  {
    id: "no-memory-limit",
    message: "its RAM is not limited: it swaps only when the node is short of memory, and has no ceiling of its own",
    remedy: "Set a memory limit: reaching it then means swapping, and not the end of the container.",
    find: ({ swapping }) => inContainers(swapping.filter(({ limitBytes }) => limitBytes === undefined)),
  },
  {
    id: "tiny-memory",
    message: "its memory is less than 1Mi: the suffix m stands for thousandths of a byte",
    remedy: "Write M or Mi where that was meant.",
    find: ({ pod }) => inContainers(pod.containers.filter(hasTinyMemory)),
  },
  {
    id: "may-run-elsewhere",
    message: "it tolerates a pool with swap and does not select it, so it may also run where it gets none",
    remedy: `Add the node selector ${POOL_KEY} with the name of the pool.`,
    find: ({ placed, swapping }) => inPod(swapping.length > 0 && mayRunElsewhere(placed)),
  },
  {
    id: "larger-than-node",
    message: "it requests more memory than such a node has",
    remedy: "Use larger instances or lower the requests.",
    find: ({ placed, pod }) => {
      const tooSmall = placed.filter(({ node }) => pod.scheduledBytes > node.memTotalBytes);
      const nodes = tooSmall.map(({ node }) => node.name);
      return nodes.length === 0 ? [] : [{ nodes, detail: formatQuantity(pod.scheduledBytes) }];
    },
  },
  {
    id: "several-limit-ranges",
    message: "several LimitRanges of its namespace have defaults, and Kubernetes applies them in no fixed order",
    remedy: "Keep one LimitRange with container defaults in a namespace.",
    find: ({ limitRanges }) => inPod(limitRanges.filter(hasDefaults).length > 1),
  },
  {
    id: "limit-range-refuses",
    message: "a LimitRange of its namespace refuses the pod",
    remedy: "Change the container's memory or the LimitRange.",
    find: ({ pod, limitRanges }) =>
      limitRangeViolations(pod, limitRanges).map(({ container, why }) => ({
        containers: container === undefined ? [] : [container],
        detail: why,
      })),
  },
  {
    id: "pod-level-resources-dropped",
    message: "its pod-level resources are dropped by the API server before Kubernetes 1.34",
    remedy: "Give the containers requests and limits of their own.",
    find: ({ pod: { workload } }) => inPod(workload.droppedFor !== undefined, `${workload.droppedFor ?? ""} runs here`),
  },
  {
    id: "pod-overhead",
    message: "its RuntimeClass adds memory that the scheduler counts and that never swaps",
    remedy: "QoS class and swap limits are those of the containers; fewer such pods fit on a node.",
    find: ({ pod: { overheadBytes } }) => inPod(overheadBytes > 0, formatQuantity(overheadBytes)),
  },
  {
    id: "runtime-class-unknown",
    message:
      "its RuntimeClass is not given along, nor in the cluster: its overhead, selector and tolerations are not known",
    remedy: "Give the RuntimeClass along with the manifests.",
    find: ({ pod: { runtimeClass, workload } }) => inPod(runtimeClass.isClassUnknown, workload.pod.runtimeClassName),
  },
  {
    id: "runtime-class-refuses",
    message: "its RuntimeClass refuses the pod",
    remedy: "Leave the pod's overhead out, and let its node selector agree with the class.",
    find: ({ pod }) => pod.runtimeClass.refusals.map((detail) => ({ detail })),
  },
] as const satisfies readonly WarningRule[];

/** A key of the rules, for scripts. */
export type WarningId = (typeof RULES)[number]["id"];

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
  placed: readonly PlacedPod[],
  limitRanges: readonly LimitRange[],
): readonly PredictionWarning[] {
  return [...new Set(placed.map(({ pod }) => pod))].flatMap((pod) => {
    const { namespace, place } = pod.workload;
    const ofPod = placed.filter((onNode) => onNode.pod === pod);
    const workload: PlacedWorkload = {
      pod,
      placed: ofPod,
      swapping: pod.containers.filter(({ name }) => ofPod.some((onNode) => swaps(onNode, name))),
      limitRanges: limitRanges.filter((limitRange) => limitRange.namespace === namespace),
    };
    return RULES.flatMap(({ id, message, remedy, find }) =>
      find(workload).map(({ containers = [], nodes = [], detail }: Hit) => ({
        id,
        object: place.object,
        namespace,
        containers,
        nodes,
        message: detail === undefined ? message : `${message}: ${detail}`,
        remedy,
      })),
    );
  });
}

function inContainers(containers: readonly AdmittedContainer[]): readonly Hit[] {
  return containers.length === 0 ? [] : [{ containers: containers.map(({ name }) => name) }];
}

function inPod(applies: boolean, detail?: string): readonly Hit[] {
  return applies ? [{ detail }] : [];
}

function swaps({ containers }: PlacedPod, name: string): boolean {
  return containers.some(({ of, swap }) => of.name === name && swap.swapLimitBytes > 0);
}

function restartsOnResize({ resizePolicy = [] }: AdmittedContainer["spec"]): boolean {
  return resizePolicy.some(
    ({ resourceName, restartPolicy }) => resourceName === "memory" && restartPolicy === "RestartContainer",
  );
}

function mountsMemory({ volumeMounts = [] }: AdmittedContainer["spec"], pod: PodSpec): boolean {
  const inMemory = (pod.volumes ?? []).filter(({ emptyDir }) => emptyDir?.medium === "Memory").map(({ name }) => name);
  return volumeMounts.some(({ name }) => inMemory.includes(name));
}

function hasTinyMemory({ requestBytes = 0, limitBytes = 0 }: AdmittedContainer): boolean {
  return [requestBytes, limitBytes].some((bytes) => bytes > 0 && bytes < MIB);
}

function mayRunElsewhere(placed: readonly PlacedPod[]): boolean {
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
