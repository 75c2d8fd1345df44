// Decision before a node exists: does the kernel swap before the kubelet evicts, and can the kubelet evict at all?
import { evictionOutlook, kubeReservedMemoryBytes, memoryThresholdBytes } from "./eviction";
import type { EvictionOutlook, EvictionThresholds } from "./eviction";
import { GIB, MIB } from "./quantity";
import type { MemoryRange } from "./requirements";
import {
  effectiveWatermarkSysctls,
  podsMemoryHighBytes,
  watermarks,
  type SysctlSettings,
  type Watermarks,
} from "./watermarks";

/** How memory pressure will go on a node of this nominal RAM. */
export interface NodeOutlook {
  readonly memTotalBytes: number;
  readonly watermarks: Watermarks;
  readonly eviction: EvictionOutlook;
  /** False when neither signal can be reached: free memory never falls below the min watermark, where the OOM killer acts. */
  readonly canEvict: boolean;
}

/**
 * What kernel, kubelet and containerd of a node use, assumed until a node measures it: an AL2023 node that runs nothing
 * but its daemons. It decides together with kubeReserved at how much free memory the pods reach their limit.
 */
export const ASSUMED_SYSTEM_USE_BYTES = 400 * MIB;

/**
 * Pods of a node as EKS counts them for kubeReserved: by the network interfaces of common types, at most 110 below 30
 * vCPUs. Source: https://github.com/awslabs/amazon-eks-ami/blob/main/templates/shared/runtime/eni-max-pods.txt
 */
function assumedMaxPods(memTotalBytes: number): number {
  if (memTotalBytes <= 8 * GIB) return 29;
  return memTotalBytes <= 32 * GIB ? 58 : 234;
}

/** The outlook on the smallest and on the largest node of a pool. */
export function poolOutlook(
  evictionHard: EvictionThresholds,
  sysctls: SysctlSettings,
  range: MemoryRange,
): readonly NodeOutlook[] {
  const sizes = [...new Set([range.smallestBytes, range.largestBytes])];
  return sizes.map((memTotalBytes) => {
    const reservedBytes = kubeReservedMemoryBytes(assumedMaxPods(memTotalBytes));
    const threshold = memoryThresholdBytes(evictionHard, memTotalBytes);
    const marks = watermarks(memTotalBytes, effectiveWatermarkSysctls(memTotalBytes, threshold, sysctls));
    const eviction = evictionOutlook(memTotalBytes, marks, evictionHard, {
      reservedBytes,
      systemUseBytes: ASSUMED_SYSTEM_USE_BYTES,
      podsMemoryHighBytes:
        sysctls.watermarkScaleFactor === "auto"
          ? podsMemoryHighBytes(memTotalBytes, threshold, reservedBytes)
          : undefined,
    });
    const highestSignal = Math.max(eviction.nodeSignalBelowFreeBytes, eviction.allocatableSignalBelowFreeBytes);
    return { memTotalBytes, watermarks: marks, eviction, canEvict: highestSignal > marks.minBytes };
  });
}
