// What every policy statement of Karpenter's controller is made of: its shape, its cluster, and the tags it compares.

type ConditionOperator = "StringEquals" | "StringEqualsIfExists" | "StringLike" | "ForAllValues:StringEquals";

/** One statement of a policy document. */
export interface PolicyStatement {
  readonly Sid: string;
  readonly Effect: "Allow";
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: Partial<Record<ConditionOperator, Readonly<Record<string, string | readonly string[]>>>>;
}

/** A policy document (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html). */
export interface PolicyDocument {
  readonly Version: "2012-10-17";
  readonly Statement: readonly PolicyStatement[];
}

/** What the documents are scoped to. */
export interface ControllerScope {
  /** ARN of the cluster; it also has partition, region and account. */
  readonly clusterArn: string;
  /** Name of the cluster, part of the keys of the tags that the statements compare. */
  readonly clusterName: string;
  /** ARN of the interruption queue. */
  readonly queueArn: string;
  /** ARN of the role that Karpenter gives to nodes. */
  readonly nodeRoleArn: string;
}

/** The tags by which Karpenter knows its own, as condition keys. */
export function describeTags(clusterName: string) {
  const owned = `kubernetes.io/cluster/${clusterName}`;
  return {
    resourceOwned: { [`aws:ResourceTag/${owned}`]: "owned" },
    requestOwned: { [`aws:RequestTag/${owned}`]: "owned" },
    requestCluster: { "aws:RequestTag/eks:eks-cluster-name": clusterName },
    resourceNodePool: { "aws:ResourceTag/karpenter.sh/nodepool": "*" },
    requestNodePool: { "aws:RequestTag/karpenter.sh/nodepool": "*" },
    resourceNodeClass: { "aws:ResourceTag/karpenter.k8s.aws/ec2nodeclass": "*" },
    requestNodeClass: { "aws:RequestTag/karpenter.k8s.aws/ec2nodeclass": "*" },
  };
}
