// The stack config: every key with its default. `Pulumi.yaml` repeats the types and descriptions for `pulumi config`,
// docs/config.md is generated from it; tests compare all three.
import { z } from "zod";
import { poolSchema } from "./pool";
import * as values from "./values";
import { VERSIONS } from "./versions";

/** https://docs.aws.amazon.com/eks/latest/userguide/control-plane-logs.html */
const LOG_TYPES = ["api", "audit", "authenticator", "controllerManager", "scheduler"] as const;

/** Terms of a selector: https://github.com/aws/karpenter-provider-aws/blob/v1.15.1/pkg/apis/v1/ec2nodeclass.go */
const MOST_TERMS = 30;

/** The keys of `cluster.existing`. */
export const existingSchema = z.strictObject({
  name: values.clusterName.describe("Name of the cluster that exists"),
  nodeRoleArn: values.roleArn
    .optional()
    .describe("Role of the nodes that the running Karpenter launches; required with `karpenter.install: false`"),
  securityGroupIds: values.distinct(values.awsId("sg"), 1, MOST_TERMS).describe("Security groups for nodes"),
  subnetIds: values.distinct(values.awsId("subnet"), 1, MOST_TERMS).describe("Subnets for nodes"),
});

/** The keys of `cluster`. */
export const clusterSchema = z.strictObject({
  name: values.clusterName.optional().describe("Name of the cluster to create; required without `existing`"),
  existing: existingSchema.optional().describe("A cluster that exists, instead of a new one"),
  kubernetesVersion: values.kubernetesVersion
    .default(VERSIONS.newestKubernetes)
    .describe("Kubernetes minor version, in quotes; of an existing cluster, what it runs"),
  endpoint: z
    .strictObject({
      public: z.boolean().default(true).describe("The API server is reachable from the internet"),
      publicCidrs: values
        .distinct(values.publicCidr, 1)
        .default(["0.0.0.0/0"])
        .describe("Ranges that may reach the public endpoint"),
      private: z.boolean().default(true).describe("The API server is reachable from the network"),
    })
    .prefault({}),
  logTypes: values
    .distinct(z.enum(LOG_TYPES))
    .default(["api", "audit", "authenticator"])
    .describe("Logs of the control plane that go to CloudWatch"),
  encryptionKeyArn: values.keyArn.optional().describe("KMS key that wraps Kubernetes Secrets"),
  adminRoleArns: values
    .distinct(values.roleArn)
    .default([])
    .describe("IAM roles that administer the cluster, besides the one that creates it"),
  deletionProtection: z.boolean().default(false).describe("AWS refuses to delete the cluster"),
  systemNodes: z
    .strictObject({
      instanceTypes: values
        .distinct(values.instanceType, 1)
        .default(["m7g.large"])
        .describe("Instance types of the nodes for CoreDNS and Karpenter"),
      min: z.int().min(1).max(450).default(2).describe("Fewest system nodes"),
      max: z.int().min(1).max(450).default(3).describe("Most system nodes"),
      desired: z.int().min(1).max(450).default(2).describe("System nodes to run"),
    })
    .prefault({}),
});

/** A new network, where the config says nothing. Not defaults of the schema: with vpcId they have no meaning. */
export const NEW_NETWORK = { cidr: "10.42.0.0/16", zones: 3, natGateways: "single" } as const;

/** The keys of `network`. */
export const networkSchema = z.strictObject({
  cidr: values.networkCidr.optional().describe(`Range of the VPC to create; ${NEW_NETWORK.cidr} by default`),
  zones: z
    .int()
    .min(2)
    .max(4)
    .optional()
    .describe(`Availability zones to span, 2 to 4; ${NEW_NETWORK.zones} by default`),
  natGateways: z
    .enum(["single", "perZone"])
    .optional()
    .describe(`\`single\` NAT gateway, or one \`perZone\`; ${NEW_NETWORK.natGateways} by default`),
  vpcId: values.awsId("vpc").optional().describe("An existing VPC, instead of a new one"),
  privateSubnetIds: values
    .distinct(values.awsId("subnet"), 2, MOST_TERMS)
    .optional()
    .describe("Private subnets of the existing VPC, in at least two zones"),
});

/** The keys of `karpenter`. */
export const karpenterSchema = z.strictObject({
  version: values.karpenterVersion.default(VERSIONS.karpenter).describe("Version of Karpenter"),
  install: z
    .boolean()
    .default(true)
    .describe(
      "Installs Karpenter; false uses the one that runs in the existing cluster, whose `version` is then needed",
    ),
  replicas: z.int().min(1).max(5).default(2).describe("Controllers that run; one leads"),
});

/** The keys of `ami`. */
export const amiSchema = z.strictObject({
  alias: values.amiAlias.optional().describe(`Release of the AL2023 EKS AMI; ${VERSIONS.ami} by default`),
  id: values.awsId("ami").optional().describe("An AMI made from the AL2023 EKS AMI, instead of an alias"),
  arch: z.enum(["amd64", "arm64"]).default("amd64").describe("Architecture of the AMI"),
});

/** AWS takes 50 tags; program, Amazon EKS and Karpenter put up to ten of their own on a resource. */
const MOST_TAGS = 40;

/** What IAM takes, which takes least: https://docs.aws.amazon.com/IAM/latest/APIReference/API_Tag.html */
const TAG_TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

const tagsSchema = z
  .record(
    z.string().superRefine((key, context) => {
      const why = whyNotTag(key);
      if (why !== undefined) context.addIssue({ code: "custom", params: { id: "tag-key", parameters: { why } } });
    }),
    z.string().superRefine((value, context) => {
      if (value.length > 256 || !TAG_TEXT.test(value))
        context.addIssue({ code: "custom", params: { id: "tag-value" } });
    }),
  )
  .superRefine((tags, context) => {
    if (Object.keys(tags).length <= MOST_TAGS) return;
    context.addIssue({ code: "custom", params: { id: "too-many-entries", parameters: { most: MOST_TAGS } } });
  });

export const configSchema = z.strictObject({
  cluster: clusterSchema,
  network: networkSchema.prefault({}),
  karpenter: karpenterSchema.prefault({}),
  ami: amiSchema.prefault({}),
  pools: z.record(z.string(), poolSchema),
  monitoring: z
    .preprocess((value) => (value === false ? "off" : value), z.enum(["off", "prometheus-operator"]))
    .default("off")
    .describe(
      "Rules and dashboard as objects for the Prometheus operator, which must run; `render` writes them as files",
    ),
  protect: z
    .boolean()
    .default(false)
    .describe(
      "Pulumi refuses to replace or delete cluster and VPC; `eks-swap` wants the stack's name for what is risky",
    ),
  tags: tagsSchema.default({}).describe("Tags for every AWS resource"),
});

/** A stack config with every default, before network and AMI are chosen. */
export type StackConfig = z.output<typeof configSchema>;

/** A stack config as it is written, in TypeScript: what has a default may be left out. */
export type SettingsInput = z.input<typeof configSchema>;

/** The keys of a stack config that pools depend on, for a program that has its cluster from elsewhere. */
export interface PoolsInput extends Pick<SettingsInput, "pools" | "ami"> {
  /** Kubernetes minor version that the cluster runs, in quotes; the newest that is known without. */
  readonly cluster?: Pick<SettingsInput["cluster"], "kubernetesVersion">;
  /** Version of the Karpenter that runs there; the newest that is known without. */
  readonly karpenter?: Pick<NonNullable<SettingsInput["karpenter"]>, "version">;
}

function whyNotTag(key: string): string | undefined {
  if (key === "" || key.length > 128) return "its length";
  if (!TAG_TEXT.test(key)) return "its characters: letters, digits, spaces and _ . : / = + - @ are allowed";
  if (/^aws:/i.test(key)) return "aws: is reserved";
  if (/^(kubernetes\.io\/cluster|karpenter\.sh\/|karpenter\.k8s\.aws\/|eks:)/.test(key)) return "it is set by others";
  return undefined;
}
