// What an update means for the nodes of each pool: whose nodes Karpenter will replace, and for what.
import { isDeepStrictEqual } from "node:util";
import { valueAt } from "../../config/value-at";
import type { Inputs, ResourceChange } from "../base/changes";

/** A pool and what happens to it. */
export interface PoolChange {
  readonly pool: string;
  /** `add` and `remove` are of the whole pool. */
  readonly kind: "add" | "remove" | "roll" | "keep";
  /** What the nodes are replaced for, in words; empty where they are kept. */
  readonly reasons: readonly string[];
  /** `spec.userData` of the EC2NodeClass before and after. */
  readonly userData: { readonly before: string | undefined; readonly after: string | undefined };
}

export const NODE_CLASS_TYPE = "kubernetes:karpenter.k8s.aws/v1:EC2NodeClass";
export const NODE_POOL_TYPE = "kubernetes:karpenter.sh/v1:NodePool";
export const CLUSTER_TYPE = "aws:eks/cluster:Cluster";

/**
 * Fields of an EC2NodeClass that are in Karpenter's drift hash: a node with another hash is replaced.
 * https://github.com/aws/karpenter-provider-aws/blob/v1.15.1/pkg/apis/v1/ec2nodeclass.go
 */
const HASHED = {
  userData: "userData",
  kubelet: "kubelet settings",
  blockDeviceMappings: "volumes",
  instanceStorePolicy: "instance store policy",
  role: "role of the nodes",
  tags: "tags",
  metadataOptions: "metadata options",
  associatePublicIPAddress: "public addresses",
  detailedMonitoring: "detailed monitoring",
} as const;

/** What of a NodePool's template replaces nodes: its hash covers it, and nodes that do not meet requirements drift. */
const TEMPLATE = {
  labels: ["metadata", "labels"],
  requirements: ["spec", "requirements"],
  taints: ["spec", "taints"],
  "lifetime of nodes": ["spec", "expireAfter"],
  "termination grace period": ["spec", "terminationGracePeriod"],
} as const;

/** A reason that a key of the stack config can be behind. */
export type SettingReason = (typeof HASHED)[keyof typeof HASHED] | keyof typeof TEMPLATE | "AMI";

/** Every pool that the update knows, in the order of their names. */
export function poolChanges(changes: readonly ResourceChange[]): readonly PoolChange[] {
  const classes = changes.filter(({ type }) => type === NODE_CLASS_TYPE);
  const pools = changes.filter(({ type }) => type === NODE_POOL_TYPE);
  const versions = kubernetesUpgrade(changes);
  return pools
    .map((pool) => {
      const name = poolName(pool);
      return poolChange(
        name,
        pool,
        classes.find((nodeClass) => poolName(nodeClass) === name),
        versions,
      );
    })
    .toSorted((one, other) => one.pool.localeCompare(other.pool));
}

/** The Kubernetes version of the cluster before and after, where it changes. */
export function kubernetesUpgrade(changes: readonly ResourceChange[]): { from: string; to: string } | undefined {
  const cluster = changes.find(({ type }) => type === CLUSTER_TYPE);
  const [from, to] = [cluster?.before?.["version"], cluster?.after?.["version"]];
  return typeof from === "string" && typeof to === "string" && from !== to ? { from, to } : undefined;
}

/** Name of the pool that an EC2NodeClass or a NodePool is of. */
function poolName({ before, after, name }: ResourceChange): string {
  const named = valueAt(after ?? before, ["metadata", "name"]);
  return typeof named === "string" ? named : name;
}

function poolChange(
  pool: string,
  nodePool: ResourceChange,
  nodeClass: ResourceChange | undefined,
  upgrade: ReturnType<typeof kubernetesUpgrade>,
): PoolChange {
  const userData = { before: userDataOf(nodeClass?.before), after: userDataOf(nodeClass?.after) };
  if (nodePool.kind === "create" || nodePool.kind === "import") return { pool, kind: "add", reasons: [], userData };
  if (nodePool.kind === "delete") return { pool, kind: "remove", reasons: ["the pool is removed"], userData };
  const reasons = [
    ...(nodePool.kind === "replace" ? ["the NodePool is replaced"] : []),
    ...(nodeClass?.kind === "replace" ? ["the EC2NodeClass is replaced"] : []),
    ...(nodeClass === undefined ? [] : nodeClassReasons(nodeClass)),
    ...templateReasons(nodePool),
    ...(upgrade !== undefined && nodeClass !== undefined && usesAlias(nodeClass)
      ? [`AMI of Kubernetes ${upgrade.to}`]
      : []),
  ];
  return { pool, kind: reasons.length > 0 ? "roll" : "keep", reasons, userData };
}

function nodeClassReasons({ before, after, kind }: ResourceChange): readonly string[] {
  if (kind === "same") return [];
  const differs = (key: string): boolean =>
    !isDeepStrictEqual(valueAt(before, ["spec", key]), valueAt(after, ["spec", key]));
  return [
    ...Object.entries(HASHED).flatMap(([key, words]) => (differs(key) ? [words] : [])),
    // Not hashed: a node drifts when what the terms resolve to is not what it runs.
    ...(differs("amiSelectorTerms") ? ["AMI"] : []),
    ...(loses(before, after, "subnetSelectorTerms") ? ["subnets"] : []),
    ...(loses(before, after, "securityGroupSelectorTerms") || loses(after, before, "securityGroupSelectorTerms")
      ? ["security groups"]
      : []),
  ];
}

function templateReasons({ before, after, kind }: ResourceChange): readonly string[] {
  if (kind === "same") return [];
  const [old, next] = [before, after].map((inputs) => valueAt(inputs, ["spec", "template"]));
  return Object.entries(TEMPLATE).flatMap(([word, path]) =>
    isDeepStrictEqual(valueAt(old, path), valueAt(next, path)) ? [] : [word],
  );
}

/** Whether a term of `before` is missing in `after`. */
function loses(before: Inputs | undefined, after: Inputs | undefined, key: string): boolean {
  const [old, next] = [before, after].map((inputs) => valueAt(inputs, ["spec", key]));
  if (!Array.isArray(old)) return false;
  const kept: readonly unknown[] = Array.isArray(next) ? next : [];
  return old.some((term) => !kept.some((other) => isDeepStrictEqual(term, other)));
}

function usesAlias({ after }: ResourceChange): boolean {
  return valueAt(after, ["spec", "amiSelectorTerms", 0, "alias"]) !== undefined;
}

function userDataOf(inputs: Inputs | undefined): string | undefined {
  const userData = valueAt(inputs, ["spec", "userData"]);
  return typeof userData === "string" ? userData : undefined;
}
