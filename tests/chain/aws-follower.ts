// Makes in moto what Karpenter looks up there: network, cluster, roles, queue and rules.
import { CreateSecurityGroupCommand, CreateSubnetCommand, CreateVpcCommand } from "@aws-sdk/client-ec2";
import { DeleteSecurityGroupCommand, DeleteSubnetCommand, DeleteVpcCommand } from "@aws-sdk/client-ec2";
import { DescribeSubnetsCommand } from "@aws-sdk/client-ec2";
import { CreateClusterCommand, CreateNodegroupCommand } from "@aws-sdk/client-eks";
import { DeleteClusterCommand, DeleteNodegroupCommand } from "@aws-sdk/client-eks";
import {
  DeleteRuleCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from "@aws-sdk/client-eventbridge";
import {
  CreateRoleCommand,
  DeleteRoleCommand,
  ListInstanceProfilesForRoleCommand,
  RemoveRoleFromInstanceProfileCommand,
} from "@aws-sdk/client-iam";
import { CreateQueueCommand, DeleteQueueCommand } from "@aws-sdk/client-sqs";
import { AWS_TYPES } from "../../sandbox/aws/types";
import type { Followed, Follower } from "../../sandbox/provider/follower";
import { isProperties, textAt, textsAt, propertyAt, type Properties } from "../../sandbox/provider/values";
import { answerListing } from "./aws-listing";
import { awsClients, tagged, type AwsClients } from "./aws-clients";
import type { ChainSettings } from "./settings";

interface Recipe {
  readonly create: (inputs: Properties, aws: AwsClients, settings: ChainSettings) => Promise<Followed>;
  readonly delete: (id: string, outputs: Properties, aws: AwsClients) => Promise<unknown>;
}

const RECIPES: Readonly<Record<string, Recipe>> = {
  [AWS_TYPES.vpc]: {
    create: async (inputs, { ec2 }) => {
      const { Vpc } = await ec2.send(
        new CreateVpcCommand({ CidrBlock: text(inputs, "cidrBlock"), ...tagged("vpc", tagsOf(inputs)) }),
      );
      return { id: known("VpcId", Vpc?.VpcId) };
    },
    delete: async (id, _, { ec2 }) => ec2.send(new DeleteVpcCommand({ VpcId: id })),
  },
  [AWS_TYPES.subnet]: {
    create: async (inputs, { ec2 }) => {
      const { Subnet } = await ec2.send(
        new CreateSubnetCommand({
          VpcId: text(inputs, "vpcId"),
          CidrBlock: text(inputs, "cidrBlock"),
          AvailabilityZone: text(inputs, "availabilityZone"),
          ...tagged("subnet", tagsOf(inputs)),
        }),
      );
      return { id: known("SubnetId", Subnet?.SubnetId) };
    },
    delete: async (id, _, { ec2 }) => ec2.send(new DeleteSubnetCommand({ SubnetId: id })),
  },
  [AWS_TYPES.role]: {
    create: async (inputs, { iam }) => {
      const [RoleName, AssumeRolePolicyDocument] = [text(inputs, "name"), text(inputs, "assumeRolePolicy")];
      await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument, Tags: tagsOf(inputs) }));
      return {};
    },
    delete: async (id, _, { iam }) => {
      // As the provider does: https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/iam/role.go
      const { InstanceProfiles = [] } = await iam.send(new ListInstanceProfilesForRoleCommand({ RoleName: id }));
      for (const { InstanceProfileName } of InstanceProfiles) {
        await iam.send(new RemoveRoleFromInstanceProfileCommand({ InstanceProfileName, RoleName: id }));
      }
      await iam.send(new DeleteRoleCommand({ RoleName: id }));
    },
  },
  [AWS_TYPES.cluster]: {
    create: createCluster,
    delete: async (id, outputs, { eks, ec2 }) => {
      await eks.send(new DeleteClusterCommand({ name: id }));
      // EKS takes its own group along.
      await ec2.send(new DeleteSecurityGroupCommand({ GroupId: text(outputs, "vpcConfig.clusterSecurityGroupId") }));
    },
  },
  [AWS_TYPES.nodeGroup]: {
    create: async (inputs, { eks }) => {
      await eks.send(
        new CreateNodegroupCommand({
          clusterName: text(inputs, "clusterName"),
          nodegroupName: text(inputs, "nodeGroupName"),
          nodeRole: text(inputs, "nodeRoleArn"),
          subnets: [...textsAt(inputs, "subnetIds")],
        }),
      );
      return {};
    },
    delete: async (_, outputs, { eks }) =>
      eks.send(
        new DeleteNodegroupCommand({
          clusterName: text(outputs, "clusterName"),
          nodegroupName: text(outputs, "nodeGroupName"),
        }),
      ),
  },
  [AWS_TYPES.queue]: {
    create: async (inputs, { sqs }) => {
      const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: text(inputs, "name") }));
      return { id: known("QueueUrl", QueueUrl) };
    },
    delete: async (id, _, { sqs }) => sqs.send(new DeleteQueueCommand({ QueueUrl: id })),
  },
  [AWS_TYPES.eventRule]: {
    create: async (inputs, { events }) => {
      await events.send(
        new PutRuleCommand({ Name: text(inputs, "name"), EventPattern: textAt(inputs, "eventPattern") }),
      );
      return {};
    },
    delete: async (id, _, { events }) => events.send(new DeleteRuleCommand({ Name: id })),
  },
  [AWS_TYPES.eventTarget]: {
    create: async (inputs, { events }) => {
      const Targets = [{ Id: text(inputs, "targetId"), Arn: text(inputs, "arn") }];
      await events.send(new PutTargetsCommand({ Rule: text(inputs, "rule"), Targets }));
      return {};
    },
    delete: async (_, outputs, { events }) =>
      events.send(new RemoveTargetsCommand({ Rule: text(outputs, "rule"), Ids: [text(outputs, "targetId")] })),
  },
};

/** The cluster of moto, whose API server is the control plane of this machine. */
async function createCluster(
  inputs: Properties,
  { ec2, eks }: AwsClients,
  { controlPlane }: ChainSettings,
): Promise<Followed> {
  const name = text(inputs, "name");
  const subnetIds = [...textsAt(inputs, "vpcConfig.subnetIds")];
  const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({ SubnetIds: subnetIds }));
  const { GroupId } = await ec2.send(
    new CreateSecurityGroupCommand({
      GroupName: `eks-cluster-sg-${name}`,
      Description: "EKS created security group",
      VpcId: Subnets[0]?.VpcId,
      ...tagged("security-group", [{ Key: `kubernetes.io/cluster/${name}`, Value: "owned" }]),
    }),
  );
  const securityGroupId = known("GroupId", GroupId);
  await eks.send(
    new CreateClusterCommand({
      name,
      roleArn: text(inputs, "roleArn"),
      version: textAt(inputs, "version"),
      resourcesVpcConfig: { subnetIds, securityGroupIds: [securityGroupId] },
    }),
  );
  const certificateAuthority = Buffer.from(controlPlane.certificateAuthority).toString("base64");
  return { memory: { securityGroupId, endpoint: controlPlane.url, certificateAuthority } };
}

function tagsOf(inputs: Properties): { Key: string; Value: string }[] {
  const tags = propertyAt(inputs, "tags");
  return Object.entries(isProperties(tags) ? tags : {}).flatMap(([Key, Value]) =>
    typeof Value === "string" ? [{ Key, Value }] : [],
  );
}

function text(properties: Properties, path: string): string {
  return known(path, textAt(properties, path));
}

function known(what: string, value: string | undefined): string {
  if (value === undefined) throw new Error(`there is no ${what}`);
  return value;
}

/** Follows the package `aws`. What has no recipe here is nothing that Karpenter or a node looks at. */
export function followAws(settings: ChainSettings): Follower {
  const aws = awsClients(settings.awsEndpoint);
  return {
    create: async (type, inputs) => (await RECIPES[type]?.create(inputs, aws, settings)) ?? {},
    update: async () => undefined,
    delete: async ({ type, id, outputs }) => {
      await RECIPES[type]?.delete(id, outputs, aws);
    },
    problems: async () => [],
    call: async (token, args) => answerListing(token, args, aws),
  };
}
