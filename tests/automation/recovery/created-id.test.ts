// Ids of resources whose creation got no answer, as the providers make them.
import assert from "node:assert/strict";
import { createdId } from "../../../automation/recovery/created-id";

const PLACE = { partition: "aws", region: "eu-central-1", account: "123456789012" };

function idOf(type: string, inputs: Readonly<Record<string, unknown>>, where = PLACE): string | undefined {
  return createdId({ urn: "", type, custom: true, inputs, outputs: {} }, where);
}

const POLICY_ARN = "arn:aws:iam::aws:policy/AmazonEKSClusterPolicy";
const PRINCIPAL_ARN = "arn:aws:iam::123456789012:role/nodes";
const QUEUE_URL = "https://sqs.eu-central-1.amazonaws.com/123456789012/q";

/** The hashes of routes were computed by Go's `crc32.ChecksumIEEE`. */
const IDS: readonly (readonly [type: string, inputs: Readonly<Record<string, unknown>>, id: string | undefined])[] = [
  ["aws:iam/role:Role", { name: "r" }, "r"],
  ["aws:iam/policy:Policy", { name: "p" }, "arn:aws:iam::123456789012:policy/p"],
  ["aws:iam/policy:Policy", { name: "p", path: "/eks/" }, "arn:aws:iam::123456789012:policy/eks/p"],
  ["aws:iam/rolePolicyAttachment:RolePolicyAttachment", { role: "r", policyArn: POLICY_ARN }, `r/${POLICY_ARN}`],
  ["aws:sqs/queue:Queue", { name: "q" }, QUEUE_URL],
  ["aws:sqs/queuePolicy:QueuePolicy", { queueUrl: QUEUE_URL }, QUEUE_URL],
  ["aws:cloudwatch/eventRule:EventRule", { name: "e" }, "e"],
  ["aws:cloudwatch/eventRule:EventRule", { name: "e", eventBusName: "default" }, "e"],
  ["aws:cloudwatch/eventRule:EventRule", { name: "e", eventBusName: "own" }, "own/e"],
  ["aws:cloudwatch/eventTarget:EventTarget", { rule: "e", targetId: "t" }, "e-t"],
  ["aws:cloudwatch/eventTarget:EventTarget", { rule: "e", targetId: "t", eventBusName: "own" }, "own-e-t"],
  ["aws:eks/cluster:Cluster", { name: "c" }, "c"],
  ["aws:eks/nodeGroup:NodeGroup", { clusterName: "c", nodeGroupName: "system" }, "c:system"],
  ["aws:eks/addon:Addon", { clusterName: "c", addonName: "coredns" }, "c:coredns"],
  ["aws:eks/accessEntry:AccessEntry", { clusterName: "c", principalArn: PRINCIPAL_ARN }, `c:${PRINCIPAL_ARN}`],
  [
    "aws:eks/accessPolicyAssociation:AccessPolicyAssociation",
    { clusterName: "c", principalArn: PRINCIPAL_ARN, policyArn: POLICY_ARN },
    `c#${PRINCIPAL_ARN}#${POLICY_ARN}`,
  ],
  ["aws:ec2/route:Route", { routeTableId: "rtb-1", destinationCidrBlock: "0.0.0.0/0" }, "r-rtb-11080289494"],
  ["aws:ec2/route:Route", { routeTableId: "rtb-1", destinationIpv6CidrBlock: "::/0" }, "r-rtb-12750132062"],
  ["aws:ec2/route:Route", { routeTableId: "rtb-1", destinationPrefixListId: "pl-0123" }, "r-rtb-12957076896"],
  ["aws:ec2/vpc:Vpc", { cidrBlock: "10.0.0.0/16" }, undefined],
  ["kubernetes:karpenter.sh/v1:NodePool", { metadata: { name: "ebs" } }, "ebs"],
  ["kubernetes:core/v1:ServiceAccount", { metadata: { name: "s", namespace: "kube-system" } }, "kube-system/s"],
  ["kubernetes:helm.sh/v3:Release", { namespace: "kube-system", name: "karpenter" }, "kube-system/karpenter"],
];

describe("the id of a resource whose creation got no answer", () => {
  for (const [type, inputs, id] of IDS) {
    it(`${type} with ${JSON.stringify(inputs)}: ${id ?? "made up by AWS"}`, () => {
      assert.equal(idOf(type, inputs), id);
    });
  }

  it("has the partition of the stack", () => {
    const china = { partition: "aws-cn", region: "cn-north-1", account: "123456789012" };
    assert.equal(idOf("aws:iam/policy:Policy", { name: "p" }, china), "arn:aws-cn:iam::123456789012:policy/p");
    assert.equal(
      idOf("aws:sqs/queue:Queue", { name: "q" }, china),
      "https://sqs.cn-north-1.amazonaws.com.cn/123456789012/q",
    );
  });
});
