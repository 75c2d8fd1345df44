// The project's words and the names that it puts on Kubernetes objects, defined once.

/**
 * Where swap lives on a node: a file on the EBS root volume, an EBS volume of its own, or a file on the RAID0 array of
 * the instance store.
 */
export const BACKINGS = ["root-volume", "ebs-volume", "instance-store"] as const;
/** One of {@link BACKINGS}. */
export type Backing = (typeof BACKINGS)[number];

/** Device name under which EC2 attaches the dedicated swap volume; on Nitro the node sees an NVMe disk instead. */
export const SWAP_DEVICE = "/dev/xvdb";

/**
 * What a node does when no backing works: `continue` joins without swap, `block` keeps the kubelet
 * from starting, so that Karpenter gives the NodeClaim up after its 15 minute registration timeout.
 */
export const ON_FAILURE = ["continue", "block"] as const;
/** One of {@link ON_FAILURE}. */
export type OnFailure = (typeof ON_FAILURE)[number];

/** Label and taint key whose value is the pool's name. `eks-swap` is a single DNS label, so it is no registered domain. */
export const POOL_KEY = "eks-swap/pool";

/** Node label that the node itself sets: the backing in use, or `none`. */
export const BACKING_KEY = "eks-swap/backing";

/**
 * What the guard of a pool does about a pod that is aimed at it and would get no swap: nothing, a warning for its sender,
 * or a refusal.
 */
export const GUARD_MODES = ["off", "warn", "deny"] as const;
/** One of {@link GUARD_MODES}. */
export type GuardMode = (typeof GUARD_MODES)[number];

/** Pod annotation for the guard of a pool: what the pod is meant to get. */
export const GUARD_ANNOTATION = "eks-swap/guard";

/** A Kubernetes taint. Source: https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/node-v1/ */
export interface Taint {
  readonly key: string;
  readonly value?: string | undefined;
  readonly effect: "NoSchedule" | "PreferNoSchedule" | "NoExecute";
}

/**
 * A NodePool requirement. The comparing operators take exactly one non-negative integer, written as a string.
 * Source: https://karpenter.sh/docs/concepts/nodepools/#spectemplatespecrequirements
 */
export interface Requirement {
  readonly key: string;
  readonly operator: "In" | "NotIn" | "Exists" | "DoesNotExist" | "Gt" | "Lt" | "Gte" | "Lte";
  readonly values?: readonly string[] | undefined;
  readonly minValues?: number | undefined;
}
