// Calls that Karpenter's controller must not be able to make: its own on what is not its own, and others.
import {
  classed,
  clusterNamed,
  ec2,
  has,
  instance,
  instanceProfile,
  launchTemplate,
  otherAccount,
  otherNamed,
  otherRegion,
  owned,
  ownedByOther,
  placed,
  pooled,
  region,
  scope,
  sets,
  subnet,
} from "./names";
import { account, type Request } from "./simulator";

/** A call, and what is wrong with it. */
export interface ForeignCall extends Request {
  readonly why: string;
}

const made = sets(owned, clusterNamed, pooled);
const its = has(owned, pooled);
const atLaunch = { "ec2:CreateAction": "RunInstances" };
const name = { "aws:TagKeys": ["Name"] };
const elsewhere = sets({ "topology.kubernetes.io/region": otherRegion });

type Context = Request["context"];

/** One action on one resource, under several contexts that each lack one thing. */
function each(action: string, resource: string, contexts: Readonly<Record<string, Context>>): readonly ForeignCall[] {
  return Object.entries(contexts).map(([why, context = {}]) => ({ action, resource, context, why }));
}

const launching: readonly ForeignCall[] = [
  ...each("ec2:RunInstances", launchTemplate, {
    "another cluster's launch template": has(ownedByOther, pooled),
    "a launch template of no node pool": has(owned),
  }),
  ...each("ec2:CreateFleet", launchTemplate, { "a launch template without tags": {} }),
  ...each("ec2:RunInstances", instance, {
    "an instance without tags": {},
    "an instance tagged for another cluster": sets(ownedByOther, clusterNamed, pooled),
    "an instance without the cluster's name": sets(owned, pooled),
    "an instance with another cluster's name": sets(owned, otherNamed, pooled),
    "an instance of no node pool": sets(owned, clusterNamed),
  }),
  ...each("ec2:CreateLaunchTemplate", ec2("launch-template/lt-0123456789abcdef0", otherRegion), {
    "a launch template in another region": made,
  }),
  ...each("ec2:RunInstances", ec2("subnet/subnet-0123456789abcdef0", otherRegion), {
    "a subnet in another region": {},
  }),
  ...each("ec2:RunInstances", ec2("key-pair/admin"), { "a key pair, with which one could log in": {} }),
  ...each("ec2:RunInstances", ec2("launch-template/lt-0123456789abcdef0", otherRegion), {
    "its own launch template in another region": its,
  }),
];

const tagging: readonly ForeignCall[] = [
  ...each("ec2:CreateTags", instance, {
    "tags outside a launch": made,
    "tags at another creation": { ...made, "ec2:CreateAction": "CreateVolume" },
    "tags of another cluster at a launch": { ...sets(ownedByOther, clusterNamed, pooled), ...atLaunch },
    "tags without the cluster's name at a launch": { ...sets(owned, pooled), ...atLaunch },
    "tags of no node pool at a launch": { ...sets(owned, clusterNamed), ...atLaunch },
    "a name for another cluster's instance": { ...has(ownedByOther, pooled), ...name },
    "a name for an instance of no node pool": { ...has(owned), ...name },
    "another cluster's name for its own instance": {
      ...its,
      ...sets(otherNamed),
      "aws:TagKeys": ["eks:eks-cluster-name"],
    },
    "a tag that makes an instance another cluster's": { ...its, "aws:TagKeys": ["kubernetes.io/cluster/prod"] },
  }),
  ...each("ec2:CreateTags", subnet, { "tags for a subnet, as if a launch had made it": { ...made, ...atLaunch } }),
  ...each("ec2:CreateTags", ec2("volume/vol-0123456789abcdef0"), { "a name for a volume": { ...its, ...name } }),
];

const deleting: readonly ForeignCall[] = [
  ...each("ec2:TerminateInstances", instance, {
    "another cluster's instance": has(ownedByOther, pooled),
    "an instance of its cluster that is of no node pool": has(owned),
    "an instance of a node pool of nobody": has(pooled),
    "an instance without tags": {},
  }),
  ...each("ec2:TerminateInstances", ec2("instance/i-0123456789abcdef0", otherRegion), {
    "its own instance in another region": its,
  }),
  ...each("ec2:DeleteLaunchTemplate", launchTemplate, {
    "another cluster's launch template": has(ownedByOther, pooled),
  }),
];

const passing: readonly ForeignCall[] = [
  ...each("iam:PassRole", scope.nodeRoleArn, {
    "the node role for a Lambda function": { "iam:PassedToService": "lambda.amazonaws.com" },
    "the node role for no service in particular": {},
  }),
  ...each("iam:PassRole", `arn:aws:iam::${account}:role/Administrator`, {
    "another role for EC2": { "iam:PassedToService": "ec2.amazonaws.com" },
  }),
];

const profiles: readonly ForeignCall[] = [
  ...each("iam:CreateInstanceProfile", instanceProfile(), {
    "a profile tagged for another cluster": sets(ownedByOther, clusterNamed, placed, classed),
    "a profile with another cluster's name": sets(owned, otherNamed, placed, classed),
    "a profile of another region": { ...sets(owned, clusterNamed, classed), ...elsewhere },
    "a profile of no node class": sets(owned, clusterNamed, placed),
  }),
  ...each("iam:CreateInstanceProfile", instanceProfile(otherAccount), {
    "a profile in another account": sets(owned, clusterNamed, placed, classed),
  }),
  ...each("iam:TagInstanceProfile", instanceProfile(), {
    "another cluster's profile": {
      ...has(ownedByOther, placed, classed),
      ...sets(owned, clusterNamed, placed, classed),
    },
    "its profile of another region": {
      ...has(owned, { "topology.kubernetes.io/region": otherRegion }, classed),
      ...sets(owned, clusterNamed, placed, classed),
    },
    "a profile of no node class": { ...has(owned, placed), ...sets(owned, clusterNamed, placed, classed) },
    "its profile, for another cluster": {
      ...has(owned, placed, classed),
      ...sets(ownedByOther, clusterNamed, placed, classed),
    },
    "its profile, with another cluster's name": {
      ...has(owned, placed, classed),
      ...sets(owned, otherNamed, placed, classed),
    },
    "its profile, for another region": {
      ...has(owned, placed, classed),
      ...sets(owned, clusterNamed, classed),
      ...elsewhere,
    },
    "its profile, for no node class": { ...has(owned, placed, classed), ...sets(owned, clusterNamed, placed) },
  }),
  ...each("iam:TagInstanceProfile", instanceProfile(otherAccount), {
    "a profile in another account": {
      ...has(owned, placed, classed),
      ...sets(owned, clusterNamed, placed, classed),
    },
  }),
  ...["AddRoleToInstanceProfile", "RemoveRoleFromInstanceProfile", "DeleteInstanceProfile"].flatMap((verb) => [
    ...each(`iam:${verb}`, instanceProfile(), {
      "another cluster's profile": has(ownedByOther, placed, classed),
      "its profile of another region": has(owned, { "topology.kubernetes.io/region": otherRegion }, classed),
      "a profile of no node class": has(owned, placed),
    }),
    ...each(`iam:${verb}`, instanceProfile(otherAccount), {
      "a profile in another account": has(owned, placed, classed),
    }),
  ]),
  ...each("iam:GetInstanceProfile", instanceProfile(otherAccount), { "a profile in another account": {} }),
];

const reading: readonly ForeignCall[] = [
  ...each("ec2:DescribeInstances", "*", { "another region": { "aws:RequestedRegion": otherRegion } }),
  ...each("ssm:GetParameter", `arn:aws:ssm:${region}:${account}:parameter/database/password`, {
    "a parameter of the account": {},
  }),
  ...each("eks:DescribeCluster", `arn:aws:eks:${region}:${account}:cluster/prod`, { "another cluster": {} }),
  ...each("arc-zonal-shift:GetManagedResource", "*", {
    "another cluster": { "arc-zonal-shift:ResourceIdentifier": `arn:aws:eks:${region}:${account}:cluster/prod` },
  }),
  ...each("sqs:ReceiveMessage", `arn:aws:sqs:${region}:${account}:orders`, { "another queue": {} }),
];

/** Actions that no document names. */
const unknown: readonly ForeignCall[] = [
  ...each("ec2:StopInstances", instance, { "its own instance": its }),
  ...each("ec2:RebootInstances", instance, { "its own instance": its }),
  ...each("ec2:ModifyInstanceAttribute", instance, { "its own instance": its }),
  ...each("ec2:DeleteTags", instance, { "its own instance": its }),
  ...each("sqs:SendMessage", scope.queueArn, { "its own queue": {} }),
  ...each("sqs:PurgeQueue", scope.queueArn, { "its own queue": {} }),
  ...each("eks:DeleteCluster", scope.clusterArn, { "its own cluster": {} }),
  ...each("eks:CreateAccessEntry", scope.clusterArn, { "its own cluster": {} }),
  ...each("iam:AttachRolePolicy", scope.nodeRoleArn, { "the node role": {} }),
  ...each("sts:AssumeRole", scope.nodeRoleArn, { "the node role": {} }),
];

/** All of them. */
export const foreignCalls: readonly ForeignCall[] = [
  ...launching,
  ...tagging,
  ...deleting,
  ...passing,
  ...profiles,
  ...reading,
  ...unknown,
];
