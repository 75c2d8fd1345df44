// Amazon EKS: the cluster itself, its versions, its access and what it makes behind one's back.
import { ACCOUNT, arnOf, newDigits, newId } from "../../provider/account";
import { CLUSTER_NETWORK_RULES, subnetsOf, zonesOf } from "./cluster-network";
import { attachedTo, managedPolicyArn, roleWith } from "../iam";
import { trusts } from "../policies";
import { AWS_DOCS, AWS_TYPES } from "../types";
import type { ResourceKind, Rule, Situation } from "../../provider/kind";
import { heldBy, matches, oneOf, refersTo, textRule } from "../../provider/rules";
import type { Store, StoredResource } from "../../provider/store";
import { isProperties, isSet, present, textAt, propertyAt, type Properties } from "../../provider/values";

const API_REFERENCE = `${AWS_DOCS}/eks/latest/APIReference`;
const GUIDE = `${AWS_DOCS}/eks/latest/userguide`;

/** The versions that Amazon EKS offers, oldest first. */
const KUBERNETES_VERSIONS = ["1.30", "1.31", "1.32", "1.33", "1.34", "1.35", "1.36"];

/** The minor number of a Kubernetes version, `36` of `1.36`. */
export function minorOf(version: string | undefined): number {
  return Number(version?.split(".")[1]);
}

/** The cluster that a resource names must exist. */
export function inExistingCluster(id: string): Rule {
  return refersTo({
    id,
    source: `${API_REFERENCE}/API_DescribeCluster.html`,
    path: "clusterName",
    to: AWS_TYPES.cluster,
    by: "name",
    missing: (name) => `ResourceNotFoundException: No cluster found for name: ${name}.`,
  });
}

/** The states of whatever Amazon EKS makes. */
export const EKS_STATES = { making: "CREATING", made: "ACTIVE", removing: "DELETING" } as const;

/** A request that Amazon EKS refuses while the cluster is being made, or is on its way out. */
export function inActiveCluster(id: string, request: string): Rule {
  return {
    id,
    source: `${API_REFERENCE}/API_${request}.html`,
    path: "clusterName",
    moments: ["create"],
    problem: ({ inputs, cloud }) => {
      const name = textAt(inputs, "clusterName") ?? "";
      const status = textAt(cloud.get(AWS_TYPES.cluster, name)?.outputs, "status");
      return status === undefined || status === EKS_STATES.made
        ? undefined
        : `InvalidRequestException: the cluster ${name} is ${status}, not ${EKS_STATES.made}`;
    },
  };
}

/** A change that Amazon EKS refuses while the cluster is being made, or is on its way out. */
function whileActive(id: string, request: string, moment: "update" | "delete"): Rule {
  return {
    id,
    source: `${API_REFERENCE}/API_${request}.html`,
    moments: [moment],
    problem: ({ current }) => {
      const status = textAt(current?.outputs, "status");
      return status === EKS_STATES.made
        ? undefined
        : `ResourceInUseException: the cluster ${current?.id} is ${status}: wait until it is ${EKS_STATES.made}`;
    },
  };
}

const CLUSTER_ROLE: Rule = {
  id: "eks-cluster-role",
  source: `${GUIDE}/cluster-iam-role.html`,
  path: "roleArn",
  moments: ["create"],
  problem: ({ inputs, cloud }) => {
    const arn = textAt(inputs, "roleArn") ?? "";
    const role = roleWith(cloud, arn);
    if (role === undefined) return `InvalidParameterException: roleArn, ${arn}, does not exist`;
    if (!trusts(textAt(role.outputs, "assumeRolePolicy"), "eks.amazonaws.com", ["sts:AssumeRole"])) {
      return "InvalidParameterException: Role could not be assumed because the trusted entity is not correct";
    }
    return attachedTo(cloud, role.id).includes(managedPolicyArn("AmazonEKSClusterPolicy"))
      ? undefined
      : "InvalidParameterException: The provided role doesn't have the Amazon EKS Managed Policies associated with it. " +
          "Please ensure the following policy is attached: AmazonEKSClusterPolicy";
  },
};

const UPDATE_RULES: readonly Rule[] = [
  whileActive("eks-cluster-update-state", "UpdateClusterConfig", "update"),
  {
    id: "eks-cluster-version-step",
    source: `${GUIDE}/update-cluster.html`,
    path: "version",
    moments: ["update"],
    problem: ({ inputs, current }) => {
      const before = textAt(current?.outputs, "version");
      const after = textAt(inputs, "version") ?? before;
      const step = minorOf(after) - minorOf(before);
      return step === 0 || step === 1
        ? undefined
        : `InvalidParameterException: Unsupported Kubernetes minor version update from ${before} to ${after}`;
    },
  },
  {
    id: "eks-cluster-authentication-change",
    source: `${GUIDE}/setting-up-access-entries.html`,
    path: "accessConfig.authenticationMode",
    moments: ["update"],
    problem: ({ inputs, current }) => {
      const order = ["CONFIG_MAP", "API_AND_CONFIG_MAP", "API"];
      const before = textAt(current?.outputs, "accessConfig.authenticationMode") ?? "";
      const after = textAt(inputs, "accessConfig.authenticationMode") ?? before;
      return order.indexOf(after) >= order.indexOf(before)
        ? undefined
        : `InvalidParameterException: Unsupported authentication mode update from ${before} to ${after}`;
    },
  },
];

const DELETION_RULES: readonly Rule[] = [
  whileActive("eks-cluster-delete-state", "DeleteCluster", "delete"),
  {
    id: "eks-cluster-protected",
    source: `${GUIDE}/deletion-protection.html`,
    path: "deletionProtection",
    moments: ["delete"],
    problem: ({ current }) =>
      isSet(current?.outputs, "deletionProtection")
        ? `InvalidRequestException: Cluster ${current?.id} cannot be deleted because deletion protection is enabled`
        : undefined,
  },
  heldBy({
    id: "eks-cluster-held-by-nodes",
    source: `${GUIDE}/delete-cluster.html`,
    type: AWS_TYPES.nodeGroup,
    path: "clusterName",
    by: "name",
    refusal: () => "ResourceInUseException: Cluster has nodegroups attached",
  }),
];

/**
 * An API server that somebody else has started, and put here: a cluster's endpoint and certificate authority are its own.
 * Without one, they lead nowhere.
 */
export const API_SERVER = "sandbox:index:ApiServer";

/** What a cluster keeps for life. Its OIDC issuer and its endpoint both carry a number of 32 hexadecimal digits. */
function rememberCluster(situation: Situation): Properties {
  const { current } = situation;
  const number = textAt(current?.memory, "number") ?? newDigits(32).toUpperCase();
  return {
    number,
    endpoint: textAt(current?.memory, "endpoint") ?? `https://${number}.gr7.${ACCOUNT.region}.eks.amazonaws.com`,
    certificateAuthority:
      textAt(current?.memory, "certificateAuthority") ??
      Buffer.from(`certificate authority of cluster ${number} in the sandbox`).toString("base64"),
    issuer: `https://oidc.eks.${ACCOUNT.region}.amazonaws.com/id/${number}`,
    securityGroupId: textAt(current?.memory, "securityGroupId") ?? newId("sg"),
    createdAt: textAt(current?.memory, "createdAt") ?? new Date().toISOString(),
    zones: current?.memory["zones"] ?? zonesOf(situation),
  };
}

function makeCluster(id: string, situation: Situation): { outputs: Properties; memory: Properties } {
  const { inputs, cloud } = situation;
  const [other] = cloud.list(AWS_TYPES.cluster).filter((existing) => existing.id !== id);
  if (other !== undefined) {
    // A provider in Node.js does not receive its configuration, so nothing says which of two clusters an object is for.
    throw new Error(`the sandbox holds one cluster, and there is ${other.id}: destroy its stack first`);
  }
  const memory = rememberCluster(situation);
  const vpcId = textAt(subnetsOf(situation)[0]?.outputs, "vpcId") ?? "";
  const securityGroupId = textAt(memory, "securityGroupId") ?? "";
  cloud.put({
    type: AWS_TYPES.securityGroup,
    id: securityGroupId,
    inputs: {},
    outputs: { vpcId, arn: arnOf("ec2", `security-group/${securityGroupId}`), name: `eks-cluster-sg-${id}` },
    secrets: [],
    memory: { clusterName: id },
  });
  const vpcConfig = propertyAt(inputs, "vpcConfig");
  const [server] = cloud.list(API_SERVER);
  return {
    memory,
    outputs: present({
      arn: arnOf("eks", `cluster/${id}`),
      endpoint: server?.outputs["endpoint"] ?? memory["endpoint"],
      certificateAuthority: server?.outputs["certificateAuthority"] ?? { data: memory["certificateAuthority"] ?? "" },
      identities: [{ oidcs: [{ issuer: memory["issuer"] ?? "" }] }],
      createdAt: memory["createdAt"],
      platformVersion: "eks.1",
      status: EKS_STATES.made,
      version: textAt(inputs, "version") ?? KUBERNETES_VERSIONS.at(-1),
      vpcConfig: { ...(isProperties(vpcConfig) ? vpcConfig : {}), vpcId, clusterSecurityGroupId: securityGroupId },
    }),
  };
}

/** What goes with a cluster: all that exists only inside it. */
function takeAlong(cluster: StoredResource, cloud: Store): void {
  const inside = [AWS_TYPES.addOn, AWS_TYPES.accessEntry, AWS_TYPES.accessPolicy, AWS_TYPES.podIdentity];
  const gone = inside
    .flatMap((type) => cloud.list(type))
    .filter((resource) => textAt(resource.outputs, "clusterName") === cluster.id);
  const kubernetes = cloud.list().filter((resource) => textAt(resource.memory, "clusterName") === cluster.id);
  for (const resource of [...gone, ...kubernetes]) cloud.remove(resource.type, resource.id);
}

const CLUSTER: ResourceKind = {
  type: AWS_TYPES.cluster,
  required: ["roleArn", "vpcConfig", "vpcConfig.subnetIds"],
  forceNew: [
    "name",
    "roleArn",
    "bootstrapSelfManagedAddons",
    "accessConfig.bootstrapClusterCreatorAdminPermissions",
    "kubernetesNetworkConfig.ipFamily",
    "kubernetesNetworkConfig.serviceIpv4Cidr",
  ],
  // ForceNewIfChange in https://github.com/hashicorp/terraform-provider-aws/blob/v6.34.0/internal/service/eks/cluster.go
  forceNewIfRemoved: ["encryptionConfig"],
  autoName: "name",
  rules: [
    matches(
      "eks-cluster-name",
      `${API_REFERENCE}/API_CreateCluster.html`,
      "name",
      /^[0-9A-Za-z][A-Za-z0-9_-]{0,99}$/,
      "ValidationException: the name must have at most 100 letters, digits, hyphens and underscores",
    ),
    oneOf("eks-cluster-version", `${GUIDE}/kubernetes-versions.html`, "version", KUBERNETES_VERSIONS),
    oneOf("eks-cluster-logs", `${API_REFERENCE}/API_LogSetup.html`, "enabledClusterLogTypes", [
      "api",
      "audit",
      "authenticator",
      "controllerManager",
      "scheduler",
    ]),
    oneOf("eks-cluster-support", `${API_REFERENCE}/API_UpgradePolicyRequest.html`, "upgradePolicy.supportType", [
      "STANDARD",
      "EXTENDED",
    ]),
    oneOf(
      "eks-cluster-authentication",
      `${API_REFERENCE}/API_CreateAccessConfigRequest.html`,
      "accessConfig.authenticationMode",
      ["CONFIG_MAP", "API_AND_CONFIG_MAP", "API"],
    ),
    oneOf("eks-cluster-encryption", `${API_REFERENCE}/API_EncryptionConfig.html`, "encryptionConfig.resources", [
      "secrets",
    ]),
    matches(
      "eks-cluster-key",
      `${API_REFERENCE}/API_Provider.html`,
      "encryptionConfig.provider.keyArn",
      /^arn:[a-z-]+:kms:[a-z0-9-]+:\d{12}:key\/.+$/,
      "InvalidParameterException: the key must be the ARN of a KMS key",
    ),
    textRule("eks-cluster-role-form", `${API_REFERENCE}/API_CreateCluster.html`, "roleArn", (arn) =>
      /^arn:[a-z-]+:iam::\d{12}:role\/.+$/.test(arn) ? undefined : `"roleArn" (${arn}) is an invalid ARN`,
    ),
    CLUSTER_ROLE,
    ...CLUSTER_NETWORK_RULES,
    ...UPDATE_RULES,
    ...DELETION_RULES,
  ],
  identify: (inputs) => textAt(inputs, "name") ?? "",
  taken: (inputs) => `ResourceInUseException: Cluster already exists with name: ${textAt(inputs, "name") ?? ""}`,
  states: EKS_STATES,
  make: makeCluster,
  gone: takeAlong,
};

/** The tables of this file. */
export const CLUSTER_KINDS: readonly ResourceKind[] = [CLUSTER];
