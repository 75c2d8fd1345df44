// Broken variants of the cluster, its nodes and its access.
import { ACCOUNT } from "../../../sandbox/provider/account";
import type { Store } from "../../../sandbox/provider/store";
import { AWS_TYPES } from "../../../sandbox/aws/types";
import { all, alter, put, remove, set, valueOf, variantsOf, type Change, type Variant } from "./variants";

/** The cluster while Amazon EKS still makes it. */
const WHILE_CREATING = { around: alter(AWS_TYPES.cluster, set("status", "CREATING")) };

/** Takes the cluster back to what it was before access entries. */
const configMapOnly = alter(AWS_TYPES.cluster, set("accessConfig.authenticationMode", "CONFIG_MAP"));

/** A cluster with one subnet, and so in one zone. */
const inOneSubnet: Change = (inputs) => set("vpcConfig.subnetIds", [valueOf(inputs, "vpcConfig.subnetIds.0")])(inputs);

/** A cluster with a subnet that is not the program's. */
const inForeignSubnet = set("vpcConfig.subnetIds.0", "subnet-0");

/** Puts that subnet, in the program's VPC unless another is named. */
function putSubnet(availabilityZone: string, vpcId?: string): (cloud: Store) => void {
  return (cloud) => {
    const [vpc] = cloud.list(AWS_TYPES.vpc);
    put(cloud, AWS_TYPES.subnet, "subnet-0", { availabilityZone, vpcId: vpcId ?? vpc?.id ?? "" });
  };
}

const CLUSTER_VARIANTS: readonly Variant[] = [
  ...variantsOf("cluster-eks-eksCluster", "check", {
    "eks-cluster-name": set("name", "-dev"),
    "eks-cluster-version": set("version", "1.29"),
    "eks-cluster-logs": set("enabledClusterLogTypes.0", "API"),
    "eks-cluster-support": set("upgradePolicy.supportType", "standard"),
    "eks-cluster-authentication": set("accessConfig.authenticationMode", "api"),
    "eks-cluster-encryption": set("encryptionConfig", { provider: { keyArn: "" }, resources: ["configmaps"] }),
    "eks-cluster-key": set("encryptionConfig", { provider: { keyArn: "alias/eks" }, resources: ["secrets"] }),
    "eks-cluster-endpoint": all(
      set("vpcConfig.endpointPublicAccess", false),
      set("vpcConfig.endpointPrivateAccess", false),
    ),
    "eks-cluster-public-ranges": set("vpcConfig.publicAccessCidrs", ["192.168.4.0/24"]),
    "eks-cluster-role-form": set("roleArn", "cluster-role"),
  }),
  ...variantsOf("cluster-eks-eksCluster", "create", {
    "eks-cluster-role": { around: remove(AWS_TYPES.attachment, "AmazonEKSClusterPolicy") },
    "eks-cluster-subnets": set("vpcConfig.subnetIds.0", "subnet-0"),
    "eks-cluster-zones": inOneSubnet,
    "eks-cluster-network": {
      around: (cloud) => {
        const [subnet] = cloud
          .list(AWS_TYPES.subnet)
          .filter(({ outputs }) => JSON.stringify(outputs).includes("private-1"));
        if (subnet) cloud.put({ ...subnet, outputs: set("vpcId", "vpc-0")(subnet.outputs) });
      },
    },
  }),
  ...variantsOf("cluster-eks-eksCluster", "update", {
    "eks-cluster-zones-kept": { change: inForeignSubnet, around: putSubnet("eu-central-1d") },
    "eks-cluster-network-kept": { change: inForeignSubnet, around: putSubnet("eu-central-1a", "vpc-0") },
    "eks-cluster-update-state": WHILE_CREATING,
    "eks-cluster-version-step": set("version", "1.34"),
    "eks-cluster-authentication-change": set("accessConfig.authenticationMode", "API_AND_CONFIG_MAP"),
  }),
  ...variantsOf("cluster-eks-eksCluster", "delete", {
    "eks-cluster-protected": { around: alter(AWS_TYPES.cluster, set("deletionProtection", true)) },
    "eks-cluster-delete-state": WHILE_CREATING,
    "eks-cluster-held-by-nodes": {},
  }),
];

const ADD_ON_VARIANTS: readonly Variant[] = [
  ...variantsOf("cluster-kube-proxy", "check", {
    "eks-add-on-name": set("addonName", "kubeproxy"),
    "eks-add-on-version": set("addonVersion", "1.36.0"),
    "eks-add-on-conflicts-create": set("resolveConflictsOnCreate", "PRESERVE"),
    "eks-add-on-conflicts-update": set("resolveConflictsOnUpdate", "overwrite"),
    "eks-add-on-configuration": set("configurationValues", "mode: ipvs"),
  }),
  ...variantsOf("cluster-kube-proxy", "create", {
    "eks-add-on-cluster": set("clusterName", "nobody"),
    "eks-add-on-cluster-state": WHILE_CREATING,
    "eks-add-on-proxy-skew": set("addonVersion", "v1.37.0-eksbuild.1"),
  }),
  ...variantsOf("cluster-coredns", "ready", { "eks-add-on-nodes": { around: remove(AWS_TYPES.nodeGroup) } }),
];

const NODE_VARIANTS: readonly Variant[] = [
  ...variantsOf("cluster-system-nodes", "check", {
    "eks-nodes-name-length": set("nodeGroupName", "n".repeat(64)),
    "eks-nodes-image": set("amiType", "AL2023_ARM64"),
    "eks-nodes-architecture": set("instanceTypes", ["m7i.large"]),
    "eks-nodes-instance-type": set("instanceTypes", ["m7g large"]),
    "eks-nodes-most": set("scalingConfig.maxSize", 0),
    "eks-nodes-scaling": set("scalingConfig.desiredSize", 9),
    "eks-nodes-update": set("updateConfig.maxUnavailablePercentage", 50),
  }),
  ...variantsOf("cluster-system-nodes", "create", {
    "eks-nodes-cluster": set("clusterName", "nobody"),
    "eks-nodes-cluster-state": WHILE_CREATING,
    "eks-nodes-role": set("nodeRoleArn", "arn:aws:iam::123456789012:role/nobody"),
    "eks-nodes-subnets": set("subnetIds.0", "subnet-0"),
    "eks-nodes-version": set("version", "1.37"),
  }),
  ...variantsOf("cluster-system-nodes", "ready", {
    "eks-nodes-policies": { around: remove(AWS_TYPES.attachment, "AmazonEKS_CNI_Policy") },
    "eks-nodes-way-out": { around: remove(AWS_TYPES.route, "natGatewayId") },
    "eks-nodes-add-ons": { around: remove(AWS_TYPES.addOn, "vpc-cni") },
  }),
];

const ACCESS_VARIANTS: readonly Variant[] = [
  ...variantsOf("karpenter-identity-node-access", "check", {
    "eks-access-principal": set("principalArn", "arn:aws:sts::123456789012:assumed-role/node/session"),
    "eks-access-type": set("type", "EC2_linux"),
    "eks-access-groups": set("kubernetesGroups", ["nodes"]),
  }),
  ...variantsOf("karpenter-identity-node-access", "create", {
    "eks-access-cluster": set("clusterName", "nobody"),
    "eks-access-cluster-state": WHILE_CREATING,
    "eks-access-mode": { around: configMapOnly },
    "eks-access-creator": set("principalArn", ACCOUNT.callerRoleArn),
  }),
  ...variantsOf("cluster-eks-admin-123456789012-platform-admin", "check", {
    "eks-access-policy-name": set("policyArn", "arn:aws:iam::aws:policy/AmazonEKSClusterAdminPolicy"),
    "eks-access-policy-scope": set("accessScope.type", "Cluster"),
    "eks-access-policy-namespaces": set("accessScope.type", "namespace"),
  }),
  ...variantsOf("cluster-eks-admin-123456789012-platform-admin", "create", {
    "eks-access-policy-cluster": set("clusterName", "nobody"),
    "eks-access-policy-entry": { around: remove(AWS_TYPES.accessEntry, "role/platform") },
  }),
  ...variantsOf("karpenter-identity-association", "create", {
    "eks-pod-identity-cluster-state": WHILE_CREATING,
    "eks-pod-identity-cluster": set("clusterName", "nobody"),
    "eks-pod-identity-role": {
      around: alter(AWS_TYPES.role, set("assumeRolePolicy", "{}"), "karpenter-identity-controller"),
    },
    "eks-pod-identity-single": {
      around: (cloud) => {
        const outputs = { clusterName: "eks-swap-dev", namespace: "kube-system", serviceAccount: "karpenter" };
        put(cloud, AWS_TYPES.podIdentity, "a-0", outputs);
      },
    },
  }),
];

/** Variants for the rules of aws-eks-cluster.ts, aws-eks-nodes.ts and aws-eks-access.ts. */
export const EKS_VARIANTS: readonly Variant[] = [
  ...CLUSTER_VARIANTS,
  ...ADD_ON_VARIANTS,
  ...NODE_VARIANTS,
  ...ACCESS_VARIANTS,
];
