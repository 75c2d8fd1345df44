// The `pools` part of the stack config: one pool is one EC2NodeClass and one NodePool with the same swap design.
import { z } from "zod";
import { VOLUME_TYPES } from "../../swap/ebs-volume";
import type { SwapDesign } from "../../swap/plan";
import { BACKINGS, GUARD_MODES, ON_FAILURE } from "../../swap/vocabulary";
import * as values from "./values";

/** Signals that Karpenter accepts: https://github.com/aws/karpenter-provider-aws/blob/v1.15.1/pkg/apis/v1/ec2nodeclass.go */
const EVICTION_SIGNALS = [
  "memory.available",
  "nodefs.available",
  "nodefs.inodesFree",
  "imagefs.available",
  "imagefs.inodesFree",
  "pid.available",
];

/**
 * What the AL2023 AMI sets; naming evictionHard replaces all of it, so the pool's signals are added to these.
 * Source: https://github.com/awslabs/amazon-eks-ami/blob/main/nodeadm/internal/kubelet/config.go
 */
const AMI_EVICTION_HARD = {
  "memory.available": "100Mi",
  "nodefs.available": "10%",
  "nodefs.inodesFree": "5%",
};

/** A NodePool takes 100 of each, the program's own included: one label, and up to seven requirements. */
const MOST_LABELS = 99;
const MOST_REQUIREMENTS = 93;

const sysctlsSchema = z.strictObject({
  swappiness: z.int().min(0).max(200).default(60).describe("vm.swappiness, 0 to 200"),
  minFreeKbytes: values
    .autoOr(1024, 33_554_432)
    .default("auto")
    .describe("vm.min_free_kbytes in KiB; auto: 1 % of RAM, above the eviction threshold"),
  watermarkScaleFactor: values
    .autoOr(1, 3000)
    .default("auto")
    .describe(
      "vm.watermark_scale_factor in 1/10000 of RAM; auto: 100, and memory.high of all pods just below where the kubelet evicts",
    ),
  pageCluster: values
    .autoOr(0, 10)
    .default("auto")
    .describe("vm.page-cluster, log2 of the pages read at once; auto: 5, as far as the kernel reads ahead"),
});

const zswapSchema = z.strictObject({
  maxPoolPercent: z
    .int()
    .min(1)
    .max(50)
    .default(20)
    .describe("Most RAM that zswap's compressed pages take, in percent"),
});

/** `size: 0` stands alone, so the other keys have no default here: {@link swapDesign} gives them. */
export const swapSchema = z.strictObject({
  size: values.swapSize.describe("Such as `30Gi`, or `50%` of the node's RAM; 0 for a pool without swap"),
  maxSize: values.maxSwapSize
    .optional()
    .describe("Most swap of a percentage; required where a volume must be sized before the instance type is known"),
  backings: values
    .distinct(z.enum(BACKINGS), 1)
    .optional()
    .describe(
      "The fallback order, of `root-volume`, `ebs-volume` and `instance-store`: the node uses the first that works; required with a size",
    ),
  onFailure: z
    .enum(ON_FAILURE)
    .optional()
    .describe("When no backing works: `continue` joins without swap, `block` does not join; continue by default"),
  sysctls: sysctlsSchema.optional(),
  zswap: zswapSchema.optional().describe("A compressed cache in RAM before the disk; off without"),
});

/** The keys of `swapVolume`. */
export const swapVolumeSchema = z.strictObject({
  type: z.enum(VOLUME_TYPES).default("gp3").describe("EBS volume type: `gp3`, `io1` or `io2`"),
  iops: z.int().optional().describe("Operations per second; gp3 has 3000 by itself"),
  throughput: z.int().optional().describe("MiB/s; gp3 has 125 by itself"),
  kmsKeyId: z.string().min(1).optional().describe("KMS key; the account's default key for EBS without"),
});

/** The keys of `rootVolume`. */
export const rootVolumeSchema = z.strictObject({
  size: values.volumeSize.optional().describe("Raises the computed size, in whole GiB"),
  ...swapVolumeSchema.shape,
});

const requirementSchema = z.strictObject({
  key: values.labelKey("requirement-key"),
  operator: z.enum(["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt", "Gte", "Lte"]),
  values: values.distinct(values.labelValue).optional(),
  minValues: z.int().min(1).max(50).optional(),
});

const taintSchema = z.strictObject({
  key: values.labelKey("taint-key"),
  value: values.taintValue.optional(),
  effect: z.enum(["NoSchedule", "PreferNoSchedule", "NoExecute"]),
});

/** A node has one taint for a key and an effect: https://github.com/kubernetes-sigs/karpenter/blob/v1.15.0/pkg/apis/v1/nodeclaim_validation.go */
const taintsSchema = z.array(taintSchema).superRefine((taints, context) => {
  taints.forEach(({ key, effect }, index) => {
    const first = taints.findIndex((taint) => taint.key === key && taint.effect === effect);
    if (first < index) context.addIssue({ code: "custom", path: [index], params: { id: "taint-twice" } });
  });
});

const labelsSchema = z
  .record(values.labelKey("label-key"), values.labelValue)
  .superRefine((labels, context) => {
    if (Object.keys(labels).length <= MOST_LABELS) return;
    context.addIssue({ code: "custom", params: { id: "too-many-entries", parameters: { most: MOST_LABELS } } });
  })
  .transform(values.inKeyOrder);

const disruptionSchema = z.strictObject({
  consolidationPolicy: z
    .enum(["WhenEmpty", "WhenEmptyOrUnderutilized", "Balanced"])
    .default("WhenEmpty")
    .describe("Which nodes Karpenter may remove to save cost; it packs by requests and does not see swap"),
  consolidateAfter: values.durationOrNever.default("1m").describe("How long a node must be so before it goes"),
  budgets: z
    .array(
      z.strictObject({
        nodes: values.budgetNodes,
        schedule: values.budgetSchedule.optional(),
        duration: values.budgetDuration.optional(),
        reasons: values.distinct(z.enum(["Underutilized", "Empty", "Drifted"])).optional(),
      }),
    )
    .max(50)
    .default([{ nodes: "10%" }])
    .describe("How many nodes may be disrupted at once"),
});

const evictionHardSchema = z
  .record(
    z.string().superRefine((signal, context) => {
      if (EVICTION_SIGNALS.includes(signal)) return;
      const parameters = { allowed: EVICTION_SIGNALS.join(", ") };
      context.addIssue({ code: "custom", params: { id: "eviction-signal", parameters } });
    }),
    values.evictionThreshold,
  )
  .default({})
  .transform((given): Readonly<Record<string, string>> => values.inKeyOrder({ ...AMI_EVICTION_HARD, ...given }))
  .describe("Eviction thresholds that differ from the AMI's");

/** The keys of a pool. */
export const poolSchema = z.strictObject({
  swap: swapSchema,
  rootVolume: rootVolumeSchema.prefault({}),
  swapVolume: swapVolumeSchema.optional().describe("Settings of the dedicated volume of `ebs-volume`"),
  evictionHard: evictionHardSchema,
  requirements: z
    .array(requirementSchema)
    .max(MOST_REQUIREMENTS)
    .default([])
    .describe("Which instance types; each key replaces the program's own requirement for it"),
  labels: labelsSchema.default({}).describe("Node labels"),
  taints: taintsSchema.default([]).describe("Node taints"),
  dedicated: z.boolean().default(true).describe("Adds the taint eks-swap/pool=NAME:NoSchedule"),
  disruption: disruptionSchema.prefault({}),
  guard: z
    .enum(GUARD_MODES)
    .default("warn")
    .describe(
      "Pods that are aimed at the pool and would get no swap: admitted (off), admitted with a warning, or refused (deny)",
    ),
  limits: z
    .record(values.limitName, values.quantity)
    .transform(values.inKeyOrder)
    .optional()
    .describe("Most resources of the pool, as in cpu: 64"),
  weight: z.int().min(1).max(100).optional().describe("Pools of greater weight are tried first"),
  expireAfter: values.durationOrNever.default("720h").describe("Age at which a node is replaced"),
  terminationGracePeriod: values.duration
    .default("1h")
    .describe("Longest drain of a node; what still runs then is killed"),
});

/** A pool of the stack config with every default. */
export type PoolConfig = z.output<typeof poolSchema>;

/** Swap as the planner takes it, with the defaults; undefined for a pool without. */
export function swapDesign(swap: PoolConfig["swap"]): SwapDesign | undefined {
  if (swap.size === 0) return undefined;
  return {
    ...swap.size,
    ...(swap.maxSize === undefined ? {} : { maxSizeBytes: swap.maxSize }),
    ...(swap.zswap === undefined ? {} : { zswap: swap.zswap }),
    backings: swap.backings ?? [],
    onFailure: swap.onFailure ?? "continue",
    sysctls: swap.sysctls ?? sysctlsSchema.parse({}),
  };
}
