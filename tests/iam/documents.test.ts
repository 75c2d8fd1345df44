// What can be said of the policies without a call: size, wildcards, who holds them and who can take the roles.
// What AWS's own policies for nodes allow is in AWS's hands: only that they, and no others, are attached is tested.
import assert from "node:assert/strict";
import { z } from "zod";
import { KarpenterIdentity } from "../../components/karpenter/identity";
import { writeControllerPolicies } from "../../components/karpenter/policies";
import type { PolicyStatement } from "../../components/karpenter/policy-scope";
import { record } from "../support/recorder";
import type { RecordedResource, Recording } from "../support/recording";
import { SCOPE } from "./names";
import { trusts } from "./simulator";

/** Characters that a managed policy may have, white space not counted: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const MANAGED_POLICY_LIMIT = 6144;

/** Statements whose resources end in a wildcard and that have no condition, and why that is no more than is needed. */
const UNCONDITIONAL: Readonly<Record<string, string>> = {
  AllowScopedEC2InstanceAccessActions: "a launch uses images, subnets and security groups that Karpenter did not make",
  AllowSSMReadActions: "only parameters that AWS publishes, which have no account in their ARN",
  AllowPricingReadActions: "prices are public, and the call knows no resources",
  AllowUnscopedInstanceProfileListAction: "the call lists names and knows no resources",
  AllowInstanceProfileReadActions: "a profile is read to find out whether it is the cluster's own",
};

const statements = Object.values(writeControllerPolicies(SCOPE)).flatMap(({ Statement }) => Statement);

function isUnconditional({ Resource, Condition }: PolicyStatement): boolean {
  return Resource.some((resource) => resource.endsWith("*")) && Object.keys(Condition ?? {}).length === 0;
}

describe("the controller's policy documents", () => {
  it("name every action in full", () => {
    for (const { Sid, Action } of statements) {
      for (const action of Action) assert.match(action, /^[a-z0-9-]+:[A-Za-z]+$/, Sid);
    }
  });

  it("set a condition wherever a resource is a wildcard, but for the known exceptions", () => {
    assert.deepEqual(
      statements.filter(isUnconditional).map(({ Sid }) => Sid),
      Object.keys(UNCONDITIONAL),
    );
  });

  it("fit into managed policies for the longest names that AWS accepts", () => {
    const account = "111122223333";
    const clusterName = "c".repeat(100);
    const longest = writeControllerPolicies({
      clusterArn: `arn:aws-us-gov:eks:us-gov-west-1:${account}:cluster/${clusterName}`,
      clusterName,
      queueArn: `arn:aws-us-gov:sqs:us-gov-west-1:${account}:${"q".repeat(80)}`,
      nodeRoleArn: `arn:aws-us-gov:iam::${account}:role/${"r".repeat(64)}`,
    });
    for (const [name, document] of Object.entries(longest)) {
      const characters = JSON.stringify(document).replaceAll(/\s/g, "").length;
      assert.ok(characters <= MANAGED_POLICY_LIMIT, `${name} has ${characters} characters`);
    }
  });
});

describe("Karpenter's identity", () => {
  let recording: Recording;

  before(async () => {
    recording = await record(() => {
      new KarpenterIdentity("karpenter", { ...SCOPE, namespace: "kube-system", serviceAccount: "karpenter", tags: {} });
    });
  });

  /** The attachments of a role, by its logical name. */
  function attachmentsOf(role: string): readonly RecordedResource[] {
    const { urn } = recording.get(role);
    return recording
      .ofType("aws:iam/rolePolicyAttachment:RolePolicyAttachment")
      .filter(({ dependencies }) => dependencies.includes(urn));
  }

  /** Whether the role's trust policy lets `principal` take the action. */
  async function trustsIn(role: string, principal: string, action: string): Promise<boolean> {
    const policy = readDocument(recording.get(role).inputs["assumeRolePolicy"]);
    return trusts(policy, principal, { action, resource: SCOPE.nodeRoleArn });
  }

  it("gives the controller the six documents, for its own cluster, queue and node role, and nothing else", () => {
    const policies = attachmentsOf("karpenter-controller").flatMap(({ dependencies }) =>
      recording.ofType("aws:iam/policy:Policy").filter(({ urn }) => dependencies.includes(urn)),
    );
    assert.equal(
      policies.length,
      attachmentsOf("karpenter-controller").length,
      "policies that eks-swap does not write",
    );
    const nodeRoleArn = z.string().parse(recording.get("karpenter-node-access").inputs["principalArn"]);
    assert.match(nodeRoleArn, /:role\/karpenter-node-/);
    assert.deepEqual(
      Object.fromEntries(policies.map(({ name, inputs }) => [name, readDocument(inputs["policy"])])),
      Object.fromEntries(
        Object.entries(writeControllerPolicies({ ...SCOPE, nodeRoleArn })).map(([name, document]) => [
          `karpenter-${name}`,
          document,
        ]),
      ),
    );
  });

  it("gives nodes four policies of AWS and nothing else", () => {
    assert.deepEqual(
      attachmentsOf("karpenter-node").map(({ inputs }) => inputs["policyArn"]),
      [
        "arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy",
        "arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy",
        "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPullOnly",
        "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore",
      ],
    );
    assert.deepEqual(
      Object.keys(recording.get("karpenter-node").inputs).toSorted(),
      ["assumeRolePolicy", "tags"],
      "no inline policy",
    );
  });

  const ec2 = "ec2.amazonaws.com";
  const pods = "pods.eks.amazonaws.com";
  const otherRole = "arn:aws:iam::111122223333:role/other";
  const trust: readonly (readonly [role: string, principal: string, action: string, trusted: boolean])[] = [
    ["karpenter-controller", pods, "sts:AssumeRole", true],
    ["karpenter-controller", pods, "sts:TagSession", true],
    ["karpenter-controller", ec2, "sts:AssumeRole", false],
    ["karpenter-controller", otherRole, "sts:AssumeRole", false],
    ["karpenter-node", ec2, "sts:AssumeRole", true],
    ["karpenter-node", ec2, "sts:TagSession", false],
    ["karpenter-node", pods, "sts:AssumeRole", false],
    ["karpenter-node", "lambda.amazonaws.com", "sts:AssumeRole", false],
    ["karpenter-node", otherRole, "sts:AssumeRole", false],
  ];
  for (const [role, principal, action, trusted] of trust) {
    it(`${principal} ${trusted ? "may" : "may not"} ${action} on ${role}`, async () => {
      assert.equal(await trustsIn(role, principal, action), trusted);
    });
  }
});

function readDocument(value: unknown): unknown {
  return JSON.parse(z.string().parse(value));
}
