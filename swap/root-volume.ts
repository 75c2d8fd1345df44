// How large the EBS root volume must be so that a swap file on it takes nothing from images and containers.
import { GIB } from "./quantity";

/** Karpenter's default root volume for AL2023, in GiB: what the system, images and containers have without swap. */
export const BASE_ROOT_VOLUME_GIB = 20;

/**
 * Share of a disk that the kubelet lets fill up before it deletes images.
 * Source: imageGCHighThresholdPercent, default 85, https://kubernetes.io/docs/reference/config-api/kubelet-config.v1beta1/
 */
export const IMAGE_GC_HIGH_THRESHOLD = 0.85;

/**
 * The root volume's size in whole GiB for a swap file of the given size, 0 for none.
 *
 * Image garbage collection counts the swap file as used space, so the volume grows by the file's size divided by the
 * threshold: 85 % of the new volume, less the file, is 85 % of the 20 GiB that a node has without swap.
 */
export function rootVolumeGiB(swapFileBytes: number): number {
  return Math.ceil(BASE_ROOT_VOLUME_GIB + swapFileBytes / GIB / IMAGE_GC_HIGH_THRESHOLD);
}
