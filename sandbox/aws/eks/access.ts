// Amazon EKS: who may use the cluster, and which pods take which role.
import { ACCOUNT, arnOf, newDigits } from "../../provider/account";
import { inActiveCluster, inExistingCluster } from "./cluster";
import { roleWith } from "../iam";
import { trusts } from "../policies";
import { AWS_DOCS, AWS_TYPES } from "../types";
import type { ResourceKind, Rule } from "../../provider/kind";
import { inputRule, matches, oneOf } from "../../provider/rules";
import type { Store } from "../../provider/store";
import { listAt, textAt, textsAt } from "../../provider/values";

const API_REFERENCE = `${AWS_DOCS}/eks/latest/APIReference`;
const GUIDE = `${AWS_DOCS}/eks/latest/userguide`;

/** The policies of Amazon EKS for access entries. */
const accessPolicies = [
  "AmazonEKSClusterAdminPolicy",
  "AmazonEKSAdminPolicy",
  "AmazonEKSAdminViewPolicy",
  "AmazonEKSEditPolicy",
  "AmazonEKSViewPolicy",
].map((name) => `arn:${ACCOUNT.partition}:eks::aws:cluster-access-policy/${name}`);

function usesEntries(id: string): Rule {
  return {
    id,
    source: `${GUIDE}/setting-up-access-entries.html`,
    path: "clusterName",
    moments: ["create"],
    problem: ({ inputs, cloud }) => {
      const cluster = cloud.get(AWS_TYPES.cluster, textAt(inputs, "clusterName") ?? "");
      const mode = textAt(cluster?.outputs, "accessConfig.authenticationMode") ?? "CONFIG_MAP";
      return cluster === undefined || mode !== "CONFIG_MAP"
        ? undefined
        : "InvalidRequestException: The cluster's authentication mode must be set to one of [API, API_AND_CONFIG_MAP] " +
            "to perform this operation.";
    },
  };
}

const ACCESS_ENTRY: ResourceKind = {
  type: AWS_TYPES.accessEntry,
  required: ["clusterName", "principalArn"],
  forceNew: ["clusterName", "principalArn", "type"],
  rules: [
    inExistingCluster("eks-access-cluster"),
    inActiveCluster("eks-access-cluster-state", "CreateAccessEntry"),
    usesEntries("eks-access-mode"),
    matches(
      "eks-access-principal",
      `${API_REFERENCE}/API_CreateAccessEntry.html`,
      "principalArn",
      /^arn:[a-z-]+:iam::\d{12}:(?:role|user)\/.+$/,
      "InvalidParameterException: The specified principalArn is invalid",
    ),
    oneOf("eks-access-type", `${API_REFERENCE}/API_CreateAccessEntry.html`, "type", [
      "STANDARD",
      "FARGATE_LINUX",
      "EC2_LINUX",
      "EC2_WINDOWS",
      "EC2",
      "HYBRID_LINUX",
    ]),
    inputRule(
      "eks-access-groups",
      `${GUIDE}/creating-access-entries.html`,
      ["type", "kubernetesGroups"],
      ({ inputs }) =>
        listAt(inputs, "kubernetesGroups").length > 0 && (textAt(inputs, "type") ?? "STANDARD") !== "STANDARD"
          ? `InvalidParameterException: The groups can't be specified for an access entry of type ${textAt(inputs, "type")}`
          : undefined,
    ),
    {
      id: "eks-access-creator",
      source: `${GUIDE}/access-entries.html`,
      path: "principalArn",
      moments: ["create"],
      problem: ({ inputs }) => (textAt(inputs, "principalArn") === ACCOUNT.callerRoleArn ? ALREADY_IN_USE : undefined),
    },
  ],
  identify: (inputs) => `${textAt(inputs, "clusterName") ?? ""}:${textAt(inputs, "principalArn") ?? ""}`,
  taken: () => ALREADY_IN_USE,
  make: (_, { inputs, current }) => {
    const name = textAt(inputs, "principalArn")?.split("/").at(-1) ?? "";
    const path = `access-entry/${textAt(inputs, "clusterName") ?? ""}/role/${ACCOUNT.id}/${name}`;
    return {
      outputs: {
        accessEntryArn: current?.outputs["accessEntryArn"] ?? arnOf("eks", `${path}/${newDigits(8)}`),
        type: textAt(inputs, "type") ?? "STANDARD",
      },
    };
  },
};

const ALREADY_IN_USE = "ResourceInUseException: The specified access entry resource is already in use on this cluster.";

const ACCESS_POLICY: ResourceKind = {
  type: AWS_TYPES.accessPolicy,
  required: ["clusterName", "principalArn", "policyArn", "accessScope.type"],
  forceNew: ["clusterName", "principalArn", "policyArn", "accessScope"],
  rules: [
    inExistingCluster("eks-access-policy-cluster"),
    oneOf("eks-access-policy-name", `${GUIDE}/access-policy-permissions.html`, "policyArn", accessPolicies),
    oneOf("eks-access-policy-scope", `${API_REFERENCE}/API_AccessScope.html`, "accessScope.type", [
      "cluster",
      "namespace",
    ]),
    inputRule(
      "eks-access-policy-namespaces",
      `${API_REFERENCE}/API_AccessScope.html`,
      ["accessScope"],
      ({ inputs }) => {
        const inNamespaces = textAt(inputs, "accessScope.type") === "namespace";
        return inNamespaces === textsAt(inputs, "accessScope.namespaces").length > 0
          ? undefined
          : "InvalidParameterException: namespaces belong to a scope of type namespace, and to no other";
      },
    ),
    {
      id: "eks-access-policy-entry",
      source: `${API_REFERENCE}/API_AssociateAccessPolicy.html`,
      path: "principalArn",
      moments: ["create"],
      problem: ({ inputs, cloud }) => {
        const principal = textAt(inputs, "principalArn") ?? "";
        const entry = cloud.get(AWS_TYPES.accessEntry, `${textAt(inputs, "clusterName") ?? ""}:${principal}`);
        if (entry === undefined) {
          return `ResourceNotFoundException: The specified principalArn could not be found: ${principal}`;
        }
        const type = textAt(entry.outputs, "type") ?? "STANDARD";
        return ["STANDARD", "EC2"].includes(type)
          ? undefined
          : `InvalidRequestException: Policies can't be associated with an access entry of type ${type}`;
      },
    },
  ],
  identify: (inputs) =>
    ["clusterName", "principalArn", "policyArn"].map((name) => textAt(inputs, name) ?? "").join("#"),
  make: () => ({ outputs: {} }),
};

const POD_IDENTITY: ResourceKind = {
  type: AWS_TYPES.podIdentity,
  required: ["clusterName", "namespace", "serviceAccount", "roleArn"],
  forceNew: ["clusterName", "namespace", "serviceAccount"],
  rules: [
    inExistingCluster("eks-pod-identity-cluster"),
    inActiveCluster("eks-pod-identity-cluster-state", "CreatePodIdentityAssociation"),
    {
      id: "eks-pod-identity-role",
      source: `${GUIDE}/pod-id-role.html`,
      path: "roleArn",
      moments: ["create", "update"],
      problem: ({ inputs, cloud }) => {
        const role = roleWith(cloud, textAt(inputs, "roleArn"));
        const trust = textAt(role?.outputs, "assumeRolePolicy");
        return trusts(trust, "pods.eks.amazonaws.com", ["sts:AssumeRole", "sts:TagSession"])
          ? undefined
          : "InvalidParameterException: Trust policy of the IAM role must allow pods.eks.amazonaws.com to do " +
              "sts:AssumeRole and sts:TagSession";
      },
    },
    {
      id: "eks-pod-identity-single",
      source: `${GUIDE}/pod-id-association.html`,
      path: "serviceAccount",
      moments: ["create"],
      problem: ({ inputs, cloud }) => {
        const keys = ["clusterName", "namespace", "serviceAccount"];
        const other = cloud
          .list(AWS_TYPES.podIdentity)
          .find((existing) => keys.every((key) => textAt(existing.outputs, key) === textAt(inputs, key)));
        return other && `ResourceInUseException: Association already exists: ${other.id}`;
      },
    },
  ],
  identify: () => `a-${newDigits(17)}`,
  make: (id, { inputs }) => ({
    outputs: {
      associationId: id,
      associationArn: arnOf("eks", `podidentityassociation/${textAt(inputs, "clusterName") ?? ""}/${id}`),
    },
  }),
};

/** Amazon EKS makes the access entry of a node group's role itself (https://docs.aws.amazon.com/eks/latest/userguide/access-entries.html). */
export function admitRole(cloud: Store, clusterName: string, principalArn: string, madeFor: string): void {
  const id = `${clusterName}:${principalArn}`;
  const usesEntries = textAt(cloud.get(AWS_TYPES.cluster, clusterName)?.outputs, "accessConfig.authenticationMode");
  if (usesEntries === undefined || usesEntries === "CONFIG_MAP" || cloud.get(AWS_TYPES.accessEntry, id)) return;
  cloud.put({
    type: AWS_TYPES.accessEntry,
    id,
    inputs: {},
    outputs: { clusterName, principalArn, type: "EC2_LINUX" },
    secrets: [],
    memory: { madeFor },
  });
}

/** The tables of this file. */
export const ACCESS_KINDS: readonly ResourceKind[] = [ACCESS_ENTRY, ACCESS_POLICY, POD_IDENTITY];
