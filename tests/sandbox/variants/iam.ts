// Broken variants of roles, policies and what carries events.
import { AWS_TYPES } from "../../../sandbox/aws/types";
import { KUBERNETES_TYPES } from "../../../sandbox/kubernetes/objects";
import { inJson, put, remove, set, valueOf, variantsOf, without, type Change, type Variant } from "./variants";

function documentVariants(
  rules: string,
  resource: string,
  input: string,
  purpose: "identity" | "trust" | "resource",
): readonly Variant[] {
  const document = (change: Change): Change => inJson(input, change);
  const principal = ["Statement", "0", "Principal"];
  return variantsOf(resource, "check", {
    [`${rules}-json`]: set(input, "{"),
    [`${rules}-effect`]: document(set("Statement.0.Effect", "allow")),
    [`${rules}-actions`]: document(set("Statement.0.Action", "SendMessage")),
    [`${rules}-principals`]: document(
      purpose === "identity" ? set(principal, { Service: "ec2.amazonaws.com" }) : without(principal),
    ),
    [`${rules}-resources`]: document(set("Statement.0.Resource", purpose === "trust" ? "*" : "queue")),
    [`${rules}-operators`]: document(set("Statement.0.Condition", { StringEqual: { "aws:Region": "eu-central-1" } })),
  });
}

/** A policy of that many statements is too large for the quota, whatever white space is left out. */
function inflate(input: string, count: number): Change {
  return inJson(input, (document) => {
    const statement = valueOf(document, "Statement.0");
    return { ...document, Statement: Array.from({ length: count }, () => statement) };
  });
}

/** Variants for the rules of aws-iam.ts and aws-policies.ts. */
export const IAM_VARIANTS: readonly Variant[] = [
  ...variantsOf("karpenter-identity-node", "check", {
    "iam-role-name-length": set("name", "n".repeat(65)),
    "iam-role-name-characters": set("name", "node role"),
    "iam-trust-size": inflate("assumeRolePolicy", 30),
  }),
  ...variantsOf("karpenter-identity-node", "delete", {
    "iam-role-held-by-policy": {},
    "iam-role-held-by-profile": { around: remove(AWS_TYPES.attachment) },
    "iam-role-held-by-left-profile": {
      around: (cloud, { inputs }) => {
        remove([AWS_TYPES.attachment, KUBERNETES_TYPES.nodeClass])(cloud);
        put(cloud, AWS_TYPES.instanceProfile, "profile", { role: inputs["name"] ?? "" });
      },
    },
  }),
  ...documentVariants("iam-trust", "karpenter-identity-node", "assumeRolePolicy", "trust"),
  ...documentVariants("iam-policy", "karpenter-identity-interruption", "policy", "identity"),
  ...variantsOf("karpenter-identity-interruption", "check", {
    "iam-policy-name-length": set("name", "n".repeat(129)),
    "iam-policy-size": inflate("policy", 40),
  }),
  ...variantsOf("karpenter-identity-interruption", "delete", { "iam-policy-held": {} }),
  ...variantsOf("karpenter-identity-interruption-attachment", "create", {
    "iam-attachment-role": set("role", "nobody"),
    "iam-attachment-policy": set("policyArn", "arn:aws:iam::aws:policy/AmazonEKSNodePolicy"),
    "iam-attachment-quota": {
      around: (cloud, { type, inputs }) => {
        const role = inputs["role"] ?? "";
        for (const number of Array.from({ length: 10 }).keys()) put(cloud, type, `attachment-${number}`, { role });
      },
    },
  }),
];

/** Variants for the rules of aws-events.ts. */
export const EVENT_VARIANTS: readonly Variant[] = [
  ...variantsOf("karpenter-events-queue", "check", {
    "sqs-name-length": set("name", "n".repeat(81)),
    "sqs-name-characters": set("name", "karpenter/dev"),
    "sqs-retention": set("messageRetentionSeconds", 59),
    "sqs-encryption": set("kmsMasterKeyId", "alias/aws/sqs"),
  }),
  ...documentVariants("sqs-policy", "karpenter-events-policy", "policy", "resource"),
  ...variantsOf("karpenter-events-policy", "create", { "sqs-policy-queue": { around: remove(AWS_TYPES.queue) } }),
  ...variantsOf("karpenter-events-rebalance", "check", {
    "events-rule-name-length": set("name", "n".repeat(65)),
    "events-rule-name-characters": set("name", "rebalance rule"),
    "events-rule-trigger": without("eventPattern"),
    "events-rule-pattern": set("eventPattern", JSON.stringify({ source: "aws.ec2" })),
  }),
  ...variantsOf("karpenter-events-rebalance", "delete", { "events-rule-held": {} }),
  ...variantsOf("karpenter-events-rebalance-target", "check", {
    "events-target-id-length": set("targetId", "n".repeat(65)),
  }),
  ...variantsOf("karpenter-events-rebalance-target", "create", { "events-target-rule": set("rule", "nobody") }),
];
