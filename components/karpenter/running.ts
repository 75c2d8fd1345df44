// A Karpenter that runs already in an existing cluster: nothing is installed, and what swap pools need of it is checked.
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { parseArn } from "../arn";

/** Arguments of {@link RunningKarpenter}. */
export interface RunningKarpenterArgs {
  /**
   * ARN of the role that Karpenter gives to nodes, the one that its `iam:PassRole` names.
   *
   * @example "arn:aws:iam::123456789012:role/KarpenterNodeRole-mine"
   */
  readonly nodeRoleArn: string;
  /** Whether the pools rely on every kubelet setting in `spec.kubelet` of an EC2NodeClass, as from Karpenter 1.15 on. */
  readonly needsOpenKubelet: boolean;
  /** Provider for the cluster. */
  readonly provider: kubernetes.Provider;
}

const CRD_NAME = "ec2nodeclasses.karpenter.k8s.aws";

/**
 * A Karpenter that runs already: checked, never changed. Where the pools need it, the cluster's own CRD is read, in a
 * preview too: an API server silently drops fields that a CRD does not have, and nodes would then join without swap or
 * not at all. The update fails when the CRD drops them.
 *
 * @example
 * ```ts
 * const { nodeRoleName, ready } = new RunningKarpenter("karpenter", {
 *   nodeRoleArn: "arn:aws:iam::123456789012:role/KarpenterNodeRole-mine",
 *   needsOpenKubelet: true,
 *   provider: cluster.provider,
 * });
 * ```
 */
export class RunningKarpenter extends pulumi.ComponentResource {
  /** Name of the role of nodes, for `spec.role` of an EC2NodeClass. */
  readonly nodeRoleName: pulumi.Output<string>;
  /** What an EC2NodeClass and a NodePool depend on. */
  readonly ready: pulumi.Resource[];

  /**
   * @param name logical name, prefix of the names of all children.
   * @param args which Karpenter.
   */
  constructor(name: string, args: RunningKarpenterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("eks-swap:karpenter:RunningKarpenter", name, {}, opts);
    this.ready = args.needsOpenKubelet ? [readNodeClassKind(this, name, args.provider)] : [];
    this.nodeRoleName = pulumi.output(parseArn(args.nodeRoleArn).resource.split("/").at(-1) ?? "");
    this.registerOutputs({ nodeRoleName: this.nodeRoleName });
  }
}

function readNodeClassKind(parent: RunningKarpenter, name: string, provider: kubernetes.Provider): pulumi.Resource {
  const kind = kubernetes.apiextensions.v1.CustomResourceDefinition.get(`${name}-node-class-kind`, CRD_NAME, {
    parent,
    provider,
  });
  kind.spec.apply(({ versions }) => {
    const served = versions.find((version) => version.name === "v1");
    if (keepsUnknownKubeletFields(served?.schema.openAPIV3Schema)) return;
    throw new pulumi.RunError(
      `the CRD ${CRD_NAME} in the cluster drops failSwapOn and memorySwap from spec.kubelet: it is of a Karpenter before 1.15. ` +
        "Upgrade the karpenter-crd chart, or set eks-swap:karpenter.version to the version that really runs.",
    );
  });
  return kind;
}

/** Looks for `x-kubernetes-preserve-unknown-fields` at `spec.kubelet`, by which the API server keeps what it does not know. */
function keepsUnknownKubeletFields(
  schema: kubernetes.types.output.apiextensions.v1.JSONSchemaProps | undefined,
): boolean {
  const kubelet: object = schema?.properties["spec"]?.properties["kubelet"] ?? {};
  return ["x-kubernetes-preserve-unknown-fields", "x_kubernetes_preserve_unknown_fields"].some(
    (key) => Reflect.get(kubelet, key) === true,
  );
}
