// The managed node group for what must run before Karpenter can launch anything: CoreDNS and Karpenter itself.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { chooseAmiType } from "./ami-type";
import { createNodeRole, type NodeRole } from "../node-role";

/**
 * Size and kind of the system nodes, with `min` ≤ `desired` ≤ `max`.
 *
 * @example { instanceTypes: ["m7g.large"], min: 2, max: 3, desired: 2 }
 */
export interface SystemNodes {
  /** Instance types, at least one and all of one architecture; the AMI follows from them. */
  readonly instanceTypes: readonly string[];
  /** Fewest nodes, 1 to 450. Karpenter's two replicas need two nodes, in two zones. */
  readonly min: number;
  /** Most nodes, 1 to 450. */
  readonly max: number;
  /** How many nodes to run, 1 to 450. */
  readonly desired: number;
}

/** What the node group is made from. */
export interface SystemNodesArgs {
  /** Name of the cluster that the nodes join. */
  readonly clusterName: pulumi.Input<string>;
  /** ARN of that cluster. */
  readonly clusterArn: pulumi.Input<string>;
  /** Kubernetes minor version: an upgrade of the cluster replaces these nodes as well. */
  readonly kubernetesVersion: string;
  /** Ids of the private subnets that the nodes run in. */
  readonly privateSubnetIds: pulumi.Input<string[]>;
  /** Size and kind. */
  readonly systemNodes: SystemNodes;
  /** Tags for the role and the group; Amazon EKS does not pass them on to instances. */
  readonly tags: Readonly<Record<string, string>>;
}

/** The node group with its role. */
export interface SystemNodeGroup extends NodeRole {
  /** The group. */
  readonly nodeGroup: aws.eks.NodeGroup;
}

/**
 * Creates the system nodes.
 *
 * `aws.eks.NodeGroup` and not `eks.ManagedNodeGroup`: the latter is the same resource behind a plug-in, which hides its
 * inputs from tests and adds nothing that we use. Amazon EKS makes the access entry of the role itself; a second one
 * for it is refused with ResourceInUseException, hence the role of its own.
 *
 * @param dependsOn the add-ons that nodes cannot be Ready without, and the network's way out.
 * @throws RangeError when the instance types are of several architectures.
 */
export function createSystemNodes(
  parent: pulumi.Resource,
  name: string,
  args: SystemNodesArgs,
  dependsOn: readonly pulumi.Resource[],
): SystemNodeGroup {
  const { role, attachments } = createNodeRole(parent, `${name}-node`, args);
  const nodeGroup = new aws.eks.NodeGroup(
    `${name}-nodes`,
    {
      clusterName: args.clusterName,
      nodeRoleArn: role.arn,
      subnetIds: args.privateSubnetIds,
      version: args.kubernetesVersion,
      amiType: chooseAmiType(args.systemNodes.instanceTypes),
      instanceTypes: [...args.systemNodes.instanceTypes],
      scalingConfig: {
        minSize: args.systemNodes.min,
        maxSize: args.systemNodes.max,
        desiredSize: args.systemNodes.desired,
      },
      // One at a time keeps one of Karpenter's replicas running while the group's nodes are replaced.
      updateConfig: { maxUnavailable: 1 },
      tags: args.tags,
    },
    { parent, dependsOn: [...attachments, ...dependsOn] },
  );
  return { role, attachments, nodeGroup };
}
