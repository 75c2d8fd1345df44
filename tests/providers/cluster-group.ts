// The security group that Amazon EKS makes with each cluster: https://docs.aws.amazon.com/eks/latest/userguide/sec-group-reqs.html
import {
  CreateSecurityGroupCommand,
  DeleteSecurityGroupCommand,
  DescribeSubnetsCommand,
  EC2Client,
} from "@aws-sdk/client-ec2";

/** Where a cluster is in its account's network. */
export interface ClusterNetwork {
  readonly vpcId: string;
  readonly clusterSecurityGroupId: string;
}

/** Groups of clusters, in moto's EC2. */
export class ClusterGroups {
  readonly #ec2: EC2Client;
  readonly #groups = new Map<string, ClusterNetwork>();

  constructor(endpoint: string) {
    this.#ec2 = new EC2Client({ endpoint });
  }

  /** The network of a cluster that was made. */
  find(cluster: string): ClusterNetwork | undefined {
    return this.#groups.get(cluster);
  }

  async make(cluster: string, subnetIds: readonly string[]): Promise<void> {
    const { Subnets = [] } = await this.#ec2.send(new DescribeSubnetsCommand({ SubnetIds: [...subnetIds] }));
    const vpcId = Subnets[0]?.VpcId ?? "";
    const { GroupId = "" } = await this.#ec2.send(
      new CreateSecurityGroupCommand({
        GroupName: `eks-cluster-sg-${cluster}`,
        Description: "EKS created security group",
        VpcId: vpcId,
        TagSpecifications: [
          { ResourceType: "security-group", Tags: [{ Key: `kubernetes.io/cluster/${cluster}`, Value: "owned" }] },
        ],
      }),
    );
    this.#groups.set(cluster, { vpcId, clusterSecurityGroupId: GroupId });
  }

  async remove(cluster: string): Promise<void> {
    const network = this.#groups.get(cluster);
    if (network === undefined) return;
    this.#groups.delete(cluster);
    await this.#ec2.send(new DeleteSecurityGroupCommand({ GroupId: network.clusterSecurityGroupId }));
  }
}
