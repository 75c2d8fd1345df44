// The package's components.
export { Cluster, type ClusterArgs, type ClusterEndpoint } from "./cluster";
export { Karpenter, type KarpenterArgs } from "./karpenter";
export { Network, type ExistingNetwork, type NetworkArgs, type NewNetwork } from "./network";
export type { DisruptionBudget, NodePoolSettings } from "./node-pool";
export { SwapPool, type SwapPoolArgs } from "./swap-pool";
export type { SystemNodes } from "./system-nodes";
