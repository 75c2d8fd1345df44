// Configs that are wrong, each in one way. What the program says of each stands in bad-configs.txt.
import { CLUSTER_FAULTS } from "./bad-clusters";
import { NARROW_MEMORY, type BadConfig } from "./configs";

const SWAP = { size: "30Gi", backings: ["root-volume"] };
const ON_ARRAY = { size: "30Gi", backings: ["instance-store", "root-volume"] };

const UP_TO64_GI = [{ key: "karpenter.k8s.aws/instance-memory", operator: "Lt", values: ["65537"] }];

/** A fault within a pool, which gets a pool of its own. */
function pool(name: string, ids: readonly string[], settings: Readonly<Record<string, unknown>>): BadConfig {
  return { name, ids, change: { [`pools.${name}`]: { swap: SWAP, requirements: NARROW_MEMORY, ...settings } } };
}

function requirement(name: string, ids: readonly string[], ...requirements: readonly unknown[]): BadConfig {
  return pool(name, ids, { requirements });
}

/** As a YAML reader makes it: an own key, which an assignment would not make. */
const OWN_PROTO = Object.fromEntries([["__proto__", "1"]]);

const POOL_FAULTS: readonly BadConfig[] = [
  { name: "no pool", ids: ["no-pools"], change: { pools: {} } },
  ...["labels", "limits", "evictionHard"].map((table) =>
    pool(`proto-of-${table.toLowerCase()}`, ["reserved-key"], { [table]: OWN_PROTO }),
  ),
  { name: "tag that vanishes", ids: ["reserved-key"], change: { tags: OWN_PROTO } },
  pool("__proto__", ["pool-name"], {}),
  pool("inherited-label", [], { labels: { constructor: "a", toString: "b" } }),
  pool("inherited-limit", ["limit-name"], { limits: { constructor: "a" } }),
  pool("limits-of-nothing", ["limit-name", "limit-name", "limit-name"], {
    limits: { cpus: 64, "": "1", "\uD800": "1" },
  }),
  pool("limits-of-resources", [], {
    limits: { cpu: 64, memory: "1Ti", nodes: 3, "nvidia.com/gpu": 2, "hugepages-2Mi": "1Gi" },
  }),
  ...Object.entries({
    "root-volume-number": ["volume-size", { rootVolume: { size: 5 } }] as const,
    "most-as-a-number": ["max-size", { swap: { size: "50%", maxSize: 64, backings: ["ebs-volume"] } }] as const,
    "threshold-as-a-number": ["eviction-value", { evictionHard: { "memory.available": 200 } }] as const,
    "age-as-a-number": ["duration", { expireAfter: 720 }] as const,
    "window-as-a-number": [
      "budget-duration",
      { disruption: { budgets: [{ nodes: "1", schedule: "0 9 * * *", duration: 8 }] } },
    ] as const,
    "limit-below-nothing": ["quantity", { limits: { cpu: -1 } }] as const,
  }).map(([name, [id, settings]]) => pool(name, [id], settings)),
  pool("volumes-all-at-once", ["volume-size", "wrong-type", "volume-throughput-type", "volume-iops-missing"], {
    swap: { ...SWAP, backings: ["ebs-volume"] },
    rootVolume: { size: 5, type: "io2", throughput: 500, iops: "many" },
    swapVolume: { type: "io1" },
  }),
  pool("Upper", ["pool-name"], {}),
  pool("no-swap-key", ["missing-key"], { swap: undefined }),
  pool("no-size", ["missing-key"], { swap: { backings: ["root-volume"] } }),
  pool("size-without-unit", ["swap-size"], { swap: { ...SWAP, size: 30 } }),
  pool("size-too-small", ["swap-size"], { swap: { ...SWAP, size: "512Mi" } }),
  pool("percent-too-high", ["swap-size"], { swap: { ...SWAP, size: "500%" } }),
  pool("percent-without-most", ["max-size-missing"], {
    swap: { size: "50%", backings: ["ebs-volume"] },
    requirements: UP_TO64_GI,
  }),
  pool("percent-of-nothing-known", ["max-size-missing", "memory-unknown"], {
    swap: { size: "50%", backings: ["root-volume"] },
    requirements: [{ key: "node.kubernetes.io/instance-type", operator: "In", values: ["m99.large"] }],
  }),
  pool("most-that-nobody-needs", ["max-size-unneeded"], {
    swap: { size: "50%", maxSize: "64Gi", backings: ["ebs-volume"] },
    requirements: UP_TO64_GI,
  }),
  pool("most-that-is-short", ["max-size-short"], {
    swap: { size: "50%", maxSize: "16Gi", backings: ["instance-store"] },
    requirements: UP_TO64_GI,
  }),
  pool("one-size-for-all", ["fixed-size-spread"], { requirements: [] }),
  pool("one-size-for-many", ["fixed-size-spread"], {
    requirements: [{ key: "karpenter.k8s.aws/instance-memory", operator: "In", values: ["4096", "131072"] }],
  }),
  pool("share-of-large-memory", ["percent-beyond-instance-store"], {
    swap: { size: "100%", backings: ["instance-store"] },
    requirements: [
      { key: "karpenter.k8s.aws/instance-category", operator: "In", values: ["x"] },
      { key: "karpenter.k8s.aws/instance-generation", operator: "Lt", values: ["3"] },
    ],
  }),
  pool("most-of-a-fixed-size", ["max-size-unused"], { swap: { ...SWAP, maxSize: "60Gi" } }),
  pool("most-of-another-form", ["max-size"], { swap: { ...SWAP, size: "50%", maxSize: "60%" } }),
  pool("zswap", ["out-of-range"], { swap: { ...SWAP, zswap: { maxPoolPercent: 80 } } }),
  pool("volume-of-nobody", ["swap-volume-unused"], { swapVolume: { type: "gp3" } }),
  pool("swap-volume-iops", ["volume-iops"], {
    swap: { ...SWAP, backings: ["ebs-volume"] },
    swapVolume: { type: "io1", iops: 2000 },
  }),
  pool("key-of-a-customer", ["kms-key-grant"], { rootVolume: { kmsKeyId: "alias/nodes" } }),
  pool("late-swap", ["eviction-before-swap"], {
    swap: { ...SWAP, sysctls: { minFreeKbytes: 67_584, watermarkScaleFactor: 10 } },
    requirements: [{ key: "karpenter.k8s.aws/instance-memory", operator: "In", values: ["32768"] }],
  }),
  pool("no-eviction", ["eviction-never"], {
    evictionHard: { "memory.available": "0%" },
    requirements: [{ key: "karpenter.k8s.aws/instance-memory", operator: "In", values: ["32768"] }],
  }),
  pool("little-left", ["watermarks-too-high"], {
    swap: { ...SWAP, sysctls: { watermarkScaleFactor: 2000 } },
    requirements: [{ key: "karpenter.k8s.aws/instance-memory", operator: "In", values: ["32768"] }],
  }),
  {
    name: "pools alike",
    ids: ["pools-alike"],
    change: {
      "pools.first": { swap: SWAP, weight: 10, labels: { team: "a" }, requirements: NARROW_MEMORY },
      "pools.second": {
        swap: { ...SWAP, size: "60Gi" },
        weight: 20,
        labels: { team: "a" },
        requirements: NARROW_MEMORY,
      },
    },
  },
  pool("size-odd", ["swap-size"], { swap: { ...SWAP, size: "2000000001" } }),
  pool("no-backings", ["missing-key"], { swap: { size: "30Gi" } }),
  pool("empty-backings", ["empty-list"], { swap: { ...SWAP, backings: [] } }),
  pool("unknown-backing", ["not-one-of"], { swap: { ...SWAP, backings: ["zram"] } }),
  pool("off-with-more", ["swap-off-with-more"], { swap: { size: 0, onFailure: "block" } }),
  pool("failure-word", ["not-one-of"], { swap: { ...SWAP, onFailure: "ignore" } }),
  pool("sysctl-of-another-kind", ["unknown-key"], { swap: { ...SWAP, sysctls: { overcommitMemory: 2 } } }),
  pool("swappiness", ["out-of-range"], { swap: { ...SWAP, sysctls: { swappiness: 201 } } }),
  pool("watermark", ["out-of-range"], { swap: { ...SWAP, sysctls: { watermarkScaleFactor: 5000 } } }),
  pool("root-too-small", ["root-volume-size"], { rootVolume: { size: "30Gi" } }),
  pool("root-too-large", ["volume-too-large"], {
    swap: { ...SWAP, size: "15Ti" },
    rootVolume: { type: "io1", iops: 100 },
  }),
  pool("iops-low", ["volume-iops"], { rootVolume: { iops: 100 } }),
  pool("iops-high", ["volume-iops"], { rootVolume: { type: "io1", iops: 3000 } }),
  pool("iops-missing", ["volume-iops-missing"], { rootVolume: { type: "io2" } }),
  pool("throughput-high", ["volume-throughput"], { rootVolume: { throughput: 1000 } }),
  pool("throughput-of-io2", ["volume-throughput-type"], { rootVolume: { type: "io2", iops: 4000, throughput: 500 } }),
  pool("volume-type", ["not-one-of"], { rootVolume: { type: "gp2" } }),
  pool("signal", ["eviction-signal"], { evictionHard: { "allocatableMemory.available": "100Mi" } }),
  pool("threshold", ["eviction-value"], { evictionHard: { "memory.available": "lots" } }),
  pool("threshold-above-memory", ["fixed-size-spread", "eviction-above-memory"], {
    evictionHard: { "memory.available": "8Gi" },
    requirements: UP_TO64_GI,
  }),
  requirement("operator", ["not-one-of"], { key: "kubernetes.io/arch", operator: "Equals", values: ["amd64"] }),
  requirement("operator-values", ["requirement-values"], {
    key: "karpenter.k8s.aws/instance-cpu",
    operator: "Gt",
    values: ["4", "8"],
  }),
  requirement("no-values", ["requirement-values"], { key: "karpenter.k8s.aws/instance-family", operator: "In" }),
  requirement("values-of-exists", ["requirement-values"], {
    key: "karpenter.k8s.aws/instance-local-nvme",
    operator: "Exists",
    values: ["1"],
  }),
  requirement("number-as-value", ["wrong-type"], {
    key: "karpenter.k8s.aws/instance-cpu",
    operator: "Gt",
    values: [4],
  }),
  requirement("reserved-key", ["requirement-key"], { key: "karpenter.sh/initialized", operator: "Exists" }),
  requirement(
    "contradicting-memory",
    ["requirements-unmeetable"],
    { key: "karpenter.k8s.aws/instance-memory", operator: "Gt", values: ["65536"] },
    { key: "karpenter.k8s.aws/instance-memory", operator: "Lt", values: ["65537"] },
  ),
  requirement("no-such-memory", ["requirements-unmeetable"], {
    key: "karpenter.k8s.aws/instance-memory",
    operator: "Lt",
    values: ["10"],
  }),
  requirement(
    "uncommon-memory",
    ["memory-unknown"],
    { key: "karpenter.k8s.aws/instance-memory", operator: "Gt", values: ["49152"] },
    { key: "karpenter.k8s.aws/instance-memory", operator: "Lt", values: ["65536"] },
  ),
  requirement("no-such-family", ["memory-unknown"], {
    key: "karpenter.k8s.aws/instance-family",
    operator: "In",
    values: ["m99x"],
  }),
  pool("little-nvme", ["requirement-local-nvme"], {
    swap: ON_ARRAY,
    requirements: [...NARROW_MEMORY, { key: "karpenter.k8s.aws/instance-local-nvme", operator: "Gt", values: ["30"] }],
  }),
  pool("label-of-karpenter", ["label-key"], { labels: { "karpenter.sh/nodepool": "other" } }),
  pool("label-of-ours", ["label-key"], { labels: { "eks-swap/backing": "root-volume" } }),
  pool("label-text", ["label-value"], { labels: { team: "swap & more" } }),
  pool("taint-effect", ["not-one-of"], { taints: [{ key: "team", effect: "NoRun" }] }),
  pool("taint-key", ["taint-key"], { taints: [{ key: "a/b/c", effect: "NoSchedule" }] }),
  pool("lifetime", ["duration"], { expireAfter: "30d" }),
  pool("budget", ["budget-nodes"], { disruption: { budgets: [{ nodes: "110%" }] } }),
  pool("budget-number", ["budget-nodes"], { disruption: { budgets: [{ nodes: 1 }] } }),
  pool("taint-without-text", ["taint-value"], { taints: [{ key: "team", value: "", effect: "NoSchedule" }] }),
  pool("taint-twice", ["taint-twice"], {
    taints: [
      { key: "team", value: "a", effect: "NoSchedule" },
      { key: "team", value: "b", effect: "NoSchedule" },
    ],
  }),
  pool("many-labels", ["too-many-entries"], {
    labels: Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`example.com/n${index}`, "a"])),
  }),
  pool("label-that-ends-alike", ["label-key"], { labels: { "of-karpenter.sh/team": "a" } }),
  pool("threshold-above-all", ["eviction-value"], { evictionHard: { "nodefs.available": "100.5%" } }),
  ...["0", "0Mi", "0.0%", "00%", "-1Gi"].flatMap((threshold, index) =>
    ["memory.available", "nodefs.inodesFree", "pid.available"].map((signal) =>
      pool(`threshold-of-nothing-${index}-${signal.split(".")[0]}`, ["eviction-value"], {
        evictionHard: { [signal]: threshold },
      }),
    ),
  ),
  pool("size-beside-swap", ["unknown-key"], { size: "30Gi" }),
  pool("root-without-unit", ["volume-size"], { rootVolume: { size: "100" } }),
  pool("small-io-volume", ["volume-too-small"], {
    swap: { size: "2Gi", backings: ["ebs-volume"] },
    swapVolume: { type: "io2", iops: 500 },
  }),
  pool("three-centuries", ["duration"], { expireAfter: "9999999h" }),
  pool("schedule-in-words", ["budget-cron"], {
    disruption: { budgets: [{ nodes: "0", schedule: "at night", duration: "8h" }] },
  }),
  ...["99 99 99 99 99", "0 24 * * *", "0 9 * * 7", "0 0 0 * *", "*/0 * * * *", "TZ=UTC 0 9 * * *", "@every 1h"].map(
    (schedule, index) =>
      pool(`schedule-that-karpenter-cannot-read-${index}`, ["budget-cron"], {
        disruption: { budgets: [{ nodes: "0", schedule, duration: "8h" }] },
      }),
  ),
  pool("budget-of-three-centuries", ["budget-duration"], {
    disruption: { budgets: [{ nodes: "0", schedule: "@daily", duration: "9999999h" }] },
  }),
  ...["toString", "constructor", "hasOwnProperty"].map((key) =>
    pool(`key-that-objects-have-${key.toLowerCase()}`, ["unknown-key"], { [key]: "x" }),
  ),
  pool("schedule-of-seconds", ["budget-duration"], {
    disruption: { budgets: [{ nodes: "0", schedule: "@daily", duration: "90s" }] },
  }),
  requirement("capacity-type-of-nobody", ["requirement-known-values"], {
    key: "karpenter.sh/capacity-type",
    operator: "In",
    values: ["spot", "cheap"],
  }),
  requirement(
    "many-requirements",
    ["too-many-entries"],
    ...Array.from({ length: 94 }, (_, index) => ({ key: `example.com/n${index}`, operator: "Exists" })),
  ),
  pool("half-a-schedule", ["budget-schedule"], { disruption: { budgets: [{ nodes: "0", schedule: "0 9 * * *" }] } }),
  pool("limit", ["quantity"], { limits: { cpu: "many" } }),
  pool("weight", ["out-of-range"], { weight: 0 }),
];

/** Every fault. */
export const BAD_CONFIGS: readonly BadConfig[] = [...CLUSTER_FAULTS, ...POOL_FAULTS];
