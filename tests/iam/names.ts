// The cluster whose controller is asked about, and the names, tags and ARNs that requests are made of.
import type { ControllerScope } from "../../components/karpenter/policy-scope";
import { ACCOUNT } from "./simulator";

export const REGION = "eu-central-1";
export const OTHER_REGION = "eu-west-1";
export const OTHER_ACCOUNT = "444455556666";

export const SCOPE: ControllerScope = {
  clusterArn: `arn:aws:eks:${REGION}:${ACCOUNT}:cluster/dev`,
  clusterName: "dev",
  queueArn: `arn:aws:sqs:${REGION}:${ACCOUNT}:dev`,
  nodeRoleArn: `arn:aws:iam::${ACCOUNT}:role/karpenter-node-1a2b3c4`,
};

/** Tags by key. */
export type Tags = Readonly<Record<string, string>>;

/** The tags that Karpenter puts on what it makes, one by one. */
export const OWNED: Tags = { "kubernetes.io/cluster/dev": "owned" };
export const CLUSTER_NAMED: Tags = { "eks:eks-cluster-name": "dev" };
export const POOLED: Tags = { "karpenter.sh/nodepool": "ebs" };
export const CLASSED: Tags = { "karpenter.k8s.aws/ec2nodeclass": "ebs" };
export const PLACED: Tags = { "topology.kubernetes.io/region": REGION };

/** The first two as another cluster's Karpenter sets them. */
export const OWNED_BY_OTHER: Tags = { "kubernetes.io/cluster/prod": "owned" };
export const OTHER_NAMED: Tags = { "eks:eks-cluster-name": "prod" };

/** Condition keys: the resource has these tags. */
export function has(...tags: readonly Tags[]): Tags {
  return prefixed("aws:ResourceTag/", tags);
}

/** Condition keys: the request sets these tags. */
export function sets(...tags: readonly Tags[]): Tags {
  return prefixed("aws:RequestTag/", tags);
}

function prefixed(prefix: string, tags: readonly Tags[]): Tags {
  const entries = tags.flatMap((some) => Object.entries(some));
  return Object.fromEntries(entries.map(([key, value]) => [`${prefix}${key}`, value]));
}

/** ARN of something of EC2; public images and snapshots have no account. */
export function ec2(resource: string, where: string = REGION, owner: string = ACCOUNT): string {
  return `arn:aws:ec2:${where}:${owner}:${resource}`;
}

export const image = ec2("image/ami-0123456789abcdef0", REGION, "");
export const instance = ec2("instance/i-0123456789abcdef0");
export const subnet = ec2("subnet/subnet-0123456789abcdef0");
export const launchTemplate = ec2("launch-template/lt-0123456789abcdef0");

/** ARN of an instance profile at the path that Karpenter gives to the profiles of a cluster. */
export function instanceProfile(owner: string = ACCOUNT): string {
  return `arn:aws:iam::${owner}:instance-profile/karpenter/${REGION}/dev/0b2e6f58/dev_1234567890`;
}
