// What Karpenter's controller may do in AWS: six policy documents, eighteen statements, scoped to one cluster.
import { parseArn } from "../arn";
import { type ControllerScope, describeTags, type PolicyDocument, type PolicyStatement } from "./policy-scope";
import { writeNodeLifecycle } from "./launch-policy";

/** The documents, by name. They are several because a managed policy holds 6144 characters. */
export type ControllerPolicyName =
  | "node-lifecycle"
  | "iam-integration"
  | "eks-integration"
  | "interruption"
  | "zonal-shift"
  | "resource-discovery";

function writeIamIntegration(scope: ControllerScope): readonly PolicyStatement[] {
  const { partition, region, account } = parseArn(scope.clusterArn);
  const tags = describeTags(scope.clusterName);
  const instanceProfiles = [`arn:${partition}:iam::${account}:instance-profile/*`];
  const resourceRegion = { "aws:ResourceTag/topology.kubernetes.io/region": region };
  const requestRegion = { "aws:RequestTag/topology.kubernetes.io/region": region };
  return [
    {
      Sid: "AllowPassingInstanceRole",
      Effect: "Allow",
      Action: ["iam:PassRole"],
      Resource: [scope.nodeRoleArn],
      Condition: { StringEquals: { "iam:PassedToService": ["ec2.amazonaws.com", "ec2.amazonaws.com.cn"] } },
    },
    {
      Sid: "AllowScopedInstanceProfileCreationActions",
      Effect: "Allow",
      Action: ["iam:CreateInstanceProfile"],
      Resource: instanceProfiles,
      Condition: {
        StringEquals: { ...tags.requestOwned, ...tags.requestCluster, ...requestRegion },
        StringLike: tags.requestNodeClass,
      },
    },
    {
      Sid: "AllowScopedInstanceProfileTagActions",
      Effect: "Allow",
      Action: ["iam:TagInstanceProfile"],
      Resource: instanceProfiles,
      Condition: {
        StringEquals: {
          ...tags.resourceOwned,
          ...resourceRegion,
          ...tags.requestOwned,
          ...tags.requestCluster,
          ...requestRegion,
        },
        StringLike: { ...tags.resourceNodeClass, ...tags.requestNodeClass },
      },
    },
    {
      Sid: "AllowScopedInstanceProfileActions",
      Effect: "Allow",
      Action: ["iam:AddRoleToInstanceProfile", "iam:RemoveRoleFromInstanceProfile", "iam:DeleteInstanceProfile"],
      Resource: instanceProfiles,
      Condition: {
        StringEquals: { ...tags.resourceOwned, ...resourceRegion },
        StringLike: tags.resourceNodeClass,
      },
    },
  ];
}

/** What Karpenter reads of EC2, none of it limited to resources: EC2's Describe calls know no finer grain than the region. */
const DESCRIBE_ACTIONS = [
  "ec2:DescribeCapacityReservations",
  "ec2:DescribeImages",
  "ec2:DescribeInstances",
  "ec2:DescribeInstanceStatus",
  "ec2:DescribeInstanceTypeOfferings",
  "ec2:DescribeInstanceTypes",
  "ec2:DescribeLaunchTemplates",
  "ec2:DescribePlacementGroups",
  "ec2:DescribeSecurityGroups",
  "ec2:DescribeSpotPriceHistory",
  "ec2:DescribeSubnets",
] as const;

function writeResourceDiscovery(scope: ControllerScope): readonly PolicyStatement[] {
  const { partition, region, account } = parseArn(scope.clusterArn);
  return [
    {
      Sid: "AllowRegionalReadActions",
      Effect: "Allow",
      Action: DESCRIBE_ACTIONS,
      Resource: ["*"],
      Condition: { StringEquals: { "aws:RequestedRegion": region } },
    },
    {
      Sid: "AllowSSMReadActions",
      Effect: "Allow",
      Action: ["ssm:GetParameter"],
      Resource: [`arn:${partition}:ssm:${region}::parameter/aws/service/*`],
    },
    { Sid: "AllowPricingReadActions", Effect: "Allow", Action: ["pricing:GetProducts"], Resource: ["*"] },
    {
      Sid: "AllowUnscopedInstanceProfileListAction",
      Effect: "Allow",
      Action: ["iam:ListInstanceProfiles"],
      Resource: ["*"],
    },
    {
      Sid: "AllowInstanceProfileReadActions",
      Effect: "Allow",
      Action: ["iam:GetInstanceProfile"],
      Resource: [`arn:${partition}:iam::${account}:instance-profile/*`],
    },
  ];
}

/**
 * Writes the controller's policy documents. They follow the CloudFormation template of Karpenter's getting-started
 * guide, where every statement is explained: https://karpenter.sh/docs/reference/cloudformation/
 *
 * Not included, because nothing here uses them: `ec2:RebootInstances` for the feature gate `rebootForRepair`, and
 * `ssm:GetParameter` for an image by a parameter outside `/aws/service/`. Volumes under a customer KMS key need a key
 * policy as well, which belongs to the key.
 */
export function writeControllerPolicies(
  scope: ControllerScope,
): Readonly<Record<ControllerPolicyName, PolicyDocument>> {
  const write = (statements: readonly PolicyStatement[]): PolicyDocument => ({
    Version: "2012-10-17",
    Statement: statements,
  });
  return {
    "node-lifecycle": write(writeNodeLifecycle(scope)),
    "iam-integration": write(writeIamIntegration(scope)),
    "eks-integration": write([
      {
        Sid: "AllowAPIServerEndpointDiscovery",
        Effect: "Allow",
        Action: ["eks:DescribeCluster"],
        Resource: [scope.clusterArn],
      },
    ]),
    interruption: write([
      {
        Sid: "AllowInterruptionQueueActions",
        Effect: "Allow",
        Action: ["sqs:DeleteMessage", "sqs:GetQueueUrl", "sqs:ReceiveMessage"],
        Resource: [scope.queueArn],
      },
    ]),
    "zonal-shift": write([
      {
        Sid: "AllowZonalShiftStatusReadOnly",
        Effect: "Allow",
        Action: ["arc-zonal-shift:GetManagedResource"],
        Resource: ["*"],
        Condition: { StringEquals: { "arc-zonal-shift:ResourceIdentifier": scope.clusterArn } },
      },
    ]),
    "resource-discovery": write(writeResourceDiscovery(scope)),
  };
}

/** Names of the documents, in a fixed order: each becomes one managed policy. */
export const CONTROLLER_POLICY_NAMES: readonly ControllerPolicyName[] = [
  "node-lifecycle",
  "iam-integration",
  "eks-integration",
  "interruption",
  "zonal-shift",
  "resource-discovery",
];
