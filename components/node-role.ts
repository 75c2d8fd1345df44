// The IAM role of worker nodes: the same for the managed node group and for what Karpenter launches, never one for both.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { findServiceSuffix, parseArn } from "./arn";

/**
 * What a node needs: to give pods addresses, to describe its cluster, to pull images, and to be reached by Session
 * Manager (https://karpenter.sh/docs/reference/cloudformation/#karpenternoderole).
 */
const NODE_POLICY_NAMES = [
  "AmazonEKS_CNI_Policy",
  "AmazonEKSWorkerNodePolicy",
  "AmazonEC2ContainerRegistryPullOnly",
  "AmazonSSMManagedInstanceCore",
] as const;

/** A node role and the attachments without which a node with it cannot join. */
export interface NodeRole {
  /** The role. */
  readonly role: aws.iam.Role;
  /** One attachment for each policy of {@link NODE_POLICY_NAMES}. */
  readonly attachments: readonly aws.iam.RolePolicyAttachment[];
}

/**
 * Creates a node role. Pulumi makes the role's name: names in IAM are global, and two regions may hold clusters of one name.
 *
 * @param parent the component that the resources belong to.
 * @param name logical name of the role, at most 56 characters, since IAM allows 64 and Pulumi adds 8.
 * @param args the cluster whose partition the role is made for, and the role's tags.
 */
export function createNodeRole(
  parent: pulumi.Resource,
  name: string,
  args: { readonly clusterArn: pulumi.Input<string>; readonly tags: Readonly<Record<string, string>> },
): NodeRole {
  const partition = pulumi.output(args.clusterArn).apply((arn) => parseArn(arn).partition);
  const role = new aws.iam.Role(
    name,
    {
      assumeRolePolicy: pulumi.jsonStringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: { Service: pulumi.interpolate`ec2.${partition.apply(findServiceSuffix)}` },
            Action: "sts:AssumeRole",
          },
        ],
      }),
      tags: args.tags,
    },
    { parent },
  );
  const attachments = NODE_POLICY_NAMES.map(
    (policy) =>
      new aws.iam.RolePolicyAttachment(
        `${name}-${policy}`,
        { role: role.name, policyArn: pulumi.interpolate`arn:${partition}:iam::aws:policy/${policy}` },
        { parent },
      ),
  );
  return { role, attachments };
}
