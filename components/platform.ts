// What pools run on: a cluster with Karpenter, made here from the ground up or found as it is.
import * as pulumi from "@pulumi/pulumi";
import type * as kubernetes from "@pulumi/kubernetes";
import { Cluster, type ClusterArgs } from "./cluster/cluster";
import { ExistingCluster, type ExistingClusterArgs } from "./cluster/existing";
import { Karpenter, type KarpenterArgs } from "./karpenter/karpenter";
import { Network, type NetworkArgs } from "./network/network";
import { RunningKarpenter } from "./karpenter/running";

/** A cluster whose Karpenter can launch nodes. */
export interface Platform {
  readonly clusterName: pulumi.Output<string>;
  /** A secret. */
  readonly kubeconfig: pulumi.Output<string>;
  /** Provider for everything inside the cluster. */
  readonly provider: kubernetes.Provider;
  /** Name of the role of nodes. */
  readonly nodeRoleName: pulumi.Output<string>;
  readonly subnetIds: pulumi.Input<readonly pulumi.Input<string>[]>;
  readonly securityGroupIds: pulumi.Input<readonly pulumi.Input<string>[]>;
  /** What pools depend on: created before them, and destroyed after them, since it is what drains their nodes. */
  readonly requires: readonly pulumi.Resource[];
}

/** Version and size of a Karpenter that is installed here. */
type KarpenterRelease = Pick<KarpenterArgs, "version" | "replicas">;

/** What a platform of our own is made from. */
export interface NewPlatformArgs {
  readonly cluster: Omit<ClusterArgs, "vpcId" | "privateSubnetIds" | "egress" | "protect" | "tags">;
  readonly network: NetworkArgs["network"];
  readonly karpenter: KarpenterRelease;
  /** Whether Pulumi refuses to replace or delete the cluster and the VPC. Default: false. */
  readonly protect?: boolean | undefined;
  /** Tags for every AWS resource. */
  readonly tags: Readonly<Record<string, string>>;
}

/** What a platform in an existing cluster is made from. */
export interface ExistingPlatformArgs {
  readonly cluster: ExistingClusterArgs;
  /** A Karpenter to install, or the one that runs there already. */
  readonly karpenter:
    | (KarpenterRelease & { readonly install: true })
    | { readonly install: false; readonly nodeRoleArn: string; readonly needsOpenKubelet: boolean };
  /** Tags for every AWS resource. */
  readonly tags: Readonly<Record<string, string>>;
}

/** What settings say of a platform, as `loadSettings` of `eks-swap/config` returns them. */
export interface PlatformSettings extends Pick<NewPlatformArgs, "protect" | "tags"> {
  readonly platform:
    | (Omit<NewPlatformArgs, "protect" | "tags"> & { readonly kind: "new" })
    | (Omit<ExistingPlatformArgs, "tags"> & { readonly kind: "existing" });
}

/** The platform that settings describe: created, or found. */
export function providePlatform({ platform, protect, tags }: PlatformSettings): Platform {
  return platform.kind === "new" ? createPlatform({ ...platform, protect, tags }) : findPlatform({ ...platform, tags });
}

/** Creates network, cluster and Karpenter. */
export function createPlatform({
  cluster: settings,
  network: networkSettings,
  karpenter,
  protect,
  tags,
}: NewPlatformArgs): Platform {
  const network = new Network("network", { clusterName: settings.name, network: networkSettings, protect, tags });
  const { vpcId, privateSubnetIds, controlPlaneSubnetIds, egress } = network;
  const cluster = new Cluster("cluster", {
    ...settings,
    vpcId,
    privateSubnetIds: controlPlaneSubnetIds,
    egress,
    protect,
    tags,
  });
  const requires = [...egress, ...cluster.ready];
  const { nodeRoleName, ready } = installKarpenter(cluster, karpenter, requires, tags);
  return {
    clusterName: cluster.name,
    kubeconfig: cluster.kubeconfig,
    provider: cluster.provider,
    nodeRoleName,
    subnetIds: privateSubnetIds,
    securityGroupIds: [cluster.securityGroupId],
    requires: [...ready, ...requires],
  };
}

/** Finds a cluster, and installs Karpenter in it or finds that too. */
export function findPlatform({ cluster: settings, karpenter, tags }: ExistingPlatformArgs): Platform {
  const cluster = new ExistingCluster("cluster", settings);
  const { provider } = cluster;
  const { nodeRoleName, ready } = karpenter.install
    ? installKarpenter(cluster, karpenter, [], tags)
    : new RunningKarpenter("karpenter", { ...karpenter, provider });
  return {
    clusterName: cluster.name,
    kubeconfig: cluster.kubeconfig,
    provider,
    nodeRoleName,
    subnetIds: settings.subnetIds,
    securityGroupIds: settings.securityGroupIds,
    requires: ready,
  };
}

function installKarpenter(
  cluster: Cluster | ExistingCluster,
  { version, replicas }: KarpenterRelease,
  requires: readonly pulumi.Resource[],
  tags: Readonly<Record<string, string>>,
): Karpenter {
  return new Karpenter("karpenter", {
    version,
    replicas,
    clusterName: cluster.name,
    clusterArn: cluster.arn,
    clusterEndpoint: cluster.endpoint,
    provider: cluster.provider,
    requires,
    tags,
  });
}
