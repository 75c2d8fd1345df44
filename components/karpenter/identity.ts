// Who Karpenter is in AWS: the controller's role and policies, and the role of the nodes that it launches.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { CONTROLLER_POLICY_NAMES, writeControllerPolicies } from "./policies";
import { createNodeRole } from "../node-role";

/** What Karpenter's identity is made from. */
export interface KarpenterIdentityArgs {
  /** Name of the cluster as AWS knows it: it is part of the keys that the policies compare. */
  readonly clusterName: pulumi.Input<string>;
  /** ARN of the cluster. */
  readonly clusterArn: pulumi.Input<string>;
  /** ARN of the interruption queue. */
  readonly queueArn: pulumi.Input<string>;
  /** Namespace that the controller runs in. */
  readonly namespace: string;
  /** Service account that the controller runs as. */
  readonly serviceAccount: string;
  /** Tags for every resource. */
  readonly tags: Readonly<Record<string, string>>;
}

function createController(
  parent: KarpenterIdentity,
  name: string,
  args: KarpenterIdentityArgs,
  nodeRoleArn: pulumi.Input<string>,
) {
  const role = new aws.iam.Role(
    `${name}-controller`,
    {
      // https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html
      assumeRolePolicy: JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: { Service: "pods.eks.amazonaws.com" },
            Action: ["sts:AssumeRole", "sts:TagSession"],
          },
        ],
      }),
      tags: args.tags,
    },
    { parent },
  );
  const documents = pulumi
    .all([args.clusterArn, args.clusterName, args.queueArn, nodeRoleArn])
    .apply(([clusterArn, clusterName, queueArn, nodeRole]) =>
      writeControllerPolicies({ clusterArn, clusterName, queueArn, nodeRoleArn: nodeRole }),
    );
  const attachments = CONTROLLER_POLICY_NAMES.map((policyName) => {
    const policy = new aws.iam.Policy(
      `${name}-${policyName}`,
      { policy: documents.apply((all) => JSON.stringify(all[policyName])), tags: args.tags },
      { parent },
    );
    return new aws.iam.RolePolicyAttachment(
      `${name}-${policyName}-attachment`,
      { role: role.name, policyArn: policy.arn },
      { parent },
    );
  });
  const association = new aws.eks.PodIdentityAssociation(
    `${name}-association`,
    {
      clusterName: args.clusterName,
      namespace: args.namespace,
      serviceAccount: args.serviceAccount,
      roleArn: role.arn,
      // AWS makes up the id: a name lets it be found when a run ended before the answer to its creation.
      tags: { ...args.tags, Name: pulumi.interpolate`${args.clusterName}-karpenter` },
    },
    { parent },
  );
  return [...attachments, association];
}

/**
 * Karpenter's identity in AWS.
 *
 * The controller gets its role through EKS Pod Identity, so the cluster needs the add-on eks-pod-identity-agent and no
 * OIDC provider. Nodes join through an access entry of type EC2_LINUX; their role is Karpenter's own, since Amazon EKS
 * refuses a second entry for the role of a managed node group.
 */
export class KarpenterIdentity extends pulumi.ComponentResource {
  /** Name of the role that Karpenter gives to nodes, for `spec.role` of an EC2NodeClass. */
  readonly nodeRoleName: pulumi.Output<string>;
  /** Attachments, pod identity association and access entry: what the controller cannot lose while it has nodes. */
  readonly ready: pulumi.Resource[];

  /**
   * @param name logical name, prefix of the names of all children, at most 44 characters so that IAM's 64 are kept.
   * @param args the cluster and queue that it is for.
   */
  constructor(name: string, args: KarpenterIdentityArgs, opts?: pulumi.ComponentResourceOptions) {
    super("eks-swap:karpenter:KarpenterIdentity", name, {}, opts);
    const node = createNodeRole(this, `${name}-node`, args);
    const accessEntry = new aws.eks.AccessEntry(
      `${name}-node-access`,
      { clusterName: args.clusterName, principalArn: node.role.arn, type: "EC2_LINUX", tags: args.tags },
      { parent: this },
    );
    const controller = createController(this, name, args, node.role.arn);
    this.nodeRoleName = node.role.name;
    this.ready = [...node.attachments, accessEntry, ...controller];
    this.registerOutputs({ nodeRoleName: this.nodeRoleName });
  }
}
