// What controllers make in an account behind the engine's back, and the functions of the package that list it by tag.
import { ACCOUNT, arnOf, iamArnOf, newDigits, newId } from "../provider/account";
import { AWS_TYPES } from "./types";
import type { PackageFunction } from "../provider/fake-provider";
import type { Store, StoredResource } from "../provider/store";
import { isProperties, listAt, textAt, textsAt, propertyAt, type Properties } from "../provider/values";

/** What belongs to a node of Karpenter, and its tags: https://karpenter.sh/docs/concepts/nodeclasses/#spectags. */
export function leaveNode(pool: StoredResource, cloud: Store): void {
  const tags = tagsOf(cloud, {
    "karpenter.sh/nodepool": pool.id,
    "karpenter.sh/nodeclaim": `${pool.id}-${newDigits(5)}`,
  });
  const [subnet] = cloud
    .list(AWS_TYPES.subnet)
    .filter(({ outputs }) => propertyAt(outputs, "mapPublicIpOnLaunch") !== true);
  leave(cloud, AWS_TYPES.instance, newId("i"), { instanceState: "running", subnetId: subnet?.id ?? "", tags });
  leave(cloud, AWS_TYPES.volume, newId("vol"), { tags });
  leave(cloud, AWS_TYPES.networkInterface, newId("eni"), { subnetId: subnet?.id ?? "", tags });
  const template = newId("lt");
  leave(cloud, AWS_TYPES.launchTemplate, template, { arn: arnOf("ec2", `launch-template/${template}`), tags });
}

/** The instance profile that Karpenter makes for the role of an EC2NodeClass. */
export function leaveProfile(nodeClass: StoredResource, cloud: Store): void {
  const [cluster] = cloud.list(AWS_TYPES.cluster);
  const path = `/karpenter/${ACCOUNT.region}/${cluster?.id ?? ""}/${nodeClass.id}/`;
  const name = `${cluster?.id ?? ""}_${newDigits(20)}`;
  leave(cloud, AWS_TYPES.instanceProfile, name, {
    arn: iamArnOf(`instance-profile${path}${name}`),
    role: textAt(nodeClass.outputs, "spec.role") ?? "",
    tags: tagsOf(cloud, { "karpenter.k8s.aws/ec2nodeclass": nodeClass.id }),
  });
}

function tagsOf(cloud: Store, tags: Properties): Properties {
  const [cluster] = cloud.list(AWS_TYPES.cluster);
  return { ...tags, [`kubernetes.io/cluster/${cluster?.id ?? ""}`]: "owned" };
}

function leave(cloud: Store, type: string, id: string, outputs: Properties): void {
  cloud.put({ type, id, inputs: {}, outputs, secrets: [], memory: {} });
}

/** The ids of all resources of a type that pass every filter; the program uses `tag-key` and `tag:KEY`. */
function listing(type: string): PackageFunction {
  return (args, cloud) => {
    const states = textsAt(args, "instanceStateNames");
    const found = cloud.list(type).filter(({ outputs }) => {
      const state = textAt(outputs, "instanceState");
      return (
        listAt(args, "filters").every((filter) => passes(outputs, filter)) &&
        (state === undefined || states.includes(state))
      );
    });
    return { ...args, id: ACCOUNT.region, region: ACCOUNT.region, ids: found.map(({ id }) => id) };
  };
}

function passes(outputs: Properties, filter: Properties[string]): boolean {
  const tags = propertyAt(outputs, "tags");
  const name = textAt(filter, "name") ?? "";
  const values = textsAt(filter, "values");
  if (name === "tag-key") return Object.keys(isProperties(tags) ? tags : {}).some((key) => values.includes(key));
  if (!name.startsWith("tag:"))
    throw new Error(`InvalidParameterValue: The filter '${name}' is unknown to the sandbox`);
  const value = isProperties(tags) ? tags[name.slice("tag:".length)] : undefined;
  return typeof value === "string" && values.includes(value);
}

/** Types by the names that the tagging service has for them. */
const TAGGED_TYPES: Readonly<Record<string, string>> = {
  "ec2:launch-template": AWS_TYPES.launchTemplate,
  "elasticloadbalancing:loadbalancer": AWS_TYPES.loadBalancer,
  "elasticloadbalancing:targetgroup": AWS_TYPES.targetGroup,
  "iam:instance-profile": AWS_TYPES.instanceProfile,
  "ec2:vpc": AWS_TYPES.vpc,
  "ec2:subnet": AWS_TYPES.subnet,
  "ec2:internet-gateway": AWS_TYPES.internetGateway,
  "ec2:route-table": AWS_TYPES.routeTable,
  "ec2:elastic-ip": AWS_TYPES.address,
  "ec2:natgateway": AWS_TYPES.natGateway,
  "ec2:vpc-endpoint": AWS_TYPES.endpoint,
  "eks:podidentityassociation": AWS_TYPES.podIdentity,
};

const getResources: PackageFunction = (args, cloud) => {
  const filters = listAt(args, "tagFilters");
  const found = textsAt(args, "resourceTypeFilters").flatMap((name) => {
    const type = TAGGED_TYPES[name];
    if (type === undefined) throw new Error(`InvalidParameterException: ${name} is unknown to the sandbox`);
    // IAM has no regions: its tags are found in one, whatever the stack's own is.
    const isHere = !name.startsWith("iam:") || textAt(args, "region") === "us-east-1";
    return isHere ? cloud.list(type) : [];
  });
  return {
    ...args,
    id: ACCOUNT.region,
    region: textAt(args, "region") ?? ACCOUNT.region,
    resourceTagMappingLists: found
      .filter(({ outputs }) => {
        const tags = propertyAt(outputs, "tags");
        return filters.every((filter) => hasTag(tags, filter));
      })
      .map(({ type, id, outputs }) => ({
        // Not every type shows the ARN that the service has for it.
        resourceArn: textAt(outputs, "arn") ?? textAt(outputs, "associationArn") ?? arnOf("ec2", `${type}/${id}`),
        tags: propertyAt(outputs, "tags") ?? {},
        complianceDetails: [],
      })),
  };
};

function hasTag(tags: Properties[string] | undefined, filter: Properties[string]): boolean {
  const key = textAt(filter, "key") ?? "";
  const values = textsAt(filter, "values");
  const value = isProperties(tags) ? tags[key] : undefined;
  return typeof value === "string" && (values.length === 0 || values.includes(value));
}

const getLogGroups: PackageFunction = (args, cloud) => {
  const prefix = textAt(args, "logGroupNamePrefix") ?? "";
  const found = cloud.list(AWS_TYPES.logGroup).filter(({ id }) => id.startsWith(prefix));
  return {
    ...args,
    id: ACCOUNT.region,
    region: ACCOUNT.region,
    arns: found.map(({ id }) => arnOf("logs", `log-group:${id}`)),
    logGroupNames: found.map(({ id }) => id),
  };
};

const getRouteTable: PackageFunction = (args, cloud) => {
  const id = textAt(args, "routeTableId") ?? "";
  if (cloud.get(AWS_TYPES.routeTable, id) === undefined) throw new Error(`InvalidRouteTableID.NotFound: ${id}`);
  const associations = cloud
    .list(AWS_TYPES.routeTableAssociation)
    .filter(({ outputs }) => textAt(outputs, "routeTableId") === id)
    .map((association) => ({
      routeTableAssociationId: association.id,
      subnetId: textAt(association.outputs, "subnetId") ?? "",
    }));
  return { ...args, id, associations };
};

/** The functions of this file, by token. */
export const LISTING_FUNCTIONS: Readonly<Record<string, PackageFunction>> = {
  "aws:ec2/getInstances:getInstances": listing(AWS_TYPES.instance),
  "aws:ebs/getEbsVolumes:getEbsVolumes": listing(AWS_TYPES.volume),
  "aws:ec2/getNetworkInterfaces:getNetworkInterfaces": listing(AWS_TYPES.networkInterface),
  "aws:ec2/getSecurityGroups:getSecurityGroups": listing(AWS_TYPES.securityGroup),
  "aws:cloudwatch/getLogGroups:getLogGroups": getLogGroups,
  "aws:resourcegroupstaggingapi/getResources:getResources": getResources,
  "aws:ec2/getRouteTable:getRouteTable": getRouteTable,
};
