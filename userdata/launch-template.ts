// userData for nodes that no Karpenter launches: of a launch template that a node group or an Auto Scaling group uses.
import type { SwapPlan } from "../swap/plan";
import { whyNotNodeLabel } from "../swap/label";
import { assembleUserData, MOST_USER_DATA_BYTES } from "./assembler";
import { UserDataError, type Fragment } from "./fragments";
import { swapFragments } from "./swap-fragments";

/** What Amazon EKS adds: a NodeConfig with the cluster's name, endpoint, range and certificate, and flags of the kubelet. */
const CLUSTER_PART_BYTES = 2 * 1024;

/**
 * The userData of a plan for a launch template, before base64. What Karpenter would take from an EC2NodeClass and a
 * NodePool is in a NodeConfig: kubelet settings, the array of the instance store, labels and taints. The template itself
 * must have the plan's volumes, `rootVolume` as /dev/xvda and `swapVolume` as `SWAP_DEVICE` of `eks-swap/swap`, and an
 * AL2023 EKS AMI.
 * @param before fragments that come first. Amazon EKS adds the cluster to the template of a managed node group that names
 *   no AMI (https://docs.aws.amazon.com/eks/latest/userguide/launch-templates.html); for all others one of these must be
 *   `{ kind: "node-config", spec: { cluster: { name, apiServerEndpoint, certificateAuthority, cidr } } }`
 * @throws UserDataError when the document is larger than EC2 takes, or than leaves room for what Amazon EKS adds; and when
 *   the plan has labels with which a kubelet does not start: Karpenter sets those itself, here nobody does
 */
export function renderLaunchTemplate(plan: SwapPlan, before: readonly Fragment[] = []): string {
  checkLabels(plan.labels);
  const namesCluster = before.some((fragment) => fragment.kind === "node-config" && "cluster" in fragment.spec);
  const budget = MOST_USER_DATA_BYTES - (namesCluster ? 0 : CLUSTER_PART_BYTES);
  return assembleUserData([...before, nodeConfig(plan), ...swapFragments({ ...plan, nodeConfig: null })], budget);
}

function checkLabels(labels: SwapPlan["labels"]): void {
  const refused = Object.entries(labels).flatMap(([key, value]) => {
    const why = whyNotNodeLabel(key, value);
    return why === undefined ? [] : [`${JSON.stringify(`${key}=${value}`)} (${why})`];
  });
  if (refused.length === 0) return;
  throw new UserDataError(
    `a kubelet does not start with these of the plan's labels: ${refused.join(", ")}. ` +
      "Take them out of the plan, or set them on the nodes once they have joined.",
  );
}

function nodeConfig({
  kubelet,
  nodeConfig: ofOlderKarpenter,
  taints,
  labels,
  instanceStorePolicy,
}: SwapPlan): Fragment {
  const pairs = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  return {
    kind: "node-config",
    spec: {
      kubelet: {
        config: {
          ...kubelet,
          ...ofOlderKarpenter,
          ...(taints.length === 0
            ? {}
            : { registerWithTaints: taints.map(({ key, value = "", effect }) => ({ key, value, effect })) }),
        },
        // The kubelet collects the labels of every such flag; those that Amazon EKS or nodeadm gives are kept.
        flags: [`--node-labels=${pairs.toSorted().join(",")}`],
      },
      // As nodeadm names what an EC2NodeClass calls instanceStorePolicy.
      ...(instanceStorePolicy === null ? {} : { instance: { localStorage: { strategy: instanceStorePolicy } } }),
    },
  };
}
