// AWS Identity and Access Management: roles, managed policies and what ties them together.
import { iamArnOf, newDigits } from "../provider/account";
import { documentRules, documentSize } from "./policies";
import { AWS_DOCS, AWS_TYPES } from "./types";
import type { ResourceKind } from "../provider/kind";
import { atMost, heldBy, matches, refersTo } from "../provider/rules";
import type { Store, StoredResource } from "../provider/store";
import { textAt } from "../provider/values";

const IAM_QUOTAS = `${AWS_DOCS}/IAM/latest/UserGuide/reference_iam-quotas.html`;
const IAM_ERRORS = `${AWS_DOCS}/IAM/latest/APIReference/CommonErrors.html`;

/** What Karpenter makes an instance profile for, which holds the role. */
const NODE_CLASS_TYPE = "kubernetes:karpenter.k8s.aws/v1:EC2NodeClass";

/** How many managed policies a role holds until AWS raises its quota. */
const POLICIES_PER_ROLE = 10;

/** The managed policies of AWS that the sandbox knows, by name. */
const MANAGED_POLICY_NAMES: readonly string[] = [
  "AmazonEKSClusterPolicy",
  "AmazonEKSWorkerNodePolicy",
  "AmazonEKSWorkerNodeMinimalPolicy",
  "AmazonEKS_CNI_Policy",
  "AmazonEC2ContainerRegistryReadOnly",
  "AmazonEC2ContainerRegistryPullOnly",
  "AmazonSSMManagedInstanceCore",
];

const managedPolicyArns = MANAGED_POLICY_NAMES.map(managedPolicyArn);

/** The ARN of a managed policy of AWS. */
export function managedPolicyArn(name: string): string {
  return `arn:aws:iam::aws:policy/${name}`;
}

/** The ARNs of the managed policies of a role. */
export function attachedTo(cloud: Store, roleName: string | undefined): readonly string[] {
  return cloud
    .list(AWS_TYPES.attachment)
    .filter((attachment) => textAt(attachment.outputs, "role") === roleName)
    .map((attachment) => textAt(attachment.outputs, "policyArn") ?? "");
}

/** The role with an ARN. */
export function roleWith(cloud: Store, arn: string | undefined): StoredResource | undefined {
  return cloud.find(AWS_TYPES.role, "arn", arn);
}

const ROLE: ResourceKind = {
  type: AWS_TYPES.role,
  required: ["assumeRolePolicy"],
  forceNew: ["name", "path"],
  autoName: "name",
  rules: [
    atMost("iam-role-name-length", IAM_QUOTAS, "name", 64),
    matches(
      "iam-role-name-characters",
      `${AWS_DOCS}/IAM/latest/APIReference/API_CreateRole.html`,
      "name",
      /^[\w+=,.@-]+$/,
      "ValidationError: letters, digits and +=,.@_- are allowed in the name of a role",
    ),
    ...documentRules("iam-trust", "assumeRolePolicy", "trust"),
    documentSize("iam-trust-size", "assumeRolePolicy", 2048),
    heldBy({
      id: "iam-role-held-by-policy",
      source: `${AWS_DOCS}/IAM/latest/APIReference/API_DeleteRole.html`,
      type: AWS_TYPES.attachment,
      path: "role",
      by: "name",
      refusal: () => "DeleteConflict: Cannot delete entity, must detach all policies first.",
    }),
    heldBy({
      id: "iam-role-held-by-profile",
      source: "https://karpenter.sh/docs/concepts/nodeclasses/#specrole",
      type: NODE_CLASS_TYPE,
      path: "spec.role",
      by: "name",
      refusal: (_, holders) =>
        "DeleteConflict: Cannot delete entity, must remove roles from instance profile first: Karpenter made one for " +
        `the EC2NodeClass ${holders.join(", ")}`,
    }),
    heldBy({
      id: "iam-role-held-by-left-profile",
      source: `${AWS_DOCS}/IAM/latest/APIReference/API_DeleteRole.html`,
      type: AWS_TYPES.instanceProfile,
      path: "role",
      by: "name",
      refusal: (_, holders) =>
        `DeleteConflict: Cannot delete entity, must remove roles from instance profile first: ${holders.join(", ")}`,
    }),
  ],
  identify: (inputs) => textAt(inputs, "name") ?? "",
  taken: (inputs) => `EntityAlreadyExists: Role with name ${textAt(inputs, "name") ?? ""} already exists.`,
  make: (id, { inputs, current }) => ({
    outputs: {
      arn: iamArnOf(`role${textAt(inputs, "path") ?? "/"}${id}`),
      uniqueId: current?.outputs["uniqueId"] ?? `AROA${newDigits(17).toUpperCase()}`,
      path: textAt(inputs, "path") ?? "/",
    },
  }),
};

const POLICY: ResourceKind = {
  type: AWS_TYPES.policy,
  required: ["policy"],
  forceNew: ["name", "path", "description"],
  autoName: "name",
  rules: [
    atMost("iam-policy-name-length", IAM_QUOTAS, "name", 128),
    ...documentRules("iam-policy", "policy", "identity"),
    documentSize("iam-policy-size", "policy", 6144),
    heldBy({
      id: "iam-policy-held",
      source: `${AWS_DOCS}/IAM/latest/APIReference/API_DeletePolicy.html`,
      type: AWS_TYPES.attachment,
      path: "policyArn",
      by: "arn",
      refusal: () => "DeleteConflict: Cannot delete a policy attached to entities.",
    }),
  ],
  identify: (inputs) => iamArnOf(`policy${textAt(inputs, "path") ?? "/"}${textAt(inputs, "name") ?? ""}`),
  taken: (inputs) =>
    `EntityAlreadyExists: A policy called ${textAt(inputs, "name") ?? ""} already exists. Duplicate names are not allowed.`,
  make: (id, { inputs, current }) => ({
    outputs: {
      arn: id,
      policyId: current?.outputs["policyId"] ?? `ANPA${newDigits(17).toUpperCase()}`,
      path: textAt(inputs, "path") ?? "/",
    },
  }),
};

const ATTACHMENT: ResourceKind = {
  type: AWS_TYPES.attachment,
  required: ["role", "policyArn"],
  forceNew: ["role", "policyArn"],
  rules: [
    refersTo({
      id: "iam-attachment-role",
      source: IAM_ERRORS,
      path: "role",
      to: AWS_TYPES.role,
      by: "name",
      missing: (name) => `NoSuchEntity: The role with name ${name} cannot be found.`,
    }),
    {
      id: "iam-attachment-policy",
      source: `${AWS_DOCS}/aws-managed-policy/latest/reference/policy-list.html`,
      path: "policyArn",
      moments: ["create"],
      problem: ({ inputs, cloud }) => {
        const arn = textAt(inputs, "policyArn") ?? "";
        return managedPolicyArns.includes(arn) || cloud.get(AWS_TYPES.policy, arn) !== undefined
          ? undefined
          : `NoSuchEntity: Policy ${arn} does not exist or is not attachable.`;
      },
    },
    {
      id: "iam-attachment-quota",
      source: IAM_QUOTAS,
      path: "role",
      moments: ["create"],
      problem: ({ inputs, cloud }) =>
        attachedTo(cloud, textAt(inputs, "role")).length < POLICIES_PER_ROLE
          ? undefined
          : `LimitExceeded: Cannot exceed quota for PoliciesPerRole: ${POLICIES_PER_ROLE}`,
    },
  ],
  identify: (inputs) => `${textAt(inputs, "role") ?? ""}/${textAt(inputs, "policyArn") ?? ""}`,
  make: () => ({ outputs: {} }),
};

/** The tables of this file. */
export const IAM_KINDS: readonly ResourceKind[] = [ROLE, POLICY, ATTACHMENT];
