// The calls of Karpenter's controller on what is its own: it must be able to make every one of them.
// What each is for: https://karpenter.sh/docs/reference/cloudformation/
import {
  classed,
  clusterNamed,
  ec2,
  has,
  image,
  instance,
  instanceProfile,
  launchTemplate,
  owned,
  placed,
  pooled,
  region,
  scope,
  sets,
  subnet,
} from "./names";
import type { Request } from "./simulator";

const made = sets(owned, clusterNamed, pooled);
const its = has(owned, pooled);
const itsProfile = has(owned, placed, classed);

const launchInputs: readonly Request[] = [
  { action: "ec2:RunInstances", resource: image },
  { action: "ec2:RunInstances", resource: ec2("snapshot/snap-0123456789abcdef0", region, "") },
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

const launchOutputs: readonly Request[] = [
  { action: "ec2:CreateLaunchTemplate", resource: launchTemplate, context: made },
  { action: "ec2:CreateFleet", resource: fleet, context: made },
  { action: "ec2:CreateFleet", resource: instance, context: made },
  { action: "ec2:RunInstances", resource: instance, context: made },
  { action: "ec2:RunInstances", resource: volume, context: made },
  { action: "ec2:RunInstances", resource: networkInterface, context: made },
  { action: "ec2:RunInstances", resource: spotRequest, context: made },
];

/** Everything is tagged by the call that makes it. */
const tagsAtCreation = {
  RunInstances: [instance, volume, networkInterface, spotRequest],
  CreateFleet: [fleet, instance],
  CreateLaunchTemplate: [launchTemplate],
};

const tagging: readonly Request[] = [
  ...Object.entries(tagsAtCreation).flatMap(([creation, resources]) =>
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
      ...sets(clusterNamed),
      "aws:TagKeys": ["Name", "karpenter.sh/nodeclaim", "eks:eks-cluster-name"],
    },
  },
  { action: "ec2:CreateTags", resource: instance, context: { ...its, "aws:TagKeys": ["Name"] } },
];

const deletion: readonly Request[] = [
  { action: "ec2:TerminateInstances", resource: instance, context: its },
  { action: "ec2:DeleteLaunchTemplate", resource: launchTemplate, context: its },
];

const instanceProfiles: readonly Request[] = [
  {
    action: "iam:PassRole",
    resource: scope.nodeRoleArn,
    context: { "iam:PassedToService": "ec2.amazonaws.com" },
  },
  {
    action: "iam:CreateInstanceProfile",
    resource: instanceProfile(),
    context: sets(owned, clusterNamed, placed, classed),
  },
  {
    action: "iam:TagInstanceProfile",
    resource: instanceProfile(),
    context: { ...itsProfile, ...sets(owned, clusterNamed, placed, classed) },
  },
  { action: "iam:AddRoleToInstanceProfile", resource: instanceProfile(), context: itsProfile },
  { action: "iam:RemoveRoleFromInstanceProfile", resource: instanceProfile(), context: itsProfile },
  { action: "iam:DeleteInstanceProfile", resource: instanceProfile(), context: itsProfile },
  { action: "iam:GetInstanceProfile", resource: instanceProfile() },
  { action: "iam:ListInstanceProfiles", resource: "*" },
];

const described = [
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

const reading: readonly Request[] = [
  ...described.map((kind) => ({
    action: `ec2:Describe${kind}`,
    resource: "*",
    context: { "aws:RequestedRegion": region },
  })),
  {
    action: "ssm:GetParameter",
    resource: `arn:aws:ssm:${region}::parameter/aws/service/eks/optimized-ami/1.36`,
    unlisted: "parameters are listed with an account, and those that AWS publishes have none",
  },
  { action: "pricing:GetProducts", resource: "*" },
  { action: "eks:DescribeCluster", resource: scope.clusterArn },
  {
    action: "arc-zonal-shift:GetManagedResource",
    resource: "*",
    context: { "arc-zonal-shift:ResourceIdentifier": scope.clusterArn },
  },
];

const interruptions: readonly Request[] = ["ReceiveMessage", "DeleteMessage", "GetQueueUrl"].map((verb) => ({
  action: `sqs:${verb}`,
  resource: scope.queueArn,
}));

/** All of them. */
export const ownCalls: readonly Request[] = [
  ...launchInputs,
  ...launchOutputs,
  ...tagging,
  ...deletion,
  ...instanceProfiles,
  ...reading,
  ...interruptions,
];
