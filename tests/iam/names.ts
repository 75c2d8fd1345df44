// The cluster whose controller is asked about, and the names, tags and ARNs that requests are made of.
import type { ControllerScope } from "../../components/karpenter/policy-scope";
import { account } from "./simulator";

export const region = "eu-central-1";
export const otherRegion = "eu-west-1";
export const otherAccount = "444455556666";

export const scope: ControllerScope = {
  clusterArn: `arn:aws:eks:${region}:${account}:cluster/dev`,
  clusterName: "dev",
  queueArn: `arn:aws:sqs:${region}:${account}:dev`,
  nodeRoleArn: `arn:aws:iam::${account}:role/karpenter-node-1a2b3c4`,
};

/** Tags by key. */
export type Tags = Readonly<Record<string, string>>;

/** The tags that Karpenter puts on what it makes, one by one. */
export const owned: Tags = { "kubernetes.io/cluster/dev": "owned" };
export const clusterNamed: Tags = { "eks:eks-cluster-name": "dev" };
export const pooled: Tags = { "karpenter.sh/nodepool": "ebs" };
export const classed: Tags = { "karpenter.k8s.aws/ec2nodeclass": "ebs" };
export const placed: Tags = { "topology.kubernetes.io/region": region };

/** The first two as another cluster's Karpenter sets them. */
export const ownedByOther: Tags = { "kubernetes.io/cluster/prod": "owned" };
export const otherNamed: Tags = { "eks:eks-cluster-name": "prod" };

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
export function ec2(resource: string, where: string = region, owner: string = account): string {
  return `arn:aws:ec2:${where}:${owner}:${resource}`;
}

export const image = ec2("image/ami-0123456789abcdef0", region, "");
export const instance = ec2("instance/i-0123456789abcdef0");
export const subnet = ec2("subnet/subnet-0123456789abcdef0");
export const launchTemplate = ec2("launch-template/lt-0123456789abcdef0");

/** ARN of an instance profile at the path that Karpenter gives to the profiles of a cluster. */
export function instanceProfile(owner: string = account): string {
  return `arn:aws:iam::${owner}:instance-profile/karpenter/${region}/dev/0b2e6f58/dev_1234567890`;
}
