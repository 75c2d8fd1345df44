// Which labels, taints and requirements a NodePool may name.
// Rules: https://github.com/kubernetes-sigs/karpenter/blob/v1.15.0/pkg/apis/v1/labels.go (restricted and well-known labels)
import { readLabelKey } from "../../swap/label";

/** Labels of Karpenter's own domains that a NodePool may require. */
const WELL_KNOWN = [
  "karpenter.sh/capacity-type",
  "karpenter.k8s.aws/ec2nodeclass",
  ...[
    "capability-flex",
    "category",
    "cpu",
    "cpu-manufacturer",
    "cpu-sustained-clock-speed-mhz",
    "ebs-bandwidth",
    "encryption-in-transit-supported",
    "family",
    "generation",
    "gpu-count",
    "gpu-manufacturer",
    "gpu-memory",
    "gpu-name",
    "hypervisor",
    "accelerator-count",
    "accelerator-manufacturer",
    "accelerator-name",
    "local-nvme",
    "memory",
    "network-bandwidth",
    "size",
    "tenancy",
  ].map((name) => `karpenter.k8s.aws/instance-${name}`),
];

/** Karpenter sets these itself: https://karpenter.sh/docs/concepts/nodepools/#spectemplatemetadatalabels */
const FORBIDDEN = ["karpenter.sh/nodepool", "kubernetes.io/hostname"];

/** The API server takes whatever ends like these for Karpenter's own, in the CEL rules of NodePool: of-karpenter.sh/team too. */
const RESTRICTED_ENDS = ["karpenter.sh", "karpenter.k8s.aws"];
const OUR_DOMAIN = "eks-swap";

/** Why a NodePool may not name this key, or undefined. Well-known labels may be required, not set. */
export function whyNotLabelKey(key: string, required: boolean): string | undefined {
  const parts = readLabelKey(key);
  if (parts === undefined) return "it is not a qualified name such as example.com/team";
  const { domain, name } = parts;
  if (FORBIDDEN.includes(key)) return "Karpenter sets it itself";
  if (required && WELL_KNOWN.includes(key)) return undefined;
  if (domain === OUR_DOMAIN || domain?.endsWith(`.${OUR_DOMAIN}`) === true)
    return `the domain ${OUR_DOMAIN} is reserved`;
  const restricted = RESTRICTED_ENDS.find((end) => (domain ?? name).endsWith(end));
  return restricted === undefined ? undefined : `what ends in ${restricted} is reserved`;
}
