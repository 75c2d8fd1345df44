// Network, cluster and Karpenter put together as the program does, for tests of the components.
import type * as pulumi from "@pulumi/pulumi";
import { Cluster, type ClusterArgs } from "../../components/cluster/cluster";
import { Karpenter } from "../../components/karpenter/karpenter";
import { Network, type NetworkArgs } from "../../components/network/network";
import { record, type RecorderOptions } from "../support/recorder";
import type { Recording } from "../support/recording";

export const TAGS = { team: "platform" };
export const CLUSTER_NAME = "dev";

export const NEW_NETWORK = { cidr: "10.42.0.0/16", zones: 3, natGateways: "single" } as const;

/** A cluster as the stack config's defaults make it, without what is born in the cloud. */
const CLUSTER_SETTINGS = {
  name: CLUSTER_NAME,
  kubernetesVersion: "1.36",
  endpoint: { public: true, publicCidrs: ["203.0.113.0/24"], private: true },
  logTypes: ["api", "audit", "authenticator"],
  adminRoleArns: [],
  deletionProtection: false,
  systemNodes: { instanceTypes: ["m7g.large"], min: 2, max: 3, desired: 2 },
  tags: TAGS,
} satisfies Partial<ClusterArgs>;

export interface PlatformChanges {
  readonly network?: NetworkArgs["network"];
  readonly cluster?: Partial<ClusterArgs>;
}

export interface Platform {
  readonly network: Network;
  readonly cluster: Cluster;
  readonly karpenter: Karpenter;
  /** What a pool depends on. */
  readonly ready: readonly pulumi.Resource[];
}

export function createPlatform(changes: PlatformChanges = {}): Platform {
  const network = new Network("network", {
    clusterName: CLUSTER_NAME,
    network: changes.network ?? NEW_NETWORK,
    tags: TAGS,
  });
  const cluster = new Cluster("cluster", {
    ...CLUSTER_SETTINGS,
    vpcId: network.vpcId,
    privateSubnetIds: network.privateSubnetIds,
    egress: network.egress,
    ...changes.cluster,
  });
  const karpenter = new Karpenter("karpenter", {
    version: "1.15.1",
    replicas: 2,
    clusterName: cluster.name,
    clusterArn: cluster.arn,
    clusterEndpoint: cluster.endpoint,
    provider: cluster.provider,
    requires: [...network.egress, ...cluster.ready],
    tags: TAGS,
  });
  return { network, cluster, karpenter, ready: [...karpenter.ready, ...network.egress, ...cluster.ready] };
}

export async function recordPlatform(changes?: PlatformChanges, options?: RecorderOptions): Promise<Recording> {
  return record(() => createPlatform(changes), options);
}
