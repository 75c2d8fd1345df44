// The fake of the Pulumi package `aws`: its tables put together, and its functions.
import { ACCOUNT, IN_REGION, ZONES } from "../provider/account";
import { ACCESS_KINDS } from "./eks/access";
import { CLUSTER_KINDS } from "./eks/cluster";
import { NODE_KINDS } from "./eks/nodes";
import { EVENT_KINDS } from "./events";
import { GATEWAY_KINDS } from "./gateways";
import { IAM_KINDS } from "./iam";
import { LAUNCH_TEMPLATE_KINDS } from "./launch-templates";
import { LISTING_FUNCTIONS } from "./leftovers";
import { NETWORK_KINDS } from "./network";
import { ROUTING_KINDS } from "./routing";
import { TAG_RULES } from "./tags";
import { AWS_TYPES } from "./types";
import type { ResourceKind } from "../provider/kind";
import type { PackageFunction } from "../provider/fake-provider";
import { present, textAt, textsAt, propertyAt } from "../provider/values";

/** Adds what every resource of AWS has: tags with their rules, and a region. */
function complete(kind: ResourceKind): ResourceKind {
  const isGlobal = kind.type.startsWith("aws:iam/");
  return {
    ...kind,
    forceNew: isGlobal ? kind.forceNew : [...kind.forceNew, "region"],
    rules: [...kind.rules, ...TAG_RULES],
    make: (id, situation) => {
      const { outputs, ...made } = kind.make(id, situation);
      const tagsAll = propertyAt(situation.inputs, "tags");
      return { ...made, outputs: present({ ...(isGlobal ? {} : IN_REGION), tagsAll, ...outputs }) };
    },
  };
}

/** Every AWS type that the sandbox knows. */
export const awsKinds: readonly ResourceKind[] = [
  NETWORK_KINDS,
  ROUTING_KINDS,
  GATEWAY_KINDS,
  IAM_KINDS,
  CLUSTER_KINDS,
  LAUNCH_TEMPLATE_KINDS,
  NODE_KINDS,
  ACCESS_KINDS,
  EVENT_KINDS,
]
  .flat()
  .map(complete);

/** The functions of the package, by token. */
export const AWS_FUNCTIONS: Readonly<Record<string, PackageFunction>> = {
  ...LISTING_FUNCTIONS,
  "aws:index/getRegion:getRegion": () => ({
    id: ACCOUNT.region,
    name: ACCOUNT.region,
    region: ACCOUNT.region,
    description: ACCOUNT.regionDescription,
    endpoint: `ec2.${ACCOUNT.region}.${ACCOUNT.dnsSuffix}`,
  }),
  "aws:index/getPartition:getPartition": () => ({
    id: ACCOUNT.partition,
    partition: ACCOUNT.partition,
    dnsSuffix: ACCOUNT.dnsSuffix,
    reverseDnsPrefix: "com.amazonaws",
  }),
  "aws:index/getCallerIdentity:getCallerIdentity": () => ({
    id: ACCOUNT.id,
    accountId: ACCOUNT.id,
    arn: ACCOUNT.callerArn,
    userId: "AROA123456789EXAMPLE:pulumi",
  }),
  "aws:eks/getCluster:getCluster": (args, cloud) => {
    const name = textAt(args, "name") ?? "";
    const cluster = cloud.get(AWS_TYPES.cluster, name);
    if (cluster === undefined) throw new Error(`reading EKS Cluster (${name}): couldn't find resource`);
    const { certificateAuthority, vpcConfig, ...outputs } = cluster.outputs;
    return present({ ...outputs, id: name, certificateAuthorities: [certificateAuthority ?? null], vpcConfig });
  },
  "aws:index/getAvailabilityZones:getAvailabilityZones": (args) => {
    const found = ZONES.filter(
      (zone) =>
        !textsAt(args, "excludeNames").includes(zone.name) && !textsAt(args, "excludeZoneIds").includes(zone.id),
    );
    return {
      ...args,
      ...IN_REGION,
      id: ACCOUNT.region,
      names: found.map((zone) => zone.name),
      zoneIds: found.map((zone) => zone.id),
      groupNames: [ACCOUNT.region],
    };
  },
};
