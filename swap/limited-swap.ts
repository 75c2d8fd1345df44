// The kubelet's LimitedSwap rule: which container gets swap, how much to the byte, and why another gets none.
// Rule: configureContainerSwapResources and calcSwapForBurstablePods,
// https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/kubelet/kuberuntime/kuberuntime_container_linux.go
import { floorToPage, PAGE_BYTES } from "./quantity";
import type { QosClass } from "./qos-class";

/** `memorySwap.swapBehavior` of the KubeletConfiguration, case-sensitive. */
export type SwapBehavior = "LimitedSwap" | "NoSwap";

/** What the kubelet read once, at its start, from /proc/meminfo. */
export interface NodeMemory {
  /** MemTotal: capacity, not allocatable. */
  readonly memTotalBytes: number;
  /** SwapTotal: 4 KiB less than the file or volume, whose first page is the header. */
  readonly swapTotalBytes: number;
  readonly swapBehavior: SwapBehavior;
}

/** What of a pod, besides its containers, decides whether it may swap. */
export interface PodOnNode {
  readonly qosClass: QosClass;
  /** A static or mirror pod. */
  readonly isStatic: boolean;
  /** `spec.priority`, 0 when there is no PriorityClass. */
  readonly priority: number;
}

/** Memory of one container in bytes, as the API server stores it: a limit without a request has become the request. */
export interface ContainerMemory {
  readonly requestBytes?: number | undefined;
  readonly limitBytes?: number | undefined;
}

/** Why a container gets no swap. */
export const NO_SWAP_REASONS = {
  "swap-behavior": "the kubelet's memorySwap.swapBehavior is not LimitedSwap",
  "static-pod": "static pods never swap",
  "critical-priority":
    "pods of priority 2000000000 and above (system-cluster-critical, system-node-critical) never swap",
  "qos-class": "only Burstable pods swap",
  "no-memory-resources": "the container has neither a memory request nor a memory limit",
  "request-equals-limit": "the container's memory request equals its memory limit",
  "request-above-node": "the container's memory request is larger than the node's memory",
  "no-swap-on-node": "the node had no swap when its kubelet started",
  "no-memory-request": "the container's memory request is 0",
} as const;
/** A key of {@link NO_SWAP_REASONS}, for scripts. */
export type NoSwapReason = keyof typeof NO_SWAP_REASONS;

/** What a container gets, or why it gets nothing. */
export interface SwapLimit {
  /** `memory.swap.max` as the kubelet sends it; the kernel keeps whole pages of it. */
  readonly swapLimitBytes: number;
  /** Null where swap is given. */
  readonly reason: NoSwapReason | null;
}

/** Source: SystemCriticalPriority, https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/apis/scheduling/types.go */
const SYSTEM_CRITICAL_PRIORITY = 2_000_000_000;

/** The swap limit of one container; init and sidecar containers follow the same rule as the others. */
export function limitedSwap(node: NodeMemory, pod: PodOnNode, container: ContainerMemory): SwapLimit {
  const reason = refusal(node, pod, container);
  if (reason !== null) return { swapLimitBytes: 0, reason };
  const swapLimitBytes = proportionalSwap(container.requestBytes ?? 0, node);
  if (swapLimitBytes > 0) return { swapLimitBytes, reason: null };
  return { swapLimitBytes, reason: node.swapTotalBytes === 0 ? "no-swap-on-node" : "no-memory-request" };
}

/**
 * RAM plus swap that a container can hold before it is OOM-killed, in bytes as the kernel counts them; null when its
 * RAM is not limited. A container of a node with swap reaches its RAM limit by swapping, not by being killed.
 */
export function memoryCeiling(
  container: ContainerMemory,
  limit: Pick<SwapLimit, "swapLimitBytes"> & Partial<SwapLimit>,
): number | null {
  if (container.limitBytes === undefined) return null;
  return floorToPage(container.limitBytes) + floorToPage(limit.swapLimitBytes);
}

/**
 * The SwapTotal with which a container of this request gets at least `swapLimitBytes`, in bytes, whole pages; undefined
 * for a request that gets no swap of any size (none, or one above the node's memory), and above 2^53 bytes.
 */
export function swapTotalFor(swapLimitBytes: number, requestBytes: number, memTotalBytes: number): number | undefined {
  if (requestBytes <= 0 || requestBytes > memTotalBytes) return undefined;
  const estimate = (swapLimitBytes / requestBytes) * memTotalBytes;
  if (estimate > Number.MAX_SAFE_INTEGER) return undefined;
  return smallestWholePages(
    estimate,
    (swapTotalBytes) => proportionalSwap(requestBytes, { memTotalBytes, swapTotalBytes }) >= swapLimitBytes,
  );
}

/**
 * The memory request that gives at least `swapLimitBytes`, in bytes, whole pages; undefined when even a request of the
 * whole node would not, because the node's swap is smaller than that.
 */
export function requestFor(swapLimitBytes: number, node: Omit<NodeMemory, "swapBehavior">): number | undefined {
  if (swapLimitBytes > node.swapTotalBytes) return undefined;
  if (swapLimitBytes === 0) return 0;
  const request = smallestWholePages(
    (swapLimitBytes / node.swapTotalBytes) * node.memTotalBytes,
    (requestBytes) => proportionalSwap(requestBytes, node) >= swapLimitBytes,
  );
  return Math.min(request, node.memTotalBytes);
}

function refusal(node: NodeMemory, pod: PodOnNode, container: ContainerMemory): NoSwapReason | null {
  if (node.swapBehavior !== "LimitedSwap") return "swap-behavior";
  if (pod.isStatic) return "static-pod";
  if (pod.priority >= SYSTEM_CRITICAL_PRIORITY) return "critical-priority";
  if (pod.qosClass !== "Burstable") return "qos-class";
  const { requestBytes = 0, limitBytes = 0 } = container;
  if (requestBytes === 0 && limitBytes === 0) return "no-memory-resources";
  if (requestBytes === limitBytes) return "request-equals-limit";
  if (requestBytes > node.memTotalBytes) return "request-above-node";
  return null;
}

/** The order of the operations is the kubelet's: both round float64 after the division and after the product. */
function proportionalSwap(requestBytes: number, node: Omit<NodeMemory, "swapBehavior">): number {
  return Math.trunc((requestBytes / node.memTotalBytes) * node.swapTotalBytes);
}

function smallestWholePages(estimate: number, suffices: (bytes: number) => boolean): number {
  let bytes = floorToPage(Math.max(0, Math.floor(estimate) - PAGE_BYTES));
  while (!suffices(bytes)) bytes += PAGE_BYTES;
  return bytes;
}
