// What `destroy` asks the account for at its end, answered by moto.
import {
  DescribeInstancesCommand,
  DescribeLaunchTemplatesCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSecurityGroupsCommand,
  DescribeVolumesCommand,
  type Filter,
} from "@aws-sdk/client-ec2";
import { GetInstanceProfileCommand, ListInstanceProfilesCommand } from "@aws-sdk/client-iam";
import { ACCOUNT } from "../../sandbox/provider/account";
import { listAt, textAt, textsAt, type Properties } from "../../sandbox/provider/values";
import type { AwsClients } from "./aws-clients";

/** Ids of what passes the filters. */
type List = (filters: Filter[], aws: AwsClients) => Promise<readonly (string | undefined)[]>;

/** A terminated instance is listed by EC2 for a while, and is none. */
const listInstances: List = async (Filters, { ec2 }) => {
  const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({ Filters }));
  const instances = Reservations.flatMap(({ Instances = [] }) => Instances);
  return instances.filter(({ State }) => State?.Name !== "terminated").map(({ InstanceId }) => InstanceId);
};

const listVolumes: List = async (Filters, { ec2 }) => {
  const { Volumes = [] } = await ec2.send(new DescribeVolumesCommand({ Filters }));
  return Volumes.map(({ VolumeId }) => VolumeId);
};

const listNetworkInterfaces: List = async (Filters, { ec2 }) => {
  const { NetworkInterfaces = [] } = await ec2.send(new DescribeNetworkInterfacesCommand({ Filters }));
  return NetworkInterfaces.map(({ NetworkInterfaceId }) => NetworkInterfaceId);
};

const listSecurityGroups: List = async (Filters, { ec2 }) => {
  const { SecurityGroups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({ Filters }));
  return SecurityGroups.map(({ GroupId }) => GroupId);
};

const listLaunchTemplates: List = async (Filters, { ec2 }) => {
  const { LaunchTemplates = [] } = await ec2.send(new DescribeLaunchTemplatesCommand({ Filters }));
  return LaunchTemplates.map(({ LaunchTemplateId }) => LaunchTemplateId);
};

/** IAM filters by nothing, and moto leaves the tags out of its list. */
const listInstanceProfiles: List = async (filters, { iam }) => {
  const keys = filters.flatMap(({ Values = [] }) => Values);
  const { InstanceProfiles = [] } = await iam.send(new ListInstanceProfilesCommand({}));
  const profiles = await Promise.all(
    InstanceProfiles.map(async ({ InstanceProfileName }) =>
      iam.send(new GetInstanceProfileCommand({ InstanceProfileName })),
    ),
  );
  return profiles
    .filter(({ InstanceProfile }) => InstanceProfile?.Tags?.some(({ Key = "" }) => keys.includes(Key)) === true)
    .map(({ InstanceProfile }) => InstanceProfile?.InstanceProfileName);
};

/** By the name of the function in the package `aws`. */
const OF_FUNCTIONS: Readonly<Record<string, List>> = {
  getInstances: listInstances,
  getEbsVolumes: listVolumes,
  getNetworkInterfaces: listNetworkInterfaces,
  getSecurityGroups: listSecurityGroups,
};

/** By the names of the tagging service, which does not know these kinds in moto: their own services are asked. */
const OF_TAGGING_SERVICE: Readonly<Record<string, List>> = {
  "ec2:launch-template": listLaunchTemplates,
  "iam:instance-profile": listInstanceProfiles,
};

/** The kinds of things that a cluster's controllers make. */
const KINDS: Readonly<Record<string, List>> = {
  instances: listInstances,
  volumes: listVolumes,
  "network interfaces": listNetworkInterfaces,
  "security groups": listSecurityGroups,
  "launch templates": listLaunchTemplates,
  "instance profiles": listInstanceProfiles,
};

/** By kind, the ids of everything that has a tag of this key. */
export async function listByTagKey(key: string, aws: AwsClients): Promise<Readonly<Record<string, readonly string[]>>> {
  const lists = Object.entries(KINDS).map(async ([kind, list]) => [kind, await idsOf(list, tagKey(key), aws)] as const);
  return Object.fromEntries(await Promise.all(lists));
}

function tagKey(key: string): Filter[] {
  return [{ Name: "tag-key", Values: [key] }];
}

async function idsOf(list: List, filters: Filter[], aws: AwsClients): Promise<readonly string[]> {
  return (await list(filters, aws)).flatMap((id) => id ?? []);
}

/** Answers a function of the package `aws` that lists; undefined for all others. */
export async function answerListing(token: string, args: Properties, aws: AwsClients): Promise<Properties | undefined> {
  const name = token.split(":").at(-1) ?? "";
  const region = textAt(args, "region") ?? ACCOUNT.region;
  const common = { ...args, id: ACCOUNT.region, region };
  if (name === "getResources") {
    const [key = ""] = textsAt(args, "tagFilters.key");
    const types = textsAt(args, "resourceTypeFilters");
    const lists = types.flatMap((type) => OF_TAGGING_SERVICE[type] ?? []);
    // What the program itself makes is known to the sandbox.
    if (lists.length < types.length) return undefined;
    const found = (await Promise.all(lists.map(async (list) => idsOf(list, tagKey(key), aws)))).flat();
    return {
      ...common,
      resourceTagMappingLists: found.map((id) => ({ resourceArn: id, tags: {}, complianceDetails: [] })),
    };
  }
  const list = OF_FUNCTIONS[name];
  if (list === undefined) return undefined;
  const filters = listAt(args, "filters").map((filter) => ({
    Name: textAt(filter, "name"),
    Values: [...textsAt(filter, "values")],
  }));
  return { ...common, ids: await idsOf(list, filters, aws) };
}
