// Problems of pools and tags.
import type { CatalogueEntries } from "./entry";

export const POOL_ENTRIES = {
  "no-pools": {
    severity: "warning",
    rule: "has no pool, so that no node has swap",
    remedy: "Add a pool, as in Pulumi.dev.yaml.",
  },
  "pool-name": {
    severity: "error",
    rule: "must be 1 to 63 lower-case letters, digits and hyphens, and begin and end with a letter or digit: it names the NodePool, the EC2NodeClass and a label's value",
    remedy: "Rename the pool, as in ebs or instance-store.",
  },
  quantity: { severity: "error", rule: "is not a Kubernetes quantity", remedy: "Write it as in 30Gi, 512Mi or 4." },
  "limit-name": {
    severity: "error",
    rule: "is no resource of a node: Karpenter would never reach such a limit",
    remedy:
      "Use cpu, memory, ephemeral-storage, pods, nodes or hugepages-2Mi, or a resource with its domain, as in nvidia.com/gpu.",
  },
  "swap-size": {
    severity: "error",
    rule: "must be a whole number of MiB from 1Gi to {most}, a percentage of the node's RAM from 1% to 400%, or 0 for a pool without swap",
    remedy: "Write it as in 30Gi or 50%.",
  },
  "max-size": {
    severity: "error",
    rule: "must be a whole number of MiB from 1Gi to {most}",
    remedy: "Write it as in 64Gi.",
  },
  "max-size-missing": {
    severity: "error",
    rule: "is required when size is a percentage and {backing} is a backing: the volume is sized before Karpenter chooses an instance type",
    remedy: "Set it to {advice}.",
  },
  "max-size-unneeded": {
    severity: "warning",
    rule: "is more than any node of this pool uses: its requirements allow at most {largest} of memory, of which {memoryPercent}% are swap, and volumes are paid for by their size",
    remedy: "Lower it to {advised}.",
  },
  "max-size-short": {
    severity: "warning",
    rule: "is too small for {memoryPercent}% of the largest memory that this pool's requirements allow, {largest}: nodes above {upTo} have a smaller share of swap than the others, and a request buys less on them",
    remedy:
      'Raise it to {advised}, or require less memory: {key: karpenter.k8s.aws/instance-memory, operator: Lt, values: ["{bound}"]}.',
  },
  "max-size-unused": {
    severity: "error",
    rule: "has no meaning with a fixed size",
    remedy: "Remove it, or write size as a percentage.",
  },
  "fixed-size-spread": {
    severity: "warning",
    rule: "is a fixed size, and nodes of this pool have from {smallest} to {largest} of memory: a request of 1 GiB gets {most} of swap on the smallest and {least} on the largest, {factor} times less",
    remedy:
      "Write it as a percentage of the node's memory, such as 50%, or require memory within a factor of {spread} by karpenter.k8s.aws/instance-memory.",
  },
  "percent-beyond-instance-store": {
    severity: "warning",
    rule: "is more than the instance store of {type} holds after 20 GiB are reserved, {percent}% of its {memory}: such nodes have less swap for the same request than others",
    remedy: "Lower it to {percent}%, or leave such types out by the requirements.",
  },
  "swap-volume-unused": {
    severity: "error",
    rule: "describes a volume that this pool does not have: ebs-volume is not among its backings",
    remedy: "Remove it, or add ebs-volume to swap.backings.",
  },
  "kms-key-grant": {
    severity: "warning",
    rule: "needs a key policy that lets Karpenter's controller and EC2 use the key; without it instances end right after launch, without a clear message",
    remedy:
      "Allow Encrypt, Decrypt, ReEncrypt*, GenerateDataKey*, CreateGrant and DescribeKey under kms:ViaService ec2.REGION.amazonaws.com.",
  },
  "pools-alike": {
    severity: "warning",
    rule: "differs from the pool {other} by size and weight only: a pod that fits both gets another swap limit on each",
    remedy: "Give both the same size, or separate them by labels, taints or requirements.",
  },
  "eviction-before-swap": {
    severity: "warning",
    rule: "lets the kubelet evict before the kernel swaps on nodes of {memory}: {signal} evicts below {evicts} of free memory, swapping begins below {swaps}",
    remedy: "Lower the threshold, leave swap.sysctls.watermarkScaleFactor at auto, or raise it or minFreeKbytes.",
  },
  "eviction-never": {
    severity: "warning",
    rule: "is never reached on nodes of {memory}: once swap is full the kernel's OOM killer comes before eviction, and it knows no priorities",
    remedy: "Set it to a quantity of at least 100Mi, or lower swap.sysctls.minFreeKbytes.",
  },
  "watermarks-too-high": {
    severity: "warning",
    rule: "keeps {free} of {memory} free: the kernel reclaims continuously",
    remedy: "Lower swap.sysctls.minFreeKbytes or watermarkScaleFactor, or leave them at auto.",
  },
  "swap-off-with-more": {
    severity: "error",
    rule: "has no meaning with size: 0",
    remedy: "Remove it, or set swap.size above 0.",
  },
  "root-volume-size": {
    severity: "error",
    rule: "is below {computed}, what this pool's root volume needs: 20 GiB, and the swap file divided by 0.85 for image garbage collection",
    remedy: "Write at least {computed}, or leave it out to get just that.",
  },
  "volume-too-large": {
    severity: "error",
    rule: "makes a volume of {computed}, and {type} ends at {most}",
    remedy: "Make swap.size smaller.",
  },
  "volume-too-small": {
    severity: "error",
    rule: "makes a volume of {computed}, and {type} begins at {least}",
    remedy: "Make swap.size larger, or choose gp3.",
  },
  "volume-iops": {
    severity: "error",
    rule: "must be from {least} to {most} for {type} of {size}",
    remedy: "Choose a number in that range, or a larger volume.",
  },
  "volume-iops-missing": {
    severity: "error",
    rule: "is required for {type}",
    remedy: "Set it, from {least} to {most} for {size}.",
  },
  "volume-throughput": {
    severity: "error",
    rule: "must be from {least} to {most} MiB/s for gp3 with {iops} iops: a quarter MiB/s for each",
    remedy: "Choose a number in that range, or more iops.",
  },
  "volume-throughput-type": {
    severity: "error",
    rule: "cannot be set for {type}; it belongs to gp3",
    remedy: "Remove it, or choose gp3.",
  },
  "eviction-signal": {
    severity: "error",
    rule: "is no eviction signal that Karpenter takes ({allowed})",
    remedy: "Use one of these.",
  },
  "eviction-value": {
    severity: "error",
    rule: "must be a quantity above 0 or a percentage up to 100%: with any other threshold the kubelet does not start",
    remedy: "Write it as in 100Mi or 10%; 0% is no threshold.",
  },
  "eviction-above-memory": {
    severity: "error",
    rule: "is not below {smallest}, the memory of the smallest instance type that this pool's requirements allow: its kubelet would evict every pod",
    remedy: "Lower it, or allow only larger instance types.",
  },
  "requirement-key": {
    severity: "error",
    rule: "is not a label that a NodePool may require ({why})",
    remedy: "Use a well-known label of Kubernetes or Karpenter, or one of a domain of your own.",
  },
  "requirement-values": {
    severity: "error",
    rule: "does not fit the operator {operator}, which takes {takes}",
    remedy: "Change the operator or the values.",
  },
  "requirements-unmeetable": {
    severity: "error",
    rule: "leaves no instance type: no instance type of EC2 has such an amount of memory",
    remedy: "Widen the requirement on karpenter.k8s.aws/instance-memory.",
  },
  "memory-unknown": {
    severity: "warning",
    rule: "leaves no instance type that EC2 had on {date}: limits are not predicted and eviction is not checked",
    remedy: "Widen it, or name the memory sizes of newer types with In.",
  },
  "requirement-local-nvme": {
    severity: "error",
    rule: "allows instance types with less than {least} GB of NVMe, which the swap file and a reserve of 20 GiB need, although instance-store is this pool's first backing",
    remedy: "Leave it out, write Gt with at least {bound}, or put another backing first.",
  },
  "label-key": {
    severity: "error",
    rule: "is not a label that a NodePool may set ({why})",
    remedy: "Use a key of a domain of your own, as in example.com/team.",
  },
  "label-value": {
    severity: "error",
    rule: "is not a label's value: at most 63 letters, digits, hyphens, underscores and dots, beginning and ending with a letter or digit",
    remedy: "Shorten or rewrite it.",
  },
  "taint-key": {
    severity: "error",
    rule: "is not a taint that a NodePool may set ({why})",
    remedy: "Use a key of a domain of your own, as in example.com/team.",
  },
  "taint-value": {
    severity: "error",
    rule: "is not a taint's value: 1 to 63 letters, digits, hyphens, underscores and dots, beginning and ending with a letter or digit",
    remedy: "Shorten or rewrite it, or leave value out.",
  },
  "taint-twice": {
    severity: "error",
    rule: "has the key and the effect of another taint of this pool: a node has one of them",
    remedy: "Remove one.",
  },
  "requirement-known-values": {
    severity: "error",
    rule: "names what Karpenter does not know for {key}, which is one of {known}",
    remedy: "Use only these.",
  },
  duration: {
    severity: "error",
    rule: "must be a duration of hours, minutes and seconds, at most 290 years{never}",
    remedy: "Write it as in 720h or 1h30m.",
  },
  "budget-nodes": {
    severity: "error",
    rule: "must be a number of nodes or a percentage up to 100%, in quotes",
    remedy: 'Write it as in "10%" or "1".',
  },
  "budget-duration": {
    severity: "error",
    rule: "must be a duration of hours and minutes of at most 290 years",
    remedy: "Write it as in 8h or 1h30m.",
  },
  "budget-cron": {
    severity: "error",
    rule: "must be the five fields of a cron schedule, in UTC, each in its range, or a word such as @daily: with any other Karpenter disrupts nothing at all",
    remedy: 'Write it as in "0 9 * * mon-fri": minute 0-59, hour 0-23, day 1-31, month 1-12, weekday 0-6 from Sunday.',
  },
  "budget-schedule": {
    severity: "error",
    rule: "needs schedule and duration together",
    remedy: "Set both, or neither.",
  },
  "tag-key": {
    severity: "error",
    rule: "must be 1 to 128 characters and no tag of AWS, Karpenter or the cluster ({why})",
    remedy: "Choose another key.",
  },
  "tag-value": {
    severity: "error",
    rule: "must be at most 256 letters, digits, spaces and _ . : / = + - @",
    remedy: "Shorten it, or replace other characters.",
  },
  "volume-size": {
    severity: "error",
    rule: "must be a quantity of at least 1Gi, with its unit",
    remedy: "Write it as in 100Gi.",
  },
} as const satisfies CatalogueEntries;
