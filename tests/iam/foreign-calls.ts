// Calls that Karpenter's controller must not be able to make: its own on what is not its own, and others.
import {
  CLASSED,
  CLUSTER_NAMED,
  ec2,
  has,
  instance,
  instanceProfile,
  launchTemplate,
  OTHER_ACCOUNT,
  OTHER_NAMED,
  OTHER_REGION,
  OWNED,
  OWNED_BY_OTHER,
  PLACED,
  POOLED,
  REGION,
  SCOPE,
  sets,
  subnet,
} from "./names";
import { ACCOUNT, type Request } from "./simulator";

/** A call, and what is wrong with it. */
export interface ForeignCall extends Request {
  readonly why: string;
}

const made = sets(OWNED, CLUSTER_NAMED, POOLED);
const its = has(OWNED, POOLED);
const AT_LAUNCH = { "ec2:CreateAction": "RunInstances" };
const NAME = { "aws:TagKeys": ["Name"] };
const elsewhere = sets({ "topology.kubernetes.io/region": OTHER_REGION });

type Context = Request["context"];

/** One action on one resource, under several contexts that each lack one thing. */
function each(action: string, resource: string, contexts: Readonly<Record<string, Context>>): readonly ForeignCall[] {
  return Object.entries(contexts).map(([why, context = {}]) => ({ action, resource, context, why }));
}

const LAUNCHING: readonly ForeignCall[] = [
  ...each("ec2:RunInstances", launchTemplate, {
    "another cluster's launch template": has(OWNED_BY_OTHER, POOLED),
    "a launch template of no node pool": has(OWNED),
  }),
  ...each("ec2:CreateFleet", launchTemplate, { "a launch template without tags": {} }),
  ...each("ec2:RunInstances", instance, {
    "an instance without tags": {},
    "an instance tagged for another cluster": sets(OWNED_BY_OTHER, CLUSTER_NAMED, POOLED),
    "an instance without the cluster's name": sets(OWNED, POOLED),
    "an instance with another cluster's name": sets(OWNED, OTHER_NAMED, POOLED),
    "an instance of no node pool": sets(OWNED, CLUSTER_NAMED),
  }),
  ...each("ec2:CreateLaunchTemplate", ec2("launch-template/lt-0123456789abcdef0", OTHER_REGION), {
    "a launch template in another region": made,
  }),
  ...each("ec2:RunInstances", ec2("subnet/subnet-0123456789abcdef0", OTHER_REGION), {
    "a subnet in another region": {},
  }),
  ...each("ec2:RunInstances", ec2("key-pair/admin"), { "a key pair, with which one could log in": {} }),
  ...each("ec2:RunInstances", ec2("launch-template/lt-0123456789abcdef0", OTHER_REGION), {
    "its own launch template in another region": its,
  }),
];

const TAGGING: readonly ForeignCall[] = [
  ...each("ec2:CreateTags", instance, {
    "tags outside a launch": made,
    "tags at another creation": { ...made, "ec2:CreateAction": "CreateVolume" },
    "tags of another cluster at a launch": { ...sets(OWNED_BY_OTHER, CLUSTER_NAMED, POOLED), ...AT_LAUNCH },
    "tags without the cluster's name at a launch": { ...sets(OWNED, POOLED), ...AT_LAUNCH },
    "tags of no node pool at a launch": { ...sets(OWNED, CLUSTER_NAMED), ...AT_LAUNCH },
    "a name for another cluster's instance": { ...has(OWNED_BY_OTHER, POOLED), ...NAME },
    "a name for an instance of no node pool": { ...has(OWNED), ...NAME },
    "another cluster's name for its own instance": {
      ...its,
      ...sets(OTHER_NAMED),
      "aws:TagKeys": ["eks:eks-cluster-name"],
    },
    "a tag that makes an instance another cluster's": { ...its, "aws:TagKeys": ["kubernetes.io/cluster/prod"] },
  }),
  ...each("ec2:CreateTags", subnet, { "tags for a subnet, as if a launch had made it": { ...made, ...AT_LAUNCH } }),
  ...each("ec2:CreateTags", ec2("volume/vol-0123456789abcdef0"), { "a name for a volume": { ...its, ...NAME } }),
];

const DELETING: readonly ForeignCall[] = [
  ...each("ec2:TerminateInstances", instance, {
    "another cluster's instance": has(OWNED_BY_OTHER, POOLED),
    "an instance of its cluster that is of no node pool": has(OWNED),
    "an instance of a node pool of nobody": has(POOLED),
    "an instance without tags": {},
  }),
  ...each("ec2:TerminateInstances", ec2("instance/i-0123456789abcdef0", OTHER_REGION), {
    "its own instance in another region": its,
  }),
  ...each("ec2:DeleteLaunchTemplate", launchTemplate, {
    "another cluster's launch template": has(OWNED_BY_OTHER, POOLED),
  }),
];

const PASSING: readonly ForeignCall[] = [
  ...each("iam:PassRole", SCOPE.nodeRoleArn, {
    "the node role for a Lambda function": { "iam:PassedToService": "lambda.amazonaws.com" },
    "the node role for no service in particular": {},
  }),
  ...each("iam:PassRole", `arn:aws:iam::${ACCOUNT}:role/Administrator`, {
    "another role for EC2": { "iam:PassedToService": "ec2.amazonaws.com" },
  }),
];

const PROFILES: readonly ForeignCall[] = [
  ...each("iam:CreateInstanceProfile", instanceProfile(), {
    "a profile tagged for another cluster": sets(OWNED_BY_OTHER, CLUSTER_NAMED, PLACED, CLASSED),
    "a profile with another cluster's name": sets(OWNED, OTHER_NAMED, PLACED, CLASSED),
    "a profile of another region": { ...sets(OWNED, CLUSTER_NAMED, CLASSED), ...elsewhere },
    "a profile of no node class": sets(OWNED, CLUSTER_NAMED, PLACED),
  }),
  ...each("iam:CreateInstanceProfile", instanceProfile(OTHER_ACCOUNT), {
    "a profile in another account": sets(OWNED, CLUSTER_NAMED, PLACED, CLASSED),
  }),
  ...each("iam:TagInstanceProfile", instanceProfile(), {
    "another cluster's profile": {
      ...has(OWNED_BY_OTHER, PLACED, CLASSED),
      ...sets(OWNED, CLUSTER_NAMED, PLACED, CLASSED),
    },
    "its profile of another region": {
      ...has(OWNED, { "topology.kubernetes.io/region": OTHER_REGION }, CLASSED),
      ...sets(OWNED, CLUSTER_NAMED, PLACED, CLASSED),
    },
    "a profile of no node class": { ...has(OWNED, PLACED), ...sets(OWNED, CLUSTER_NAMED, PLACED, CLASSED) },
    "its profile, for another cluster": {
      ...has(OWNED, PLACED, CLASSED),
      ...sets(OWNED_BY_OTHER, CLUSTER_NAMED, PLACED, CLASSED),
    },
    "its profile, with another cluster's name": {
      ...has(OWNED, PLACED, CLASSED),
      ...sets(OWNED, OTHER_NAMED, PLACED, CLASSED),
    },
    "its profile, for another region": {
      ...has(OWNED, PLACED, CLASSED),
      ...sets(OWNED, CLUSTER_NAMED, CLASSED),
      ...elsewhere,
    },
    "its profile, for no node class": { ...has(OWNED, PLACED, CLASSED), ...sets(OWNED, CLUSTER_NAMED, PLACED) },
  }),
  ...each("iam:TagInstanceProfile", instanceProfile(OTHER_ACCOUNT), {
    "a profile in another account": {
      ...has(OWNED, PLACED, CLASSED),
      ...sets(OWNED, CLUSTER_NAMED, PLACED, CLASSED),
    },
  }),
  ...["AddRoleToInstanceProfile", "RemoveRoleFromInstanceProfile", "DeleteInstanceProfile"].flatMap((verb) => [
    ...each(`iam:${verb}`, instanceProfile(), {
      "another cluster's profile": has(OWNED_BY_OTHER, PLACED, CLASSED),
      "its profile of another region": has(OWNED, { "topology.kubernetes.io/region": OTHER_REGION }, CLASSED),
      "a profile of no node class": has(OWNED, PLACED),
    }),
    ...each(`iam:${verb}`, instanceProfile(OTHER_ACCOUNT), {
      "a profile in another account": has(OWNED, PLACED, CLASSED),
    }),
  ]),
  ...each("iam:GetInstanceProfile", instanceProfile(OTHER_ACCOUNT), { "a profile in another account": {} }),
];

const READING: readonly ForeignCall[] = [
  ...each("ec2:DescribeInstances", "*", { "another region": { "aws:RequestedRegion": OTHER_REGION } }),
  ...each("ssm:GetParameter", `arn:aws:ssm:${REGION}:${ACCOUNT}:parameter/database/password`, {
    "a parameter of the account": {},
  }),
  ...each("eks:DescribeCluster", `arn:aws:eks:${REGION}:${ACCOUNT}:cluster/prod`, { "another cluster": {} }),
  ...each("arc-zonal-shift:GetManagedResource", "*", {
    "another cluster": { "arc-zonal-shift:ResourceIdentifier": `arn:aws:eks:${REGION}:${ACCOUNT}:cluster/prod` },
  }),
  ...each("sqs:ReceiveMessage", `arn:aws:sqs:${REGION}:${ACCOUNT}:orders`, { "another queue": {} }),
];

/** Actions that no document names. */
const UNKNOWN: readonly ForeignCall[] = [
  ...each("ec2:StopInstances", instance, { "its own instance": its }),
  ...each("ec2:RebootInstances", instance, { "its own instance": its }),
  ...each("ec2:ModifyInstanceAttribute", instance, { "its own instance": its }),
  ...each("ec2:DeleteTags", instance, { "its own instance": its }),
  ...each("sqs:SendMessage", SCOPE.queueArn, { "its own queue": {} }),
  ...each("sqs:PurgeQueue", SCOPE.queueArn, { "its own queue": {} }),
  ...each("eks:DeleteCluster", SCOPE.clusterArn, { "its own cluster": {} }),
  ...each("eks:CreateAccessEntry", SCOPE.clusterArn, { "its own cluster": {} }),
  ...each("iam:AttachRolePolicy", SCOPE.nodeRoleArn, { "the node role": {} }),
  ...each("sts:AssumeRole", SCOPE.nodeRoleArn, { "the node role": {} }),
];

/** All of them. */
export const FOREIGN_CALLS: readonly ForeignCall[] = [
  ...LAUNCHING,
  ...TAGGING,
  ...DELETING,
  ...PASSING,
  ...PROFILES,
  ...READING,
  ...UNKNOWN,
];
