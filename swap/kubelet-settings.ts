// The kubelet settings of a pool, and which of two places each belongs to.
import type { EvictionThresholds } from "./eviction";
import { formatQuantity } from "./quantity";

/** What makes a kubelet accept swap and hand it out. */
export interface SwapSettings {
  readonly failSwapOn: false;
  readonly memorySwap: { readonly swapBehavior: "LimitedSwap" };
}

/** The part of the KubeletConfiguration that the plan decides for `spec.kubelet` of an EC2NodeClass. */
export interface KubeletSettings extends Partial<SwapSettings> {
  readonly evictionHard: EvictionThresholds;
  readonly systemReserved?: Readonly<Record<string, string>>;
}

/**
 * Where `failSwapOn` and `memorySwap` go. `spec.kubelet` of an EC2NodeClass is an open map since Karpenter 1.15; before,
 * its CRD has fixed fields and the API server silently drops all others, so they go into a NodeConfig of userData.
 * Source: https://github.com/aws/karpenter-provider-aws/blob/v1.14.1/pkg/apis/v1/ec2nodeclass.go KubeletConfiguration
 */
export type SwapSettingsPlace = "node-class" | "node-config";

/** Settings by their place; never one key in both. */
export interface PlacedSettings {
  /** `spec.kubelet` of the EC2NodeClass: Karpenter's scheduler reads the reservations here. */
  readonly nodeClass: KubeletSettings;
  /** `spec.kubelet.config` of a NodeConfig in userData; null when there is none to write. */
  readonly nodeConfig: SwapSettings | null;
}

/**
 * The settings of a pool.
 * @param swapFileBytes what a swap file takes at most from ephemeral storage, which neither Karpenter nor the kubelet
 *   subtracts by itself; 0 where swap is a volume of its own, null for a pool without swap
 */
export function kubeletSettings(
  evictionHard: EvictionThresholds,
  swapFileBytes: number | null,
  place: SwapSettingsPlace,
): PlacedSettings {
  if (swapFileBytes === null) return { nodeClass: { evictionHard }, nodeConfig: null };
  const reserved =
    swapFileBytes === 0 ? {} : { systemReserved: { "ephemeral-storage": formatQuantity(swapFileBytes) } };
  // No feature gate: memorySwap needs none from Kubernetes 1.30 on, and a gate that a later kubelet no longer knows is fatal.
  const ofSwap: SwapSettings = { failSwapOn: false, memorySwap: { swapBehavior: "LimitedSwap" } };
  return place === "node-class"
    ? { nodeClass: { evictionHard, ...ofSwap, ...reserved }, nodeConfig: null }
    : { nodeClass: { evictionHard, ...reserved }, nodeConfig: ofSwap };
}
