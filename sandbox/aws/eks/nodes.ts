// Amazon EKS: add-ons and managed node groups, and what nodes need to join.
import { arnOf, newDigits } from "../../provider/account";
import { admitRole } from "./access";
import { EKS_STATES, inActiveCluster, inExistingCluster, minorOf } from "./cluster";
import { attachedTo, managedPolicyArn, roleWith } from "../iam";
import { hasWayOut } from "../network-references";
import { trusts } from "../policies";
import { AWS_DOCS, AWS_TYPES } from "../types";
import type { ResourceKind, Rule } from "../../provider/kind";
import { atMost, between, inputRule, isJsonObject, matches, oneOf, refersTo } from "../../provider/rules";
import type { Store, StoredResource } from "../../provider/store";
import { numberAt, textAt, textsAt, propertyAt, type Properties } from "../../provider/values";

const API = `${AWS_DOCS}/eks/latest/APIReference`;
const GUIDE = `${AWS_DOCS}/eks/latest/userguide`;

function clusterOf(inputs: Properties, cloud: Store): StoredResource | undefined {
  return cloud.get(AWS_TYPES.cluster, textAt(inputs, "clusterName") ?? "");
}

/** The node groups of a cluster. */
export function nodeGroupsOf(cloud: Store, clusterName: string): readonly StoredResource[] {
  return cloud.list(AWS_TYPES.nodeGroup).filter((group) => textAt(group.outputs, "clusterName") === clusterName);
}

/** Whether a cluster has an add-on, as a resource of the stack or because Amazon EKS installed it by default. */
export function hasAddOn(cloud: Store, cluster: StoredResource, addOn: string): boolean {
  const unasked = ["vpc-cni", "kube-proxy", "coredns"].includes(addOn);
  return (
    (unasked && propertyAt(cluster.inputs, "bootstrapSelfManagedAddons") !== false) ||
    cloud.get(AWS_TYPES.addOn, `${cluster.id}:${addOn}`) !== undefined
  );
}

const ADD_ON: ResourceKind = {
  type: AWS_TYPES.addOn,
  required: ["clusterName", "addonName"],
  forceNew: ["clusterName", "addonName"],
  rules: [
    inExistingCluster("eks-add-on-cluster"),
    inActiveCluster("eks-add-on-cluster-state", "CreateAddon"),
    oneOf("eks-add-on-name", `${GUIDE}/workloads-add-ons-available-eks.html`, "addonName", [
      "vpc-cni",
      "coredns",
      "kube-proxy",
      "eks-pod-identity-agent",
      "aws-ebs-csi-driver",
      "metrics-server",
      "amazon-cloudwatch-observability",
    ]),
    matches(
      "eks-add-on-version",
      `${API}/API_CreateAddon.html`,
      "addonVersion",
      /^v\d+\.\d+\.\d+-eksbuild\.\d+$/,
      "InvalidParameterException: Addon version specified is not supported",
    ),
    {
      id: "eks-add-on-proxy-skew",
      source: "https://kubernetes.io/releases/version-skew-policy/#kube-proxy",
      path: "addonVersion",
      moments: ["create", "update"],
      problem: ({ inputs, cloud }) => {
        const version = textAt(inputs, "addonVersion");
        const newest = minorOf(textAt(clusterOf(inputs, cloud)?.outputs, "version"));
        return textAt(inputs, "addonName") === "kube-proxy" && minorOf(version) > newest
          ? `InvalidParameterException: Addon version specified (${version}) is not supported on Kubernetes 1.${newest}`
          : undefined;
      },
    },
    oneOf("eks-add-on-conflicts-create", `${API}/API_CreateAddon.html`, "resolveConflictsOnCreate", [
      "NONE",
      "OVERWRITE",
    ]),
    oneOf("eks-add-on-conflicts-update", `${API}/API_UpdateAddon.html`, "resolveConflictsOnUpdate", [
      "NONE",
      "OVERWRITE",
      "PRESERVE",
    ]),
    isJsonObject(
      "eks-add-on-configuration",
      `${API}/API_CreateAddon.html`,
      "configurationValues",
      "InvalidParameterException: ConfigurationValue is not in valid JSON or YAML format",
    ),
    {
      id: "eks-add-on-nodes",
      source: `${GUIDE}/managing-coredns.html`,
      path: "addonName",
      moments: ["ready"],
      problem: ({ inputs, cloud }) =>
        textAt(inputs, "addonName") === "coredns" &&
        nodeGroupsOf(cloud, textAt(inputs, "clusterName") ?? "").length === 0
          ? "unexpected state 'DEGRADED', wanted target 'ACTIVE'. InsufficientNumberOfReplicas: The add-on is unhealthy " +
            "because it doesn't have the desired number of replicas: there is no node to run it"
          : undefined,
    },
  ],
  identify: (inputs) => `${textAt(inputs, "clusterName") ?? ""}:${textAt(inputs, "addonName") ?? ""}`,
  taken: () => "ResourceInUseException: Addon already exists.",
  states: EKS_STATES,
  make: (_, { inputs, current }) => {
    const path = `addon/${textAt(inputs, "clusterName") ?? ""}/${textAt(inputs, "addonName") ?? ""}`;
    return { outputs: { arn: current?.outputs["arn"] ?? arnOf("eks", `${path}/${newDigits(8)}`) } };
  },
};

/** Without these policies a node can neither describe its cluster, nor pull images, nor give addresses to pods. */
const NODE_POLICIES: readonly (readonly string[])[] = [
  ["AmazonEKSWorkerNodePolicy", "AmazonEKSWorkerNodeMinimalPolicy"],
  ["AmazonEC2ContainerRegistryPullOnly", "AmazonEC2ContainerRegistryReadOnly"],
  ["AmazonEKS_CNI_Policy"],
];

/** What keeps nodes with this role from becoming Ready; undefined if nothing does. */
export function nodeRoleProblem(cloud: Store, role: StoredResource): string | undefined {
  const attached = attachedTo(cloud, role.id);
  const lacking = NODE_POLICIES.find((choice) => !choice.some((name) => attached.includes(managedPolicyArn(name))));
  return lacking && `the role ${role.id} lacks ${lacking.join(" or ")}`;
}

function joins(id: string, source: string, problem: (group: Properties, cloud: Store) => string | undefined): Rule {
  return {
    id,
    source,
    moments: ["ready"],
    problem: ({ inputs, cloud }) => {
      const reason = problem(inputs, cloud);
      return reason && `NodeCreationFailure: Instances failed to join the kubernetes cluster: ${reason}`;
    },
  };
}

const JOINING: readonly Rule[] = [
  joins("eks-nodes-policies", `${GUIDE}/create-node-role.html`, (group, cloud) => {
    const role = roleWith(cloud, textAt(group, "nodeRoleArn"));
    return role && nodeRoleProblem(cloud, role);
  }),
  joins("eks-nodes-way-out", `${GUIDE}/network-reqs.html`, (group, cloud) => {
    const cut = textsAt(group, "subnetIds").find((subnetId) => !hasWayOut(cloud, subnetId));
    return cut && `${cut} has no route to the internet`;
  }),
  joins("eks-nodes-add-ons", `${GUIDE}/eks-add-ons.html`, (group, cloud) => {
    const cluster = clusterOf(group, cloud);
    const lacking = ["vpc-cni", "kube-proxy"].find((name) => cluster && !hasAddOn(cloud, cluster, name));
    return lacking && `the cluster has no ${lacking}, so its nodes stay NotReady`;
  }),
];

/** Graviton families have a g after the generation; a1 was the first (see the naming rules of EC2). */
const GRAVITON = /^(?:a1|[a-z]+\d+g[a-z]*)(?:-[a-z0-9]+)?\./;

const AMI_TYPES: readonly string[] = [
  "AL2023_x86_64_STANDARD",
  "AL2023_ARM_64_STANDARD",
  "BOTTLEROCKET_x86_64",
  "BOTTLEROCKET_ARM_64",
];

const GROUP_FORM: readonly Rule[] = [
  atMost("eks-nodes-name-length", `${API}/API_CreateNodegroup.html`, "nodeGroupName", 63),
  oneOf("eks-nodes-image", `${API}/API_Nodegroup.html`, "amiType", AMI_TYPES),
  inputRule("eks-nodes-architecture", `${API}/API_Nodegroup.html`, ["amiType", "instanceTypes"], ({ inputs }) => {
    const amiType = textAt(inputs, "amiType");
    const wrong = textsAt(inputs, "instanceTypes").filter(
      (type) => amiType !== undefined && GRAVITON.test(type) !== amiType.includes("_ARM_64"),
    );
    return wrong.length === 0
      ? undefined
      : `InvalidParameterException: [${wrong.join(", ")}] is not a valid instance type for requested amiType ${amiType}`;
  }),
  matches(
    "eks-nodes-instance-type",
    `${AWS_DOCS}/ec2/latest/instancetypes/instance-type-names.html`,
    "instanceTypes",
    /^[a-z]+\d*[a-z0-9-]*\.[a-z0-9-]+$/,
    "InvalidParameterException: The following supplied instance types do not exist",
  ),
  between("eks-nodes-most", `${API}/API_NodegroupScalingConfig.html`, "scalingConfig.maxSize", 1, 450),
  inputRule("eks-nodes-scaling", `${API}/API_NodegroupScalingConfig.html`, ["scalingConfig"], ({ inputs }) => {
    const [least = 0, desired = 0, most = 0] = ["minSize", "desiredSize", "maxSize"].map((name) =>
      numberAt(inputs, `scalingConfig.${name}`),
    );
    if (least > most) return `InvalidParameterException: Minimum capacity ${least} can't be greater than ${most}`;
    return desired >= least && desired <= most
      ? undefined
      : `InvalidParameterException: desired capacity ${desired} must be between ${least} and ${most}`;
  }),
  inputRule("eks-nodes-update", `${API}/API_NodegroupUpdateConfig.html`, ["updateConfig"], ({ inputs }) => {
    const given = ["maxUnavailable", "maxUnavailablePercentage"].filter((name) =>
      propertyAt(inputs, `updateConfig.${name}`),
    );
    return propertyAt(inputs, "updateConfig") === undefined || given.length === 1
      ? undefined
      : "one of maxUnavailable and maxUnavailablePercentage must be given";
  }),
];

const NODE_GROUP: ResourceKind = {
  type: AWS_TYPES.nodeGroup,
  required: [
    "clusterName",
    "nodeRoleArn",
    "subnetIds",
    "scalingConfig.minSize",
    "scalingConfig.maxSize",
    "scalingConfig.desiredSize",
  ],
  forceNew: [
    "clusterName",
    "nodeGroupName",
    "nodeRoleArn",
    "subnetIds",
    "amiType",
    "capacityType",
    "diskSize",
    "instanceTypes",
  ],
  autoName: "nodeGroupName",
  rules: [
    ...GROUP_FORM,
    inExistingCluster("eks-nodes-cluster"),
    inActiveCluster("eks-nodes-cluster-state", "CreateNodegroup"),
    {
      id: "eks-nodes-role",
      source: `${GUIDE}/create-node-role.html`,
      path: "nodeRoleArn",
      moments: ["create"],
      problem: ({ inputs, cloud }) => {
        const arn = textAt(inputs, "nodeRoleArn") ?? "";
        const role = roleWith(cloud, arn);
        return role && trusts(textAt(role.outputs, "assumeRolePolicy"), "ec2.amazonaws.com", ["sts:AssumeRole"])
          ? undefined
          : `InvalidParameterException: Following required service principals [ec2.amazonaws.com] were not found in the ` +
              `trust relationships of nodeRole ${arn}`;
      },
    },
    refersTo({
      id: "eks-nodes-subnets",
      source: `${API}/API_CreateNodegroup.html`,
      path: "subnetIds",
      to: AWS_TYPES.subnet,
      by: "id",
      missing: (id) => `InvalidParameterException: The subnet ID '${id}' does not exist`,
    }),
    {
      id: "eks-nodes-version",
      source: `${GUIDE}/update-managed-node-group.html`,
      path: "version",
      moments: ["create", "update"],
      problem: ({ inputs, cloud }) => {
        const wanted = textAt(inputs, "version");
        const newest = textAt(clusterOf(inputs, cloud)?.outputs, "version");
        return wanted !== undefined && minorOf(wanted) > minorOf(newest)
          ? `InvalidParameterException: Nodegroup Kubernetes version ${wanted} is newer than that of the cluster, ${newest}`
          : undefined;
      },
    },
    ...JOINING,
  ],
  identify: (inputs) => `${textAt(inputs, "clusterName") ?? ""}:${textAt(inputs, "nodeGroupName") ?? ""}`,
  taken: (inputs) =>
    `ResourceInUseException: NodeGroup already exists with name ${textAt(inputs, "nodeGroupName") ?? ""} and cluster ` +
    `name ${textAt(inputs, "clusterName") ?? ""}`,
  states: EKS_STATES,
  make: (id, { inputs, cloud, current }) => {
    const clusterName = textAt(inputs, "clusterName") ?? "";
    const principalArn = textAt(inputs, "nodeRoleArn") ?? "";
    admitRole(cloud, clusterName, principalArn, id);
    return {
      outputs: {
        arn: current?.outputs["arn"] ?? arnOf("eks", `nodegroup/${id.replace(":", "/")}/${newDigits(8)}`),
        capacityType: textAt(inputs, "capacityType") ?? "ON_DEMAND",
        status: EKS_STATES.made,
      },
    };
  },
  gone: (group, cloud) => {
    const entryId = `${textAt(group.outputs, "clusterName") ?? ""}:${textAt(group.outputs, "nodeRoleArn") ?? ""}`;
    if (textAt(cloud.get(AWS_TYPES.accessEntry, entryId)?.memory, "madeFor") === group.id) {
      cloud.remove(AWS_TYPES.accessEntry, entryId);
    }
  },
};

/** The tables of this file. */
export const NODE_KINDS: readonly ResourceKind[] = [ADD_ON, NODE_GROUP];
