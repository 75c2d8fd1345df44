// The package's components.
export { ExistingCluster, type ExistingClusterArgs } from "./cluster/existing";
export { Cluster, type ClusterArgs, type ClusterEndpoint } from "./cluster/cluster";
export type { Identity } from "./cluster/identity";
export { Guard, type GuardArgs } from "./pool/guard";
export { Karpenter, type KarpenterArgs } from "./karpenter/karpenter";
export { Monitoring, type MonitoringArgs } from "./monitoring";
export { Network, type ExistingNetwork, type NetworkArgs, type NewNetwork } from "./network/network";
export type { DisruptionBudget, NodePoolSettings } from "./pool/node-pool";
export { RunningKarpenter, type RunningKarpenterArgs } from "./karpenter/running";
export {
  createPlatform,
  findPlatform,
  providePlatform,
  type ExistingPlatformArgs,
  type NewPlatformArgs,
  type Platform,
  type PlatformOptions,
  type PlatformSettings,
} from "./platform";
export { poolsUserData } from "./pool/user-data";
export { SwapPool, type SwapPoolArgs } from "./pool/swap-pool";
export type { SystemNodes } from "./cluster/system-nodes";
