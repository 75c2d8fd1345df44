// The package's components.
export { ExistingCluster, type ExistingClusterArgs } from "./existing-cluster";
export { Cluster, type ClusterArgs, type ClusterEndpoint } from "./cluster";
export { Guard, type GuardArgs } from "./guard";
export { Karpenter, type KarpenterArgs } from "./karpenter";
export { Monitoring, type MonitoringArgs } from "./monitoring";
export { Network, type ExistingNetwork, type NetworkArgs, type NewNetwork } from "./network";
export type { DisruptionBudget, NodePoolSettings } from "./node-pool";
export { RunningKarpenter, type RunningKarpenterArgs } from "./running-karpenter";
export {
  createPlatform,
  findPlatform,
  providePlatform,
  type ExistingPlatformArgs,
  type NewPlatformArgs,
  type Platform,
  type PlatformSettings,
} from "./platform";
export { SwapPool, type SwapPoolArgs } from "./swap-pool";
export type { SystemNodes } from "./system-nodes";
