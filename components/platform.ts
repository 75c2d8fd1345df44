// What pools run on: a cluster with Karpenter, made here from the ground up or found as it is.
import * as pulumi from "@pulumi/pulumi";
import type * as kubernetes from "@pulumi/kubernetes";
import { Cluster, type ClusterArgs } from "./cluster/cluster";
import { ExistingCluster, type ExistingClusterArgs } from "./cluster/existing";
import { Karpenter, type KarpenterArgs } from "./karpenter/karpenter";
import { Network, type NetworkArgs } from "./network/network";
import { RunningKarpenter } from "./karpenter/running";

/** A cluster whose Karpenter can launch nodes: what every {@link SwapPool} of a program takes. */
export interface Platform {
  /** Name of the cluster in AWS. */
  readonly clusterName: pulumi.Output<string>;
  /** Kubeconfig as JSON, a secret. */
  readonly kubeconfig: pulumi.Output<string>;
  /** Provider for everything inside the cluster. */
  readonly provider: kubernetes.Provider;
  /** Name of the role of nodes. */
  readonly nodeRoleName: pulumi.Output<string>;
  /** Ids of the subnets that nodes run in. */
  readonly subnetIds: pulumi.Input<readonly pulumi.Input<string>[]>;
  /** Ids of the security groups of nodes. */
  readonly securityGroupIds: pulumi.Input<readonly pulumi.Input<string>[]>;
  /** What pools depend on: created before them, and destroyed after them, since it is what drains their nodes. */
  readonly requires: readonly pulumi.Resource[];
}

/** Options of a platform's components; `transforms` is the way to what no key covers. */
export type PlatformOptions = Pick<pulumi.ComponentResourceOptions, "transforms">;

/** Version and size of a Karpenter that is installed here. */
type KarpenterRelease = Pick<KarpenterArgs, "version" | "replicas">;

/** Arguments of {@link createPlatform}. */
export interface NewPlatformArgs {
  /** The cluster, without what the network decides. */
  readonly cluster: Omit<ClusterArgs, "vpcId" | "privateSubnetIds" | "egress" | "protect" | "tags">;
  /** The network to create, or the ids of one that exists. */
  readonly network: NetworkArgs["network"];
  /** Version and replicas of the Karpenter to install. */
  readonly karpenter: KarpenterRelease;
  /**
   * Whether Pulumi refuses to replace or delete the cluster and the VPC.
   *
   * @default false
   */
  readonly protect?: boolean | undefined;
  /** Tags for every AWS resource. */
  readonly tags: Readonly<Record<string, string>>;
}

/** Arguments of {@link findPlatform}. */
export interface ExistingPlatformArgs {
  /** The cluster to find, and where its nodes run. */
  readonly cluster: ExistingClusterArgs;
  /** A Karpenter to install, or the one that runs there already. */
  readonly karpenter:
    | (KarpenterRelease & { readonly install: true })
    | { readonly install: false; readonly nodeRoleArn: string; readonly needsOpenKubelet: boolean };
  /** Tags for every AWS resource. */
  readonly tags: Readonly<Record<string, string>>;
}

/** Arguments of {@link providePlatform}: the settings that `loadSettings` of `eks-swap/config` returns. */
export interface PlatformSettings extends Pick<NewPlatformArgs, "protect" | "tags"> {
  /** A platform to create, or one to find. */
  readonly platform:
    | (Omit<NewPlatformArgs, "protect" | "tags"> & { readonly kind: "new" })
    | (Omit<ExistingPlatformArgs, "tags"> & { readonly kind: "existing" });
}

/**
 * The platform that settings describe: created, or found.
 *
 * @param settings as `loadSettings` of `eks-swap/config` returns them.
 * @param opts options of every component of the platform.
 * @example
 * ```ts
 * const settings = loadSettings();
 * const platform = providePlatform(settings);
 * for (const pool of settings.pools) new SwapPool(pool.plan.pool, { ...pool, ...platform });
 * ```
 * @example A field of the EKS cluster that no key covers
 * ```ts
 * providePlatform(settings, {
 *   transforms: [
 *     ({ type, props, opts }) =>
 *       type === "aws:eks/cluster:Cluster"
 *         ? { props: { ...props, zonalShiftConfig: { enabled: true } }, opts }
 *         : undefined,
 *   ],
 * });
 * ```
 */
export function providePlatform(settings: PlatformSettings, opts?: PlatformOptions): Platform {
  const { platform, protect, tags } = settings;
  return platform.kind === "new"
    ? createPlatform({ ...platform, protect, tags }, opts)
    : findPlatform({ ...platform, tags }, opts);
}

/**
 * Creates a network, a cluster and Karpenter, named `network`, `cluster` and `karpenter`.
 *
 * @param args what they are made from.
 * @param opts options of each of the three components.
 */
export function createPlatform(args: NewPlatformArgs, opts?: PlatformOptions): Platform {
  const { cluster: settings, karpenter, protect, tags } = args;
  const network = new Network("network", { clusterName: settings.name, network: args.network, protect, tags }, opts);
  const { vpcId, privateSubnetIds, controlPlaneSubnetIds, egress } = network;
  const cluster = new Cluster(
    "cluster",
    { ...settings, vpcId, privateSubnetIds: controlPlaneSubnetIds, egress, protect, tags },
    opts,
  );
  const requires = [...egress, ...cluster.ready];
  const { nodeRoleName, ready } = installKarpenter(cluster, karpenter, requires, tags, opts);
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

/**
 * Finds a cluster, and installs Karpenter in it or checks the one that runs there; named `cluster` and `karpenter`.
 *
 * @param args which cluster, and which Karpenter.
 * @param opts options of both components.
 */
export function findPlatform(args: ExistingPlatformArgs, opts?: PlatformOptions): Platform {
  const { cluster: settings, karpenter, tags } = args;
  const cluster = new ExistingCluster("cluster", settings, opts);
  const { provider } = cluster;
  const { nodeRoleName, ready } = karpenter.install
    ? installKarpenter(cluster, karpenter, [], tags, opts)
    : new RunningKarpenter("karpenter", { ...karpenter, provider }, opts);
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
  opts: PlatformOptions | undefined,
): Karpenter {
  const { name: clusterName, arn: clusterArn, endpoint: clusterEndpoint, provider } = cluster;
  return new Karpenter(
    "karpenter",
    { version, replicas, clusterName, clusterArn, clusterEndpoint, provider, requires, tags },
    opts,
  );
}
