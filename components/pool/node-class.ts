// The EC2NodeClass of a pool, as Karpenter takes it. Plain data: `render` writes it without loading a cloud SDK.
import type * as pulumi from "@pulumi/pulumi";
import type { PlannedVolume, SwapPlan } from "../../swap/plan";
import { SWAP_DEVICE } from "../../swap/vocabulary";

/** What an EC2NodeClass is made from, besides the plan. */
export interface NodeClassArgs {
  readonly plan: SwapPlan;
  /** Undefined for a pool without swap. */
  readonly userData: string | undefined;
  /** The one term of `amiSelectorTerms`: an alias of AL2023, or the id of an AMI made from its EKS AMI. */
  readonly amiSelector: { readonly alias: string } | { readonly id: string };
  /** Name of the role of nodes; Karpenter makes the instance profile. */
  readonly nodeRoleName: pulumi.Input<string>;
  /** Terms by id: exact, and independent of tags. */
  readonly subnetSelectorTerms: pulumi.Input<readonly { readonly id: string }[]>;
  readonly securityGroupSelectorTerms: pulumi.Input<readonly { readonly id: string }[]>;
  /** Tags for instances, volumes and network interfaces. */
  readonly tags: Readonly<Record<string, string>>;
}

export const NODE_CLASS_KIND = { apiVersion: "karpenter.k8s.aws/v1", kind: "EC2NodeClass" } as const;

/** Makes `up` wait until Karpenter has accepted the object. Source: https://www.pulumi.com/registry/packages/kubernetes/installation-configuration/ */
export const WAIT_UNTIL_READY = { "pulumi.com/waitFor": "condition=Ready" } as const;

/** Device of the root volume in the AL2023 AMI. */
const ROOT_DEVICE = "/dev/xvda";

/** `metadata` and `spec`. Fields: https://github.com/aws/karpenter-provider-aws/blob/v1.15.1/pkg/apis/v1/ec2nodeclass.go */
export function describeNodeClass(args: NodeClassArgs) {
  const { plan, userData } = args;
  return {
    ...NODE_CLASS_KIND,
    metadata: { name: plan.pool, annotations: WAIT_UNTIL_READY },
    spec: {
      amiFamily: "AL2023",
      amiSelectorTerms: [args.amiSelector],
      role: args.nodeRoleName,
      subnetSelectorTerms: args.subnetSelectorTerms,
      securityGroupSelectorTerms: args.securityGroupSelectorTerms,
      kubelet: plan.kubelet,
      // Replaces Karpenter's default root volume as a whole, encryption included.
      blockDeviceMappings: [
        { deviceName: ROOT_DEVICE, rootVolume: true, ebs: describeVolume(plan.rootVolume) },
        ...(plan.swapVolume === null
          ? []
          : [{ deviceName: SWAP_DEVICE, rootVolume: false, ebs: describeVolume(plan.swapVolume) }]),
      ],
      ...(plan.instanceStorePolicy === null ? {} : { instanceStorePolicy: plan.instanceStorePolicy }),
      ...(Object.keys(args.tags).length === 0 ? {} : { tags: args.tags }),
      ...(userData === undefined ? {} : { userData }),
    },
  };
}

function describeVolume({ sizeGiB, type, iops, throughput, kmsKeyId }: PlannedVolume) {
  return {
    volumeSize: `${sizeGiB}Gi`,
    volumeType: type,
    encrypted: true,
    deleteOnTermination: true,
    ...(iops === undefined ? {} : { iops }),
    ...(throughput === undefined ? {} : { throughput }),
    ...(kmsKeyId === undefined ? {} : { kmsKeyID: kmsKeyId }),
  };
}
