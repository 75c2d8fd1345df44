// What Karpenter's controller may do with instances and what belongs to them.
import { parseArn } from "../arn";
import { type ControllerScope, describeTags, type PolicyStatement } from "./policy-scope";

/** Kinds of resource that a launch uses but does not make. Images and snapshots have no account in their ARN when they are public. */
const launchInputs = ["security-group", "subnet", "capacity-reservation", "placement-group"] as const;

/** Kinds of resource that a launch makes, and that must carry the cluster's tags from the start. */
const launchOutputs = [
  "fleet",
  "instance",
  "volume",
  "network-interface",
  "launch-template",
  "spot-instances-request",
] as const;

const launchActions = ["ec2:RunInstances", "ec2:CreateFleet"] as const;

/** Writes the statements about launching, tagging and terminating, each limited to the cluster's own resources by their tags. */
export function writeNodeLifecycle(scope: ControllerScope): readonly PolicyStatement[] {
  const { partition, region } = parseArn(scope.clusterArn);
  const tags = describeTags(scope.clusterName);
  const list = (kinds: readonly string[]) => kinds.map((kind) => `arn:${partition}:ec2:${region}:*:${kind}/*`);
  const launched = {
    StringEquals: { ...tags.requestOwned, ...tags.requestCluster },
    StringLike: tags.requestNodePool,
  };
  const ours = { StringEquals: tags.resourceOwned, StringLike: tags.resourceNodePool };
  return [
    {
      Sid: "AllowScopedEC2InstanceAccessActions",
      Effect: "Allow",
      Action: launchActions,
      Resource: [
        `arn:${partition}:ec2:${region}::image/*`,
        `arn:${partition}:ec2:${region}::snapshot/*`,
        ...list(launchInputs),
      ],
    },
    {
      Sid: "AllowScopedEC2LaunchTemplateAccessActions",
      Effect: "Allow",
      Action: launchActions,
      Resource: list(["launch-template"]),
      Condition: ours,
    },
    {
      Sid: "AllowScopedEC2InstanceActionsWithTags",
      Effect: "Allow",
      Action: [...launchActions, "ec2:CreateLaunchTemplate"],
      Resource: list(launchOutputs),
      Condition: launched,
    },
    {
      Sid: "AllowScopedResourceCreationTagging",
      Effect: "Allow",
      Action: ["ec2:CreateTags"],
      Resource: list(launchOutputs),
      Condition: {
        ...launched,
        StringEquals: {
          ...launched.StringEquals,
          "ec2:CreateAction": ["RunInstances", "CreateFleet", "CreateLaunchTemplate"],
        },
      },
    },
    {
      Sid: "AllowScopedResourceTagging",
      Effect: "Allow",
      Action: ["ec2:CreateTags"],
      Resource: list(["instance"]),
      Condition: {
        ...ours,
        StringEqualsIfExists: tags.requestCluster,
        "ForAllValues:StringEquals": { "aws:TagKeys": ["eks:eks-cluster-name", "karpenter.sh/nodeclaim", "Name"] },
      },
    },
    {
      Sid: "AllowScopedDeletion",
      Effect: "Allow",
      Action: ["ec2:TerminateInstances", "ec2:DeleteLaunchTemplate"],
      Resource: list(["instance", "launch-template"]),
      Condition: ours,
    },
  ];
}
