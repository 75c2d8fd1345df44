// What a cluster's controllers made in the account and left there: looked for by tag, through the stack's own provider.
import * as aws from "@pulumi/aws";
import type { Stack } from "@pulumi/pulumi/automation";
import { own } from "../../swap/own";

/** Something that is in the account and in no stack. */
export interface Orphan {
  readonly kind: OrphanKind;
  /** Id, or ARN where the kind has no id. */
  readonly id: string;
  /** Shell command that removes it, with the AWS CLI. */
  readonly remove: string;
}

/** What a cluster and its controllers leave. */
export type OrphanKind =
  | "instance"
  | "load balancer"
  | "target group"
  | "network interface"
  | "security group"
  | "volume"
  | "launch template"
  | "instance profile"
  | "log group";

/** Every kind, in the order in which they can be removed, with the command for an id and its last part. */
const REMOVALS: Readonly<Record<OrphanKind, (id: string, name: string) => string>> = {
  instance: (id) => `aws ec2 terminate-instances --instance-ids ${id}`,
  // The classic kind has no kind of its own in its ARN: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awselasticloadbalancing.html
  "load balancer": (id, name) =>
    /:loadbalancer\/(?:app|net|gwy)\//.test(id)
      ? `aws elbv2 delete-load-balancer --load-balancer-arn ${id}`
      : `aws elb delete-load-balancer --load-balancer-name ${name}`,
  "target group": (id) => `aws elbv2 delete-target-group --target-group-arn ${id}`,
  "network interface": (id) => `aws ec2 delete-network-interface --network-interface-id ${id}`,
  "security group": (id) => `aws ec2 delete-security-group --group-id ${id}`,
  volume: (id) => `aws ec2 delete-volume --volume-id ${id}`,
  "launch template": (_, name) => `aws ec2 delete-launch-template --launch-template-id ${name}`,
  "instance profile": (_, name) =>
    `aws iam remove-role-from-instance-profile --instance-profile-name ${name} --role-name "$(aws iam get-instance-profile --instance-profile-name ${name} --query InstanceProfile.Roles[0].RoleName --output text)"; aws iam delete-instance-profile --instance-profile-name ${name}`,
  "log group": (id) => `aws logs delete-log-group --log-group-name ${id}`,
};

/** Instances that cost something, or soon will. A terminated one is listed by EC2 for an hour. */
const INSTANCE_STATES = ["pending", "running", "stopping", "stopped"];

/** The region that IAM's tags are read in, by partition. Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html */
const IAM_REGIONS: Readonly<Record<string, string>> = { "aws-us-gov": "us-gov-west-1", "aws-cn": "cn-north-1" };

/**
 * What is left of a cluster: instances, volumes, launch templates and instance profiles of Karpenter, network interfaces
 * of the VPC CNI, the security group of EKS, load balancers of Services with their target groups and security groups, and
 * the log group of the control plane, which EKS makes by itself. Karpenter, EKS and the cloud controller tag all with
 * `kubernetes.io/cluster/NAME`, the AWS Load Balancer Controller with `elbv2.k8s.aws/cluster: NAME`.
 *
 * The lookup runs in a preview of another program on the same stack: the credentials, region and endpoints are those of
 * the stack's own provider, and it changes nothing. Needs `ec2:Describe*`,
 * `tag:GetResources` and `logs:DescribeLogGroups`.
 * @throws CommandError when the account refuses
 */
export async function findOrphans(stack: Stack, clusterName: string): Promise<readonly Orphan[]> {
  const found: Orphan[] = [];
  await stack.preview({
    program: async () => {
      found.push(...(await askAccount(clusterName)));
    },
  });
  const order = Object.keys(REMOVALS);
  return found.toSorted(
    (one, other) => order.indexOf(one.kind) - order.indexOf(other.kind) || one.id.localeCompare(other.id),
  );
}

async function askAccount(clusterName: string): Promise<readonly Orphan[]> {
  const owned = `kubernetes.io/cluster/${clusterName}`;
  const byKey = [{ name: "tag-key", values: [owned] }];
  // The VPC CNI has a tag of its own: https://github.com/aws/amazon-vpc-cni-k8s/blob/master/pkg/awsutils/awsutils.go
  const byNetwork = [{ name: "tag:cluster.k8s.amazonaws.com/name", values: [clusterName] }];
  const byController = [{ name: "tag:elbv2.k8s.aws/cluster", values: [clusterName] }];
  const ofController = { key: "elbv2.k8s.aws/cluster", values: [clusterName] };
  const { partition } = await aws.getPartition();
  const [instances, volumes, interfaces, ofPods, groups, groupsOfController, logs] = await Promise.all([
    aws.ec2.getInstances({ filters: byKey, instanceStateNames: INSTANCE_STATES }),
    aws.ebs.getEbsVolumes({ filters: byKey }),
    aws.ec2.getNetworkInterfaces({ filters: byKey }),
    aws.ec2.getNetworkInterfaces({ filters: byNetwork }),
    aws.ec2.getSecurityGroups({ filters: byKey }),
    aws.ec2.getSecurityGroups({ filters: byController }),
    aws.cloudwatch.getLogGroups({ logGroupNamePrefix: `/aws/eks/${clusterName}/cluster` }),
  ]);
  const [balancers, balancersOfController, targets, targetsOfController, templates, profiles] = await Promise.all([
    tagged("elasticloadbalancing:loadbalancer", { key: owned }),
    tagged("elasticloadbalancing:loadbalancer", ofController),
    tagged("elasticloadbalancing:targetgroup", { key: owned }),
    tagged("elasticloadbalancing:targetgroup", ofController),
    tagged("ec2:launch-template", { key: owned }),
    tagged("iam:instance-profile", { key: owned }, own(IAM_REGIONS, partition) ?? "us-east-1"),
  ]);
  return [
    ...of("instance", instances.ids),
    ...of("volume", volumes.ids),
    ...of("network interface", [...interfaces.ids, ...ofPods.ids]),
    ...of("security group", [...groups.ids, ...groupsOfController.ids]),
    ...of("load balancer", [...balancers, ...balancersOfController]),
    ...of("target group", [...targets, ...targetsOfController]),
    ...of("launch template", templates),
    ...of("instance profile", profiles),
    ...of("log group", logs.logGroupNames),
  ];
}

interface TagFilter {
  readonly key: string;
  readonly values?: string[];
}

/** For what no function of the provider lists. The index behind it can be minutes late. */
async function tagged(type: string, tag: TagFilter, region?: string): Promise<readonly string[]> {
  const { resourceTagMappingLists } = await aws.resourcegroupstaggingapi.getResources({
    resourceTypeFilters: [type],
    tagFilters: [tag],
    ...(region === undefined ? {} : { region }),
  });
  return resourceTagMappingLists.map(({ resourceArn }) => resourceArn);
}

function of(kind: OrphanKind, ids: readonly string[]): readonly Orphan[] {
  return [...new Set(ids)].map((id) => ({ kind, id, remove: REMOVALS[kind](id, id.split("/").at(-1) ?? id) }));
}
