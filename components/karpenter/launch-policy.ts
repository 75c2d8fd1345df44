// What Karpenter's controller may do with instances and what belongs to them.
import { parseArn } from "../arn";
import { type ControllerScope, describeTags, type PolicyStatement } from "./policy-scope";

/** Kinds of resource that a launch uses but does not make. Images and snapshots have no account in their ARN when they are public. */
const LAUNCH_INPUTS = ["security-group", "subnet", "capacity-reservation", "placement-group"] as const;

/** Kinds of resource that a launch makes, and that must carry the cluster's tags from the start. */
const LAUNCH_OUTPUTS = [
  "fleet",
  "instance",
  "volume",
  "network-interface",
  "launch-template",
  "spot-instances-request",
] as const;

const LAUNCH_ACTIONS = ["ec2:RunInstances", "ec2:CreateFleet"] as const;

/** Writes the statements about launching, tagging and terminating, each limited to the cluster's own resources by their tags. */
export function writeNodeLifecycle({ clusterArn, clusterName }: ControllerScope): readonly PolicyStatement[] {
  const { partition, region } = parseArn(clusterArn);
  const tags = describeTags(clusterName);
  const list = (kinds: readonly string[]) => kinds.map((kind) => `arn:${partition}:ec2:${region}:*:${kind}/*`);
  const publicOnes = ["image", "snapshot"].map((kind) => `arn:${partition}:ec2:${region}::${kind}/*`);
  const owned = { StringEquals: tags.resourceOwned, StringLike: tags.resourceNodePool };
  return [
    allow("AllowScopedEC2InstanceAccessActions", LAUNCH_ACTIONS, [...publicOnes, ...list(LAUNCH_INPUTS)]),
    allow("AllowScopedEC2LaunchTemplateAccessActions", LAUNCH_ACTIONS, list(["launch-template"]), owned),
    ...writeCreation(tags, list(LAUNCH_OUTPUTS)),
    allow("AllowScopedResourceTagging", ["ec2:CreateTags"], list(["instance"]), {
      ...owned,
      StringEqualsIfExists: tags.requestCluster,
      "ForAllValues:StringEquals": { "aws:TagKeys": ["eks:eks-cluster-name", "karpenter.sh/nodeclaim", "Name"] },
    }),
    allow(
      "AllowScopedDeletion",
      ["ec2:TerminateInstances", "ec2:DeleteLaunchTemplate"],
      list(["instance", "launch-template"]),
      owned,
    ),
  ];
}

/** What a launch makes is tagged in the same call, and carries the cluster's tags. */
function writeCreation(
  tags: ReturnType<typeof describeTags>,
  resources: readonly string[],
): readonly PolicyStatement[] {
  const owned = { ...tags.requestOwned, ...tags.requestCluster };
  const creation = { "ec2:CreateAction": ["RunInstances", "CreateFleet", "CreateLaunchTemplate"] };
  return [
    allow("AllowScopedEC2InstanceActionsWithTags", [...LAUNCH_ACTIONS, "ec2:CreateLaunchTemplate"], resources, {
      StringEquals: owned,
      StringLike: tags.requestNodePool,
    }),
    allow("AllowScopedResourceCreationTagging", ["ec2:CreateTags"], resources, {
      StringEquals: { ...owned, ...creation },
      StringLike: tags.requestNodePool,
    }),
  ];
}

function allow(
  sid: string,
  actions: readonly string[],
  resources: readonly string[],
  condition?: PolicyStatement["Condition"],
): PolicyStatement {
  return {
    Sid: sid,
    Effect: "Allow",
    Action: actions,
    Resource: resources,
    ...(condition === undefined ? {} : { Condition: condition }),
  };
}
