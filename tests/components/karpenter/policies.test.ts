// The controller's policies, statement by statement, against the table of Karpenter's CloudFormation template:
// https://karpenter.sh/docs/reference/cloudformation/
import assert from "node:assert/strict";
import { controllerPolicyNames, writeControllerPolicies } from "../../../components/karpenter/policies";

const scope = {
  clusterArn: "arn:aws:eks:eu-central-1:123456789012:cluster/dev",
  clusterName: "dev",
  queueArn: "arn:aws:sqs:eu-central-1:123456789012:dev",
  nodeRoleArn: "arn:aws:iam::123456789012:role/nodes",
};

const ec2 = (...kinds: string[]) => kinds.map((kind) => `arn:aws:ec2:eu-central-1:*:${kind}/*`);
const madeByLaunch = ec2(
  "fleet",
  "instance",
  "volume",
  "network-interface",
  "launch-template",
  "spot-instances-request",
);
const profiles = ["arn:aws:iam::123456789012:instance-profile/*"];

const resourceOwned = { "aws:ResourceTag/kubernetes.io/cluster/dev": "owned" };
const requestOwned = { "aws:RequestTag/kubernetes.io/cluster/dev": "owned" };
const requestCluster = { "aws:RequestTag/eks:eks-cluster-name": "dev" };
const resourceRegion = { "aws:ResourceTag/topology.kubernetes.io/region": "eu-central-1" };
const requestRegion = { "aws:RequestTag/topology.kubernetes.io/region": "eu-central-1" };
const resourcePool = { "aws:ResourceTag/karpenter.sh/nodepool": "*" };
const requestPool = { "aws:RequestTag/karpenter.sh/nodepool": "*" };
const resourceClass = { "aws:ResourceTag/karpenter.k8s.aws/ec2nodeclass": "*" };
const requestClass = { "aws:RequestTag/karpenter.k8s.aws/ec2nodeclass": "*" };

type Row = readonly [
  policy: string,
  sid: string,
  actions: readonly string[],
  resources: readonly string[],
  condition?: Readonly<Record<string, unknown>>,
];

const table: readonly Row[] = [
  [
    "node-lifecycle",
    "AllowScopedEC2InstanceAccessActions",
    ["ec2:RunInstances", "ec2:CreateFleet"],
    [
      "arn:aws:ec2:eu-central-1::image/*",
      "arn:aws:ec2:eu-central-1::snapshot/*",
      ...ec2("security-group", "subnet", "capacity-reservation", "placement-group"),
    ],
  ],
  [
    "node-lifecycle",
    "AllowScopedEC2LaunchTemplateAccessActions",
    ["ec2:RunInstances", "ec2:CreateFleet"],
    ec2("launch-template"),
    { StringEquals: resourceOwned, StringLike: resourcePool },
  ],
  [
    "node-lifecycle",
    "AllowScopedEC2InstanceActionsWithTags",
    ["ec2:RunInstances", "ec2:CreateFleet", "ec2:CreateLaunchTemplate"],
    madeByLaunch,
    { StringEquals: { ...requestOwned, ...requestCluster }, StringLike: requestPool },
  ],
  [
    "node-lifecycle",
    "AllowScopedResourceCreationTagging",
    ["ec2:CreateTags"],
    madeByLaunch,
    {
      StringEquals: {
        ...requestOwned,
        ...requestCluster,
        "ec2:CreateAction": ["RunInstances", "CreateFleet", "CreateLaunchTemplate"],
      },
      StringLike: requestPool,
    },
  ],
  [
    "node-lifecycle",
    "AllowScopedResourceTagging",
    ["ec2:CreateTags"],
    ec2("instance"),
    {
      StringEquals: resourceOwned,
      StringLike: resourcePool,
      StringEqualsIfExists: requestCluster,
      "ForAllValues:StringEquals": { "aws:TagKeys": ["eks:eks-cluster-name", "karpenter.sh/nodeclaim", "Name"] },
    },
  ],
  [
    "node-lifecycle",
    "AllowScopedDeletion",
    ["ec2:TerminateInstances", "ec2:DeleteLaunchTemplate"],
    ec2("instance", "launch-template"),
    { StringEquals: resourceOwned, StringLike: resourcePool },
  ],
  [
    "iam-integration",
    "AllowPassingInstanceRole",
    ["iam:PassRole"],
    ["arn:aws:iam::123456789012:role/nodes"],
    { StringEquals: { "iam:PassedToService": ["ec2.amazonaws.com", "ec2.amazonaws.com.cn"] } },
  ],
  [
    "iam-integration",
    "AllowScopedInstanceProfileCreationActions",
    ["iam:CreateInstanceProfile"],
    profiles,
    { StringEquals: { ...requestOwned, ...requestCluster, ...requestRegion }, StringLike: requestClass },
  ],
  [
    "iam-integration",
    "AllowScopedInstanceProfileTagActions",
    ["iam:TagInstanceProfile"],
    profiles,
    {
      StringEquals: { ...resourceOwned, ...resourceRegion, ...requestOwned, ...requestCluster, ...requestRegion },
      StringLike: { ...resourceClass, ...requestClass },
    },
  ],
  [
    "iam-integration",
    "AllowScopedInstanceProfileActions",
    ["iam:AddRoleToInstanceProfile", "iam:RemoveRoleFromInstanceProfile", "iam:DeleteInstanceProfile"],
    profiles,
    { StringEquals: { ...resourceOwned, ...resourceRegion }, StringLike: resourceClass },
  ],
  ["eks-integration", "AllowAPIServerEndpointDiscovery", ["eks:DescribeCluster"], [scope.clusterArn]],
  [
    "interruption",
    "AllowInterruptionQueueActions",
    ["sqs:DeleteMessage", "sqs:GetQueueUrl", "sqs:ReceiveMessage"],
    [scope.queueArn],
  ],
  [
    "zonal-shift",
    "AllowZonalShiftStatusReadOnly",
    ["arc-zonal-shift:GetManagedResource"],
    ["*"],
    { StringEquals: { "arc-zonal-shift:ResourceIdentifier": scope.clusterArn } },
  ],
  [
    "resource-discovery",
    "AllowRegionalReadActions",
    [
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
    ].map((noun) => `ec2:Describe${noun}`),
    ["*"],
    { StringEquals: { "aws:RequestedRegion": "eu-central-1" } },
  ],
  [
    "resource-discovery",
    "AllowSSMReadActions",
    ["ssm:GetParameter"],
    ["arn:aws:ssm:eu-central-1::parameter/aws/service/*"],
  ],
  ["resource-discovery", "AllowPricingReadActions", ["pricing:GetProducts"], ["*"]],
  ["resource-discovery", "AllowUnscopedInstanceProfileListAction", ["iam:ListInstanceProfiles"], ["*"]],
  ["resource-discovery", "AllowInstanceProfileReadActions", ["iam:GetInstanceProfile"], profiles],
];

describe("the controller's policies", () => {
  const documents = writeControllerPolicies(scope);

  it("are six documents of eighteen statements", () => {
    assert.deepEqual(Object.keys(documents), controllerPolicyNames);
    assert.deepEqual(
      controllerPolicyNames.flatMap((name) => documents[name].Statement.map(({ Sid }) => [name, Sid])),
      table.map(([policy, sid]) => [policy, sid]),
    );
    assert.equal(table.length, 18);
    assert.deepEqual(new Set(Object.values(documents).map(({ Version }) => Version)), new Set(["2012-10-17"]));
  });

  for (const [policy, Sid, Action, Resource, Condition] of table) {
    it(Sid, () => {
      const statement = Object.entries(documents)
        .flatMap(([name, { Statement }]) => (name === policy ? Statement : []))
        .find((one) => one.Sid === Sid);
      const expected = { Sid, Effect: "Allow", Action, Resource, ...(Condition === undefined ? {} : { Condition }) };
      assert.deepEqual(statement, expected);
    });
  }

  it("follow the partition and the region of the cluster", () => {
    const china = JSON.stringify(
      writeControllerPolicies({
        clusterArn: "arn:aws-cn:eks:cn-north-1:123456789012:cluster/dev",
        clusterName: "dev",
        queueArn: "arn:aws-cn:sqs:cn-north-1:123456789012:dev",
        nodeRoleArn: "arn:aws-cn:iam::123456789012:role/nodes",
      }),
    );
    assert.doesNotMatch(china, /arn:aws:/);
    assert.doesNotMatch(china, /eu-central-1/);
  });

  it("fit into managed policies of 6144 characters for the longest cluster name", () => {
    const clusterName = "c".repeat(100);
    const longest = writeControllerPolicies({
      ...scope,
      clusterName,
      clusterArn: `${scope.clusterArn.slice(0, -3)}${clusterName}`,
    });
    for (const name of controllerPolicyNames) {
      const { length } = JSON.stringify(longest[name]);
      assert.ok(length <= 6144, `${name} has ${length} characters`);
    }
  });
});
