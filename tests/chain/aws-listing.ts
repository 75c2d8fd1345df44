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
import { account } from "../../sandbox/account";
import { listAt, textAt, textsAt, type Properties } from "../../sandbox/values";
import type { AwsClients } from "./aws-clients";

/** Ids of what passes the filters. */
type Listing = (filters: Filter[], aws: AwsClients) => Promise<readonly (string | undefined)[]>;

/** By the name of the function in the package `aws`. A terminated instance is listed by EC2 for a while, and is none. */
const listings: Readonly<Record<string, Listing>> = {
  getInstances: async (Filters, { ec2 }) => {
    const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({ Filters }));
    return Reservations.flatMap(({ Instances = [] }) => Instances)
      .filter(({ State }) => State?.Name !== "terminated")
      .map(({ InstanceId }) => InstanceId);
  },
  getEbsVolumes: async (Filters, { ec2 }) =>
    ((await ec2.send(new DescribeVolumesCommand({ Filters }))).Volumes ?? []).map(({ VolumeId }) => VolumeId),
  getNetworkInterfaces: async (Filters, { ec2 }) =>
    ((await ec2.send(new DescribeNetworkInterfacesCommand({ Filters }))).NetworkInterfaces ?? []).map(
      ({ NetworkInterfaceId }) => NetworkInterfaceId,
    ),
  getSecurityGroups: async (Filters, { ec2 }) =>
    ((await ec2.send(new DescribeSecurityGroupsCommand({ Filters }))).SecurityGroups ?? []).map(
      ({ GroupId }) => GroupId,
    ),
};

/** By the names of the tagging service, which does not know these kinds in moto: their own services are asked. */
const byTagKey: Readonly<Record<string, (key: string, aws: AwsClients) => Promise<readonly string[]>>> = {
  "ec2:launch-template": async (key, { ec2 }) => {
    const Filters = [{ Name: "tag-key", Values: [key] }];
    const { LaunchTemplates = [] } = await ec2.send(new DescribeLaunchTemplatesCommand({ Filters }));
    return LaunchTemplates.map(({ LaunchTemplateId = "" }) => LaunchTemplateId);
  },
  "iam:instance-profile": async (key, { iam }) => {
    const { InstanceProfiles = [] } = await iam.send(new ListInstanceProfilesCommand({}));
    const profiles = await Promise.all(
      // moto leaves the tags out of the list.
      InstanceProfiles.map(async ({ InstanceProfileName }) =>
        iam.send(new GetInstanceProfileCommand({ InstanceProfileName })),
      ),
    );
    return profiles.flatMap(({ InstanceProfile }) =>
      InstanceProfile?.Tags?.some(({ Key }) => Key === key) === true ? [InstanceProfile.InstanceProfileName ?? ""] : [],
    );
  },
};

/** The kinds of things that a cluster's controllers make, and who lists each. */
const KINDS: Readonly<Record<string, string>> = {
  instances: "getInstances",
  volumes: "getEbsVolumes",
  "network interfaces": "getNetworkInterfaces",
  "security groups": "getSecurityGroups",
  "launch templates": "ec2:launch-template",
  "instance profiles": "iam:instance-profile",
};

/** By kind, the ids of everything that has a tag of this key. */
export async function listByTagKey(key: string, aws: AwsClients): Promise<Readonly<Record<string, readonly string[]>>> {
  const lists = Object.entries(KINDS).map(async ([kind, name]) => {
    const ids =
      (await listings[name]?.([{ Name: "tag-key", Values: [key] }], aws)) ?? (await byTagKey[name]?.(key, aws));
    return [kind, ids?.flatMap((id) => id ?? []) ?? []] as const;
  });
  return Object.fromEntries(await Promise.all(lists));
}

/** Answers a function of the package `aws` that lists; undefined for all others. */
export async function answerListing(token: string, args: Properties, aws: AwsClients): Promise<Properties | undefined> {
  const name = token.split(":").at(-1) ?? "";
  const region = textAt(args, "region") ?? account.region;
  const common = { ...args, id: account.region, region };
  if (name === "getResources") {
    const [key = ""] = textsAt(args, "tagFilters.key");
    const lists = textsAt(args, "resourceTypeFilters").map((type) => byTagKey[type]);
    const known = lists.flatMap((list) => list ?? []);
    // What the program itself makes is known to the sandbox.
    if (known.length < lists.length) return undefined;
    const found = (await Promise.all(known.map(async (list) => list(key, aws)))).flat();
    return {
      ...common,
      resourceTagMappingLists: found.map((id) => ({ resourceArn: id, tags: {}, complianceDetails: [] })),
    };
  }
  const ids = await listings[name]?.(
    listAt(args, "filters").map((filter) => ({ Name: textAt(filter, "name"), Values: [...textsAt(filter, "values")] })),
    aws,
  );
  return ids === undefined ? undefined : { ...common, ids: ids.flatMap((id) => id ?? []) };
}
