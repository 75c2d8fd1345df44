// The kubelet's two memory eviction signals, and which comes first on a node: swap or eviction.
// Rules: https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/kubelet/eviction/helpers.go (signals, thresholds),
// https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/kubelet/cm/node_container_manager_linux.go (kubepods' limit)
import { parseQuantity } from "./quantity";
import type { Watermarks } from "./watermarks";

/** Threshold by eviction signal, each a quantity or a percentage of the capacity, as in `evictionHard`. */
export type EvictionThresholds = Readonly<Record<string, string>>;

export interface NodeReservations {
  /** kubeReserved plus systemReserved memory in bytes: MemTotal less this is the limit of the kubepods cgroup. */
  readonly reservedBytes: number;
  /**
   * Memory in bytes that the kernel and the system daemons really use, their page cache included: it counts until the
   * kernel reclaims it, and then the pods come closer to their limit before free memory is at the low watermark.
   */
  readonly systemUseBytes: number;
  /** memory.high of the cgroup of all pods in bytes, where it is set. */
  readonly podsMemoryHighBytes?: number | undefined;
}

export interface EvictionOutlook {
  /** Free memory in bytes below which the kernel swaps: the low watermark, or where the pods are at their memory.high. */
  readonly swapsBelowFreeBytes: number;
  /** Node signal memory.available: the free memory in bytes below which the kubelet evicts; 0 without a threshold. */
  readonly nodeSignalBelowFreeBytes: number;
  /**
   * Signal allocatableMemory.available, the same threshold below kubepods' limit: the free memory in bytes below which
   * the kubelet evicts although swap is empty, because the pods have come that close to their limit.
   */
  readonly allocatableSignalBelowFreeBytes: number;
  /** What happens first as the pods grow: the kernel swaps, or one of the two signals evicts. */
  readonly first: "swap" | "memory.available" | "allocatableMemory.available";
}

/** The eviction threshold of memory.available in bytes; 0, at which the kubelet never evicts, when `evictionHard` does not name the signal. */
export function memoryThresholdBytes(thresholds: EvictionThresholds, memTotalBytes: number): number {
  const threshold = thresholds["memory.available"];
  if (threshold === undefined) return 0;
  if (!threshold.endsWith("%")) return parseQuantity(threshold);
  // In whole numbers, as on the node: in floating point some shares come out a byte short.
  const thousandths = Math.round(Number(threshold.slice(0, -1)) * 1000);
  return Number((BigInt(Math.floor(memTotalBytes)) * BigInt(thousandths)) / 100_000n);
}

/**
 * kubeReserved memory in bytes that Karpenter and nodeadm give to a node of `maxPods` pods: 11 MiB each and 255 MiB.
 * Source: https://github.com/awslabs/amazon-eks-ami, nodeadm/internal/kubelet/config.go getMemoryMebibytesToReserve
 */
export function kubeReservedMemoryBytes(maxPods: number): number {
  return (11 * maxPods + 255) * 1024 * 1024;
}

/** Compares the points at which swapping and both eviction signals begin, as the pods' memory grows without page cache. */
export function evictionOutlook(
  memTotalBytes: number,
  marks: Watermarks,
  thresholds: EvictionThresholds,
  reservations: NodeReservations,
): EvictionOutlook {
  const { reservedBytes, systemUseBytes, podsMemoryHighBytes = Infinity } = reservations;
  const swapsBelowFreeBytes = Math.max(marks.lowBytes, memTotalBytes - systemUseBytes - podsMemoryHighBytes);
  const nodeSignalBelowFreeBytes = memoryThresholdBytes(thresholds, memTotalBytes);
  const unusedReserveBytes = reservedBytes - systemUseBytes;
  // Without a threshold the kubelet watches neither signal.
  const allocatableSignalBelowFreeBytes =
    nodeSignalBelowFreeBytes === 0 ? 0 : Math.max(0, nodeSignalBelowFreeBytes + unusedReserveBytes);
  const evictsFirst =
    nodeSignalBelowFreeBytes >= allocatableSignalBelowFreeBytes ? "memory.available" : "allocatableMemory.available";
  const evictsBelow = Math.max(nodeSignalBelowFreeBytes, allocatableSignalBelowFreeBytes);
  return {
    swapsBelowFreeBytes,
    nodeSignalBelowFreeBytes,
    allocatableSignalBelowFreeBytes,
    first: swapsBelowFreeBytes > evictsBelow ? "swap" : evictsFirst,
  };
}
