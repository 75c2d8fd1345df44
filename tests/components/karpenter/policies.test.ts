// The controller's policies, statement by statement, against the table of Karpenter's CloudFormation template:
// https://karpenter.sh/docs/reference/cloudformation/
import assert from "node:assert/strict";
import { CONTROLLER_POLICY_NAMES, writeControllerPolicies } from "../../../components/karpenter/policies";

const SCOPE = {
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
const PROFILES = ["arn:aws:iam::123456789012:instance-profile/*"];

const RESOURCE_OWNED = { "aws:ResourceTag/kubernetes.io/cluster/dev": "owned" };
const REQUEST_OWNED = { "aws:RequestTag/kubernetes.io/cluster/dev": "owned" };
const REQUEST_CLUSTER = { "aws:RequestTag/eks:eks-cluster-name": "dev" };
const RESOURCE_REGION = { "aws:ResourceTag/topology.kubernetes.io/region": "eu-central-1" };
const REQUEST_REGION = { "aws:RequestTag/topology.kubernetes.io/region": "eu-central-1" };
const RESOURCE_POOL = { "aws:ResourceTag/karpenter.sh/nodepool": "*" };
const REQUEST_POOL = { "aws:RequestTag/karpenter.sh/nodepool": "*" };
const RESOURCE_CLASS = { "aws:ResourceTag/karpenter.k8s.aws/ec2nodeclass": "*" };
const REQUEST_CLASS = { "aws:RequestTag/karpenter.k8s.aws/ec2nodeclass": "*" };

type Row = readonly [
  policy: string,
  sid: string,
  actions: readonly string[],
  resources: readonly string[],
  condition?: Readonly<Record<string, unknown>>,
];

const TABLE: readonly Row[] = [
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
    { StringEquals: RESOURCE_OWNED, StringLike: RESOURCE_POOL },
  ],
  [
    "node-lifecycle",
    "AllowScopedEC2InstanceActionsWithTags",
    ["ec2:RunInstances", "ec2:CreateFleet", "ec2:CreateLaunchTemplate"],
    madeByLaunch,
    { StringEquals: { ...REQUEST_OWNED, ...REQUEST_CLUSTER }, StringLike: REQUEST_POOL },
  ],
  [
    "node-lifecycle",
    "AllowScopedResourceCreationTagging",
    ["ec2:CreateTags"],
    madeByLaunch,
    {
      StringEquals: {
        ...REQUEST_OWNED,
        ...REQUEST_CLUSTER,
        "ec2:CreateAction": ["RunInstances", "CreateFleet", "CreateLaunchTemplate"],
      },
      StringLike: REQUEST_POOL,
    },
  ],
  [
    "node-lifecycle",
    "AllowScopedResourceTagging",
    ["ec2:CreateTags"],
    ec2("instance"),
    {
      StringEquals: RESOURCE_OWNED,
      StringLike: RESOURCE_POOL,
      StringEqualsIfExists: REQUEST_CLUSTER,
      "ForAllValues:StringEquals": { "aws:TagKeys": ["eks:eks-cluster-name", "karpenter.sh/nodeclaim", "Name"] },
    },
  ],
  [
    "node-lifecycle",
    "AllowScopedDeletion",
    ["ec2:TerminateInstances", "ec2:DeleteLaunchTemplate"],
    ec2("instance", "launch-template"),
    { StringEquals: RESOURCE_OWNED, StringLike: RESOURCE_POOL },
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
    PROFILES,
    { StringEquals: { ...REQUEST_OWNED, ...REQUEST_CLUSTER, ...REQUEST_REGION }, StringLike: REQUEST_CLASS },
  ],
  [
    "iam-integration",
    "AllowScopedInstanceProfileTagActions",
    ["iam:TagInstanceProfile"],
    PROFILES,
    {
      StringEquals: { ...RESOURCE_OWNED, ...RESOURCE_REGION, ...REQUEST_OWNED, ...REQUEST_CLUSTER, ...REQUEST_REGION },
      StringLike: { ...RESOURCE_CLASS, ...REQUEST_CLASS },
    },
  ],
  [
    "iam-integration",
    "AllowScopedInstanceProfileActions",
    ["iam:AddRoleToInstanceProfile", "iam:RemoveRoleFromInstanceProfile", "iam:DeleteInstanceProfile"],
    PROFILES,
    { StringEquals: { ...RESOURCE_OWNED, ...RESOURCE_REGION }, StringLike: RESOURCE_CLASS },
  ],
  ["eks-integration", "AllowAPIServerEndpointDiscovery", ["eks:DescribeCluster"], [SCOPE.clusterArn]],
  [
    "interruption",
    "AllowInterruptionQueueActions",
    ["sqs:DeleteMessage", "sqs:GetQueueUrl", "sqs:ReceiveMessage"],
    [SCOPE.queueArn],
  ],
  [
    "zonal-shift",
    "AllowZonalShiftStatusReadOnly",
    ["arc-zonal-shift:GetManagedResource"],
    ["*"],
    { StringEquals: { "arc-zonal-shift:ResourceIdentifier": SCOPE.clusterArn } },
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
  ["resource-discovery", "AllowInstanceProfileReadActions", ["iam:GetInstanceProfile"], PROFILES],
];

describe("the controller's policies", () => {
  const documents = writeControllerPolicies(SCOPE);

  it("are six documents of eighteen statements", () => {
    assert.deepEqual(Object.keys(documents), CONTROLLER_POLICY_NAMES);
    assert.deepEqual(
      CONTROLLER_POLICY_NAMES.flatMap((name) => documents[name].Statement.map(({ Sid }) => [name, Sid])),
      TABLE.map(([policy, sid]) => [policy, sid]),
    );
    assert.equal(TABLE.length, 18);
    assert.deepEqual(new Set(Object.values(documents).map(({ Version }) => Version)), new Set(["2012-10-17"]));
  });

  for (const [policy, Sid, Action, Resource, Condition] of TABLE) {
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
      ...SCOPE,
      clusterName,
      clusterArn: `${SCOPE.clusterArn.slice(0, -3)}${clusterName}`,
    });
    for (const name of CONTROLLER_POLICY_NAMES) {
      const { length } = JSON.stringify(longest[name]);
      assert.ok(length <= 6144, `${name} has ${length} characters`);
    }
  });
});
