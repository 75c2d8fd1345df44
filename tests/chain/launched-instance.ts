// What EC2 would make an instance of: its type, its launch template, the userData in it.
import {
  CreateTagsCommand,
  DeleteNetworkInterfaceCommand,
  DescribeInstanceAttributeCommand,
  DescribeInstanceTypesCommand,
  DescribeLaunchTemplatesCommand,
  DescribeLaunchTemplateVersionsCommand,
  ModifyInstanceAttributeCommand,
  type EC2Client,
  type Instance,
  type Tag,
} from "@aws-sdk/client-ec2";
import { GIB } from "../../swap/quantity";

/** An instance as a machine needs it. */
export interface LaunchedInstance {
  readonly id: string;
  readonly instanceType: string;
  readonly zone: string;
  /** Its private DNS name, which is the name of its node. */
  readonly nodeName: string;
  readonly memoryMiB: number;
  readonly instanceStoreGiB: readonly number[];
  readonly rootGiB: number;
  /** What its launch template says, and moto does not do. */
  readonly securityGroupIds: readonly string[];
  readonly networkInterfaceTags: readonly Tag[];
  readonly networkInterfaceIds: readonly string[];
  /** Decoded. */
  readonly userData: string;
}

/** The device of the root volume of EKS's AMIs, as EC2NodeClasses name it. */
const ROOT_DEVICE = "/dev/xvda";

/** Reads what EC2 knows of an instance. */
export async function describeLaunched(ec2: EC2Client, instance: Instance): Promise<LaunchedInstance> {
  const id = given("InstanceId", instance.InstanceId);
  const attribute = await ec2.send(new DescribeInstanceAttributeCommand({ InstanceId: id, Attribute: "userData" }));
  const encoded = given("UserData", attribute.UserData?.Value);
  const instanceType = given("InstanceType", instance.InstanceType);
  const { InstanceTypes = [] } = await ec2.send(new DescribeInstanceTypesCommand({ InstanceTypes: [instanceType] }));
  const [type] = InstanceTypes;
  const interfaces = instance.NetworkInterfaces ?? [];
  const disks = type?.InstanceStorageInfo?.Disks ?? [];
  return {
    id,
    instanceType,
    zone: given("AvailabilityZone", instance.Placement?.AvailabilityZone),
    nodeName: given("PrivateDnsName", instance.PrivateDnsName),
    memoryMiB: given("SizeInMiB", type?.MemoryInfo?.SizeInMiB),
    // EC2 counts these in decimal gigabytes.
    instanceStoreGiB: disks.flatMap(({ SizeInGB = 0, Count = 0 }) =>
      Array.from({ length: Count }, () => Math.floor((SizeInGB * 1e9) / GIB)),
    ),
    networkInterfaceIds: interfaces.flatMap(({ NetworkInterfaceId = [] }) => NetworkInterfaceId),
    ...(await readTemplate(ec2, encoded)),
    userData: Buffer.from(encoded, "base64").toString("utf8"),
  };
}

/** moto leaves all of this out of an instance of a fleet, and does not say which launch template it has. */
async function readTemplate(
  ec2: EC2Client,
  userData: string,
): Promise<Pick<LaunchedInstance, "rootGiB" | "securityGroupIds" | "networkInterfaceTags">> {
  const { LaunchTemplates = [] } = await ec2.send(new DescribeLaunchTemplatesCommand({}));
  for (const { LaunchTemplateId } of LaunchTemplates) {
    const { LaunchTemplateVersions = [] } = await ec2.send(
      new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId, Versions: ["$Latest"] }),
    );
    for (const { LaunchTemplateData: data } of LaunchTemplateVersions) {
      if (data?.UserData !== userData) continue;
      const root = data.BlockDeviceMappings?.find(({ DeviceName }) => DeviceName === ROOT_DEVICE);
      const groups = data.NetworkInterfaces?.flatMap(({ Groups = [] }) => Groups) ?? [];
      return {
        rootGiB: given("VolumeSize", root?.Ebs?.VolumeSize),
        securityGroupIds: [...(data.SecurityGroupIds ?? []), ...groups],
        networkInterfaceTags: (data.TagSpecifications ?? [])
          .filter(({ ResourceType }) => ResourceType === "network-interface")
          .flatMap(({ Tags = [] }) => Tags),
      };
    }
  }
  throw new Error("no launch template has the userData of the instance");
}

/** What EC2 does at a launch: groups, for Karpenter replaces an instance with others, and tags of the interfaces. */
export async function completeLaunch(ec2: EC2Client, launched: LaunchedInstance): Promise<void> {
  const { id, securityGroupIds, networkInterfaceIds, networkInterfaceTags } = launched;
  await ec2.send(new ModifyInstanceAttributeCommand({ InstanceId: id, Groups: [...securityGroupIds] }));
  if (networkInterfaceTags.length === 0) return;
  await ec2.send(new CreateTagsCommand({ Resources: [...networkInterfaceIds], Tags: [...networkInterfaceTags] }));
}

/** What EC2 does at a termination: the interfaces of a launch go with the instance. */
export async function completeTermination(ec2: EC2Client, { networkInterfaceIds }: LaunchedInstance): Promise<void> {
  for (const NetworkInterfaceId of networkInterfaceIds) {
    await ec2.send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId }));
  }
}

function given<T>(what: string, value: T | undefined): T {
  if (value === undefined) throw new Error(`the instance has no ${what}`);
  return value;
}
