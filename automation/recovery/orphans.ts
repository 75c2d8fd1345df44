// What a cluster's controllers made in the account and left there: looked for by tag, through the stack's own provider.
import * as aws from "@pulumi/aws";
import type { Stack } from "@pulumi/pulumi/automation";

/** Something that is in the account and in no stack. */
export interface Orphan {
  readonly kind:
    | "instance"
    | "volume"
    | "network interface"
    | "security group"
    | "launch template"
    | "instance profile";
  /** Id, or ARN where the kind has no id. */
  readonly id: string;
}

/** Instances that cost something, or soon will. A terminated one is listed by EC2 for an hour. */
const INSTANCE_STATES = ["pending", "running", "stopping", "stopped"];

/** The region that IAM's tags are read in, by partition. Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html */
const IAM_REGIONS: Readonly<Record<string, string>> = { "aws-us-gov": "us-gov-west-1", "aws-cn": "cn-north-1" };

/**
 * What is left of a cluster: instances, volumes, launch templates and instance profiles of Karpenter, network interfaces
 * of the VPC CNI, the security group of EKS. Karpenter and EKS tag all with `kubernetes.io/cluster/NAME`.
 *
 * The lookup runs in a preview of another program on the same stack: the credentials, region and endpoints are those of
 * the stack's own provider, and it changes nothing. Needs `ec2:Describe*` and `tag:GetResources`.
 * @throws CommandError when the account refuses
 */
export async function findOrphans(stack: Stack, clusterName: string): Promise<readonly Orphan[]> {
  const found: Orphan[] = [];
  await stack.preview({
    program: async () => {
      found.push(...(await askAccount(clusterName)));
    },
  });
  return found.toSorted((one, other) => one.kind.localeCompare(other.kind) || one.id.localeCompare(other.id));
}

async function askAccount(clusterName: string): Promise<readonly Orphan[]> {
  const owned = `kubernetes.io/cluster/${clusterName}`;
  const byKey = [{ name: "tag-key", values: [owned] }];
  // The VPC CNI has a tag of its own: https://github.com/aws/amazon-vpc-cni-k8s/blob/master/pkg/awsutils/awsutils.go
  const byNetwork = [{ name: "tag:cluster.k8s.amazonaws.com/name", values: [clusterName] }];
  const { partition } = await aws.getPartition();
  const [instances, volumes, interfaces, ofPods, groups, templates, profiles] = await Promise.all([
    aws.ec2.getInstances({ filters: byKey, instanceStateNames: INSTANCE_STATES }),
    aws.ebs.getEbsVolumes({ filters: byKey }),
    aws.ec2.getNetworkInterfaces({ filters: byKey }),
    aws.ec2.getNetworkInterfaces({ filters: byNetwork }),
    aws.ec2.getSecurityGroups({ filters: byKey }),
    tagged("ec2:launch-template", owned),
    tagged("iam:instance-profile", owned, IAM_REGIONS[partition] ?? "us-east-1"),
  ]);
  return [
    ...of("instance", instances.ids),
    ...of("volume", volumes.ids),
    ...of("network interface", [...new Set([...interfaces.ids, ...ofPods.ids])]),
    ...of("security group", groups.ids),
    ...of("launch template", templates),
    ...of("instance profile", profiles),
  ];
}

/** For what no function of the provider lists. The index behind it can be minutes late. */
async function tagged(type: string, key: string, region?: string): Promise<readonly string[]> {
  const { resourceTagMappingLists } = await aws.resourcegroupstaggingapi.getResources({
    resourceTypeFilters: [type],
    tagFilters: [{ key }],
    ...(region === undefined ? {} : { region }),
  });
  return resourceTagMappingLists.map(({ resourceArn }) => resourceArn);
}

function of(kind: Orphan["kind"], ids: readonly string[]): readonly Orphan[] {
  return ids.map((id) => ({ kind, id }));
}
