// The calls of Karpenter's controller on what is its own: it must be able to make every one of them.
// What each is for: https://karpenter.sh/docs/reference/cloudformation/
import {
  CLASSED,
  CLUSTER_NAMED,
  ec2,
  has,
  image,
  instance,
  instanceProfile,
  launchTemplate,
  OWNED,
  PLACED,
  POOLED,
  REGION,
  SCOPE,
  sets,
  subnet,
} from "./names";
import type { Request } from "./simulator";

const made = sets(OWNED, CLUSTER_NAMED, POOLED);
const its = has(OWNED, POOLED);
const itsProfile = has(OWNED, PLACED, CLASSED);

const LAUNCH_INPUTS: readonly Request[] = [
  { action: "ec2:RunInstances", resource: image },
  { action: "ec2:RunInstances", resource: ec2("snapshot/snap-0123456789abcdef0", REGION, "") },
  { action: "ec2:RunInstances", resource: subnet },
  { action: "ec2:RunInstances", resource: ec2("security-group/sg-0123456789abcdef0") },
  { action: "ec2:RunInstances", resource: ec2("capacity-reservation/cr-0123456789abcdef0") },
  { action: "ec2:RunInstances", resource: ec2("placement-group/spread") },
  { action: "ec2:RunInstances", resource: launchTemplate, context: its },
  { action: "ec2:CreateFleet", resource: image },
  { action: "ec2:CreateFleet", resource: subnet },
  { action: "ec2:CreateFleet", resource: launchTemplate, context: its },
];

const fleet = ec2("fleet/fleet-0123456789abcdef0");
const volume = ec2("volume/vol-0123456789abcdef0");
const networkInterface = ec2("network-interface/eni-0123456789abcdef0");
const spotRequest = ec2("spot-instances-request/sir-01234567");

const LAUNCH_OUTPUTS: readonly Request[] = [
  { action: "ec2:CreateLaunchTemplate", resource: launchTemplate, context: made },
  { action: "ec2:CreateFleet", resource: fleet, context: made },
  { action: "ec2:CreateFleet", resource: instance, context: made },
  { action: "ec2:RunInstances", resource: instance, context: made },
  { action: "ec2:RunInstances", resource: volume, context: made },
  { action: "ec2:RunInstances", resource: networkInterface, context: made },
  { action: "ec2:RunInstances", resource: spotRequest, context: made },
];

/** Everything is tagged by the call that makes it. */
const TAGS_AT_CREATION = {
  RunInstances: [instance, volume, networkInterface, spotRequest],
  CreateFleet: [fleet, instance],
  CreateLaunchTemplate: [launchTemplate],
};

const TAGGING: readonly Request[] = [
  ...Object.entries(TAGS_AT_CREATION).flatMap(([creation, resources]) =>
    resources.map((resource) => ({
      action: "ec2:CreateTags",
      resource,
      context: { ...made, "ec2:CreateAction": creation },
    })),
  ),
  {
    action: "ec2:CreateTags",
    resource: instance,
    context: {
      ...its,
      ...sets(CLUSTER_NAMED),
      "aws:TagKeys": ["Name", "karpenter.sh/nodeclaim", "eks:eks-cluster-name"],
    },
  },
  { action: "ec2:CreateTags", resource: instance, context: { ...its, "aws:TagKeys": ["Name"] } },
];

const DELETION: readonly Request[] = [
  { action: "ec2:TerminateInstances", resource: instance, context: its },
  { action: "ec2:DeleteLaunchTemplate", resource: launchTemplate, context: its },
];

const INSTANCE_PROFILES: readonly Request[] = [
  {
    action: "iam:PassRole",
    resource: SCOPE.nodeRoleArn,
    context: { "iam:PassedToService": "ec2.amazonaws.com" },
  },
  {
    action: "iam:CreateInstanceProfile",
    resource: instanceProfile(),
    context: sets(OWNED, CLUSTER_NAMED, PLACED, CLASSED),
  },
  {
    action: "iam:TagInstanceProfile",
    resource: instanceProfile(),
    context: { ...itsProfile, ...sets(OWNED, CLUSTER_NAMED, PLACED, CLASSED) },
  },
  { action: "iam:AddRoleToInstanceProfile", resource: instanceProfile(), context: itsProfile },
  { action: "iam:RemoveRoleFromInstanceProfile", resource: instanceProfile(), context: itsProfile },
  { action: "iam:DeleteInstanceProfile", resource: instanceProfile(), context: itsProfile },
  { action: "iam:GetInstanceProfile", resource: instanceProfile() },
  { action: "iam:ListInstanceProfiles", resource: "*" },
];

const DESCRIBED = [
  "CapacityReservations",
  "Images",
  "Instances",
  "InstanceStatus",
  "InstanceTypeOfferings",
  "InstanceTypes",
  "LaunchTemplates",
  "PlacementGroups",
  "SecurityGroups",
  "SpotPriceHistory",
  "Subnets",
];

const READING: readonly Request[] = [
  ...DESCRIBED.map((kind) => ({
    action: `ec2:Describe${kind}`,
    resource: "*",
    context: { "aws:RequestedRegion": REGION },
  })),
  {
    action: "ssm:GetParameter",
    resource: `arn:aws:ssm:${REGION}::parameter/aws/service/eks/optimized-ami/1.36`,
    unlisted: "parameters are listed with an account, and those that AWS publishes have none",
  },
  { action: "pricing:GetProducts", resource: "*" },
  { action: "eks:DescribeCluster", resource: SCOPE.clusterArn },
  {
    action: "arc-zonal-shift:GetManagedResource",
    resource: "*",
    context: { "arc-zonal-shift:ResourceIdentifier": SCOPE.clusterArn },
  },
];

const interruptions: readonly Request[] = ["ReceiveMessage", "DeleteMessage", "GetQueueUrl"].map((verb) => ({
  action: `sqs:${verb}`,
  resource: SCOPE.queueArn,
}));

/** All of them. */
export const OWN_CALLS: readonly Request[] = [
  ...LAUNCH_INPUTS,
  ...LAUNCH_OUTPUTS,
  ...TAGGING,
  ...DELETION,
  ...INSTANCE_PROFILES,
  ...READING,
  ...interruptions,
];
