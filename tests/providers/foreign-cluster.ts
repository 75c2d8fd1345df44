// A cluster that somebody else made, without Karpenter: AWS's own clients make it.
import { DescribeSubnetsCommand, EC2Client } from "@aws-sdk/client-ec2";
import { CreateClusterCommand, CreateNodegroupCommand, DescribeClusterCommand, EKSClient } from "@aws-sdk/client-eks";
import { CreateRoleCommand, IAMClient, ListRolesCommand } from "@aws-sdk/client-iam";
import type { World } from "./world";

/** Where pools go in a cluster of somebody else's. */
export interface ForeignCluster {
  readonly name: string;
  /** Role of the nodes of the Karpenter that runs; without it Karpenter is to be installed. */
  readonly nodeRoleArn?: string;
  readonly securityGroupIds: readonly string[];
  readonly subnetIds: readonly string[];
}

/** Makes a cluster with a node group in the default VPC. */
export async function makeForeignCluster(world: World, name: string): Promise<ForeignCluster> {
  const { awsEndpoint: endpoint } = world;
  const { Subnets = [] } = await new EC2Client({ endpoint }).send(new DescribeSubnetsCommand({}));
  const subnetIds = Subnets.flatMap(({ SubnetId }) => SubnetId ?? []).slice(0, 2);
  const { Role } = await new IAMClient({ endpoint }).send(
    new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: JSON.stringify({ Statement: [] }) }),
  );
  const eks = eksOf(world);
  await eks.send(
    new CreateClusterCommand({
      name,
      version: "1.36",
      roleArn: Role?.Arn,
      resourcesVpcConfig: { subnetIds },
      accessConfig: { authenticationMode: "API" },
    }),
  );
  await eks.send(
    new CreateNodegroupCommand({ clusterName: name, nodegroupName: "system", nodeRole: Role?.Arn, subnets: subnetIds }),
  );
  return lookUp(world, name);
}

/** What somebody looks up about a cluster, to put pools into it. */
export async function lookUp(world: World, name: string): Promise<ForeignCluster> {
  const { cluster } = await eksOf(world).send(new DescribeClusterCommand({ name }));
  const { clusterSecurityGroupId = "", subnetIds = [] } = cluster?.resourcesVpcConfig ?? {};
  return { name, securityGroupIds: [clusterSecurityGroupId], subnetIds: subnetIds.slice(0, 1) };
}

/** The role that Karpenter's nodes have in a stack of the program. */
export async function findNodeRole({ awsEndpoint: endpoint }: World): Promise<string> {
  const { Roles = [] } = await new IAMClient({ endpoint }).send(new ListRolesCommand({ MaxItems: 1000 }));
  return Roles.find(({ RoleName = "" }) => RoleName.startsWith("karpenter-identity-node"))?.Arn ?? "";
}

function eksOf({ environment }: World): EKSClient {
  return new EKSClient({ endpoint: environment["AWS_ENDPOINT_URL_EKS"] ?? "" });
}
