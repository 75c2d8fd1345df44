// userData for nodes that no Karpenter launches: of a launch template that a node group or an Auto Scaling group uses.
import type { SwapPlan } from "../swap/plan";
import type { Fragment } from "./fragments";
import { swapFragments } from "./swap-fragments";

/**
 * The fragments of a plan for a launch template. What Karpenter would take from an EC2NodeClass and a NodePool is in a
 * NodeConfig: kubelet settings, the array of the instance store, labels and taints. The template itself must have the
 * plan's volumes, `rootVolume` as /dev/xvda and `swapVolume` as `SWAP_DEVICE`, and an AL2023 EKS AMI.
 *
 * The cluster's name, endpoint, certificate and range are not in them: Amazon EKS adds these to the template of a managed
 * node group that names no AMI (https://docs.aws.amazon.com/eks/latest/userguide/launch-templates.html); for all others
 * put a fragment of kind `node-config` with `spec.cluster` before these.
 */
export function launchTemplateFragments(plan: SwapPlan): readonly Fragment[] {
  const labels = Object.entries(plan.labels).toSorted(([left], [right]) => (left < right ? -1 : 1));
  return [
    {
      kind: "node-config",
      spec: {
        kubelet: {
          config: {
            ...plan.kubelet,
            ...plan.nodeConfig,
            ...(plan.taints.length === 0 ? {} : { registerWithTaints: plan.taints.map(withValue) }),
          },
          // The kubelet collects the labels of every such flag; those that Amazon EKS or nodeadm gives are kept.
          flags: [`--node-labels=${labels.map(([key, value]) => `${key}=${value}`).join(",")}`],
        },
        // As nodeadm names what an EC2NodeClass calls instanceStorePolicy.
        ...(plan.instanceStorePolicy === null
          ? {}
          : { instance: { localStorage: { strategy: plan.instanceStorePolicy } } }),
      },
    },
    ...swapFragments({ ...plan, nodeConfig: null }),
  ];
}

function withValue({ key, value = "", effect }: SwapPlan["taints"][number]) {
  return { key, value, effect };
}
