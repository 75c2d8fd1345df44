// The package's export `eks-swap/swap`: the rules of swap, pure functions of plain values.
export type { VolumeType } from "./ebs-volume";
export type { EvictionThresholds } from "./eviction";
export type { KubeletSettings, SwapSettings, SwapSettingsPlace } from "./kubelet-settings";
export {
  limitedSwap,
  memoryCeiling,
  NO_SWAP_REASONS,
  requestFor,
  swapTotalFor,
  type ContainerMemory,
  type NodeMemory,
  type NoSwapReason,
  type PodOnNode,
  type SwapBehavior,
  type SwapLimit,
} from "./limited-swap";
export {
  planPool,
  type PlannedSwap,
  type PlannedVolume,
  type PoolDesign,
  type SwapDesign,
  type SwapPlan,
  type VolumeDesign,
} from "./plan";
export { predictedSwapLimit, predictLimits, swapTotalBytes, type Prediction } from "./prediction";
export { qosClass, type PodResources, type QosClass, type ResourceAmounts, type Resources } from "./qos-class";
export { formatQuantity, GIB, MIB, parseQuantity, QuantityError } from "./quantity";
export type { MemoryRange } from "./requirements";
export type { FixedSize, PercentSize, SwapSize } from "./size";
export { summarizePool, type PoolSummary } from "./summary";
export type { SysctlSettings } from "./watermarks";
export {
  BACKING_KEY,
  BACKINGS,
  GUARD_ANNOTATION,
  GUARD_MODES,
  ON_FAILURE,
  POOL_KEY,
  SWAP_DEVICE,
  type Backing,
  type GuardMode,
  type OnFailure,
  type Requirement,
  type Taint,
} from "./vocabulary";
