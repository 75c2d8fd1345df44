// The stand-in for the Pulumi package `aws`: its tables put together, and its functions.
import { account, inRegion, zones } from "../provider/account";
import { accessKinds } from "./eks/access";
import { clusterKinds } from "./eks/cluster";
import { nodeKinds } from "./eks/nodes";
import { eventKinds } from "./events";
import { gatewayKinds } from "./gateways";
import { iamKinds } from "./iam";
import { launchTemplateKinds } from "./launch-templates";
import { listingFunctions } from "./leftovers";
import { networkKinds } from "./network";
import { routingKinds } from "./routing";
import { tagRules } from "./tags";
import { awsTypes } from "./types";
import type { ResourceKind } from "../provider/kind";
import type { PackageFunction } from "../provider/stand-in";
import { present, textAt, textsAt, valueAt } from "../provider/values";

/** Adds what every resource of AWS has: tags with their rules, and a region. */
function complete(kind: ResourceKind): ResourceKind {
  const isGlobal = kind.type.startsWith("aws:iam/");
  return {
    ...kind,
    forceNew: isGlobal ? kind.forceNew : [...kind.forceNew, "region"],
    rules: [...kind.rules, ...tagRules],
    make: (id, situation) => {
      const { outputs, ...made } = kind.make(id, situation);
      const tagsAll = valueAt(situation.inputs, "tags");
      return { ...made, outputs: present({ ...(isGlobal ? {} : inRegion), tagsAll, ...outputs }) };
    },
  };
}

/** Every AWS type that the sandbox knows. */
export const awsKinds: readonly ResourceKind[] = [
  networkKinds,
  routingKinds,
  gatewayKinds,
  iamKinds,
  clusterKinds,
  launchTemplateKinds,
  nodeKinds,
  accessKinds,
  eventKinds,
]
  .flat()
  .map(complete);

/** The functions of the package, by token. */
export const awsFunctions: Readonly<Record<string, PackageFunction>> = {
  ...listingFunctions,
  "aws:index/getRegion:getRegion": () => ({
    id: account.region,
    name: account.region,
    region: account.region,
    description: account.regionDescription,
    endpoint: `ec2.${account.region}.${account.dnsSuffix}`,
  }),
  "aws:index/getPartition:getPartition": () => ({
    id: account.partition,
    partition: account.partition,
    dnsSuffix: account.dnsSuffix,
    reverseDnsPrefix: "com.amazonaws",
  }),
  "aws:index/getCallerIdentity:getCallerIdentity": () => ({
    id: account.id,
    accountId: account.id,
    arn: account.callerArn,
    userId: "AROA123456789EXAMPLE:pulumi",
  }),
  "aws:eks/getCluster:getCluster": (args, cloud) => {
    const name = textAt(args, "name") ?? "";
    const cluster = cloud.get(awsTypes.cluster, name);
    if (cluster === undefined) throw new Error(`reading EKS Cluster (${name}): couldn't find resource`);
    const { certificateAuthority, vpcConfig, ...outputs } = cluster.outputs;
    return present({ ...outputs, id: name, certificateAuthorities: [certificateAuthority ?? null], vpcConfig });
  },
  "aws:index/getAvailabilityZones:getAvailabilityZones": (args) => {
    const found = zones.filter(
      (zone) =>
        !textsAt(args, "excludeNames").includes(zone.name) && !textsAt(args, "excludeZoneIds").includes(zone.id),
    );
    return {
      ...args,
      ...inRegion,
      id: account.region,
      names: found.map((zone) => zone.name),
      zoneIds: found.map((zone) => zone.id),
      groupNames: [account.region],
    };
  },
};
