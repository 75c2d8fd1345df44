// Karpenter's controller: what it cannot start or work without.
import { ACCOUNT } from "../provider/account";
import { hasAddOn, nodeGroupsOf } from "../aws/eks/nodes";
import { minorOf } from "../aws/eks/cluster";
import { attachedTo, roleWith } from "../aws/iam";
import { allows, statementsOf } from "../aws/policies";
import { AWS_TYPES } from "../aws/types";
import { karpenterDefinitions } from "./definitions";
import { currentCluster, KUBERNETES_TYPES } from "./objects";
import type { Rule, Situation } from "../provider/kind";
import type { Store, StoredResource } from "../provider/store";
import { isProperties, numberAt, textAt, textsAt, propertyAt, type Properties } from "../provider/values";

const KARPENTER_DOCS = "https://karpenter.sh/docs";
const SETTINGS = `${KARPENTER_DOCS}/reference/settings/`;
const CLOUD_FORMATION = `${KARPENTER_DOCS}/reference/cloudformation/`;

/** Karpenter's chart, by the last part of its address. */
const CHART = "oci://public.ecr.aws/karpenter/karpenter";

/** The least that the controller does in AWS from start to the end of a node, out of its 18 statements. */
const ACTIONS = [
  "ec2:RunInstances",
  "ec2:CreateFleet",
  "ec2:CreateLaunchTemplate",
  "ec2:CreateTags",
  "ec2:TerminateInstances",
  "ec2:DeleteLaunchTemplate",
  "ec2:DescribeInstanceTypes",
  "ec2:DescribeInstanceTypeOfferings",
  "ec2:DescribeInstanceStatus",
  "ec2:DescribeImages",
  "ec2:DescribeSubnets",
  "ec2:DescribeSecurityGroups",
  "iam:PassRole",
  "iam:CreateInstanceProfile",
  "iam:TagInstanceProfile",
  "iam:AddRoleToInstanceProfile",
  "iam:RemoveRoleFromInstanceProfile",
  "iam:DeleteInstanceProfile",
  "iam:GetInstanceProfile",
  "iam:ListInstanceProfiles",
  "eks:DescribeCluster",
  "ssm:GetParameter",
  "pricing:GetProducts",
];

/** The actions on the queue that spot interruptions come through. */
const QUEUE_ACTIONS = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueUrl"];

/** Lowest version of Karpenter, as [major, minor], by minor version of Kubernetes. */
const LOWEST_VERSIONS: Readonly<Record<number, readonly [number, number]>> = {
  30: [0, 37],
  31: [1, 0],
  32: [1, 2],
  33: [1, 5],
  34: [1, 6],
  35: [1, 9],
  36: [1, 13],
};

/** The documents of the role that the controller's pods take, or why they take none. */
function controllerDocuments(values: Properties, namespace: string, cloud: Store): readonly string[] | string {
  const cluster = currentCluster(cloud);
  const serviceAccount = textAt(values, "serviceAccount.name") ?? "karpenter";
  const association = cloud
    .list(AWS_TYPES.podIdentity)
    .find(
      ({ outputs }) =>
        textAt(outputs, "clusterName") === cluster?.id &&
        textAt(outputs, "namespace") === namespace &&
        textAt(outputs, "serviceAccount") === serviceAccount,
    );
  if (association === undefined) return `no pod identity association for ${namespace}/${serviceAccount}`;
  if (cluster && !hasAddOn(cloud, cluster, "eks-pod-identity-agent")) return "no add-on eks-pod-identity-agent";
  const role = roleWith(cloud, textAt(association.outputs, "roleArn"));
  return attachedTo(cloud, role?.id).flatMap(
    (arn) => textAt(cloud.get(AWS_TYPES.policy, arn)?.outputs, "policy") ?? [],
  );
}

function documentsIn({ inputs, cloud }: Situation): readonly string[] {
  const documents = controllerDocuments(valuesOf(inputs), textAt(inputs, "namespace") ?? "default", cloud);
  return typeof documents === "string" ? [] : documents;
}

function valuesOf(inputs: Properties): Properties {
  const values = propertyAt(inputs, "values");
  return isProperties(values) ? values : {};
}

function crashes(reason: string): string {
  return `context deadline exceeded: the controller does not become ready: ${reason}`;
}

function controllerRule(
  id: string,
  source: string,
  problem: (values: Properties, situation: Situation) => string | undefined,
): Rule {
  return {
    id,
    source,
    path: "values",
    moments: ["create", "update"],
    problem: (situation) => {
      const reason = problem(valuesOf(situation.inputs), situation);
      return reason && crashes(reason);
    },
  };
}

function queueProblem(name: string, cloud: Store): string | undefined {
  const queue = cloud.find(AWS_TYPES.queue, "name", name);
  if (queue === undefined) return `there is no queue ${name}`;
  const policy = textAt(cloud.get(AWS_TYPES.queuePolicy, queue.id)?.outputs, "policy");
  const lets = statementsOf(policy).some((statement) =>
    textsAt(statement, "Principal.Service").includes("events.amazonaws.com"),
  );
  if (!lets) return `the queue ${name} has no policy that lets events.amazonaws.com write to it`;
  const sources = cloud
    .list(AWS_TYPES.eventTarget)
    .filter((target) => textAt(target.outputs, "arn") === textAt(queue.outputs, "arn"));
  return sources.length > 0 ? undefined : `no EventBridge rule has the queue ${name} as its target`;
}

/** What keeps a release of the chart `karpenter` from working. */
export const CONTROLLER_RULES: readonly Rule[] = [
  controllerRule("karpenter-cluster-name", SETTINGS, (values, { cloud }) => {
    const name = textAt(values, "settings.clusterName");
    if (name === undefined || name === "") return "Chart cannot be installed without a valid settings.clusterName!";
    return name === currentCluster(cloud)?.id ? undefined : `No cluster found for name: ${name}`;
  }),
  controllerRule("karpenter-kinds", `${KARPENTER_DOCS}/upgrading/upgrade-guide/#crd-upgrades`, (_, { inputs, cloud }) =>
    karpenterDefinitions(cloud).length > 0 || propertyAt(inputs, "skipCrds") !== true
      ? undefined
      : 'no matches for kind "NodeClaim" in version "karpenter.sh/v1"',
  ),
  controllerRule(
    "karpenter-kubernetes-version",
    `${KARPENTER_DOCS}/upgrading/compatibility/`,
    (_, { inputs, cloud }) => {
      const minor = minorOf(textAt(currentCluster(cloud)?.outputs, "version"));
      const [major = 0, least = 0] = textAt(inputs, "version")?.split(".").map(Number) ?? [];
      const [lowestMajor, lowestMinor] = LOWEST_VERSIONS[minor] ?? [0, 0];
      return major > lowestMajor || (major === lowestMajor && least >= lowestMinor)
        ? undefined
        : `Kubernetes 1.${minor} needs Karpenter ${lowestMajor}.${lowestMinor} or newer`;
    },
  ),
  controllerRule(
    "karpenter-nodes",
    `${KARPENTER_DOCS}/getting-started/getting-started-with-karpenter/`,
    (values, { cloud }) => {
      const replicas = numberAt(values, "replicas") ?? 2;
      const groups = nodeGroupsOf(cloud, currentCluster(cloud)?.id ?? "");
      const nodes = groups.reduce((sum, group) => sum + (numberAt(group.outputs, "scalingConfig.desiredSize") ?? 0), 0);
      return nodes >= replicas ? undefined : `${replicas} replicas need as many nodes, and there are ${nodes}`;
    },
  ),
  controllerRule("karpenter-dns", `${KARPENTER_DOCS}/troubleshooting/#karpenter-cannot-start`, (values, { cloud }) => {
    const cluster = currentCluster(cloud);
    const usesClusterDns = (textAt(values, "dnsPolicy") ?? "ClusterFirst") === "ClusterFirst";
    return usesClusterDns && cluster && !hasAddOn(cloud, cluster, "coredns")
      ? "dial tcp: lookup sts: no CoreDNS answers, and dnsPolicy is ClusterFirst"
      : undefined;
  }),
  controllerRule(
    "karpenter-identity",
    "https://docs.aws.amazon.com/eks/latest/userguide/pod-identities.html",
    (values, { inputs, cloud }) => {
      const documents = controllerDocuments(values, textAt(inputs, "namespace") ?? "default", cloud);
      return typeof documents === "string" ? `NoCredentialProviders: ${documents}` : undefined;
    },
  ),
  controllerRule("karpenter-permissions", CLOUD_FORMATION, (values, situation) => {
    const documents = documentsIn(situation);
    const wanted = textAt(values, "settings.interruptionQueue") ? [...ACTIONS, ...QUEUE_ACTIONS] : ACTIONS;
    const denied = documents.length === 0 ? undefined : wanted.find((action) => !allows(documents, action));
    return denied && `UnauthorizedOperation: You are not authorized to perform ${denied}`;
  }),
  controllerRule("karpenter-queue", `${CLOUD_FORMATION}#interruption-handling`, (values, { cloud }) => {
    const name = textAt(values, "settings.interruptionQueue");
    // The real controller starts, logs "failed to create valid sqs provider" for ever, and misses every interruption.
    return name ? queueProblem(name, cloud) : undefined;
  }),
];

/** The release that runs the controller. */
function controllerRelease(cloud: Store): StoredResource | undefined {
  return cloud.find(KUBERNETES_TYPES.release, "chart", CHART);
}

/** Why nobody takes care of Karpenter's objects; undefined while a controller works. */
export function controllerProblem(cloud: Store): string | undefined {
  const release = controllerRelease(cloud);
  if (release === undefined) return "no controller is installed";
  const situation: Situation = { inputs: release.inputs, cloud, current: release };
  return CONTROLLER_RULES.map((rule) => rule.problem(situation)).find((problem) => problem !== undefined);
}

/** Whether the controller may give a role to the instances that it launches. */
export function passesRole(cloud: Store, roleArn: string): boolean {
  const release = controllerRelease(cloud);
  if (release === undefined) return false;
  return documentsIn({ inputs: release.inputs, cloud, current: release })
    .flatMap(statementsOf)
    .some((statement) => {
      const resources = textsAt(statement, "Resource");
      return (
        textsAt(statement, "Action").includes("iam:PassRole") &&
        (resources.includes(roleArn) ||
          resources.includes("*") ||
          resources.includes(`arn:aws:iam::${ACCOUNT.id}:role/*`))
      );
    });
}
