// Configs that are wrong, each in one way. What the program says of each stands in bad-configs.txt.
import type { Changes } from "./configs";

/** A fault: changes of the valid config, and the paths that its problem also depends on. */
export interface BadConfig {
  readonly name: string;
  readonly change: Changes;
  /** Ids of the problems, in order. */
  readonly ids: readonly string[];
  /** Paths beside those changed whose values decide whether this is a fault. */
  readonly reads?: readonly string[];
}

const swap = { size: "30Gi", backings: ["root-volume"] };
const onArray = { size: "30Gi", backings: ["instance-store", "root-volume"] };

const nodeRoleArn = "arn:aws:iam::123456789012:role/KarpenterNodeRole-dev";
const existing = { name: "dev", securityGroupIds: ["sg-0123456789abcdef0"], subnetIds: ["subnet-0123456789abcdef0"] };

/** A fault within a pool, which gets a pool of its own. */
function pool(name: string, ids: readonly string[], settings: Readonly<Record<string, unknown>>): BadConfig {
  return { name, ids, change: { [`pools.${name}`]: { swap, ...settings } } };
}

function requirement(name: string, ids: readonly string[], ...requirements: readonly unknown[]): BadConfig {
  return pool(name, ids, { requirements });
}

const clusterFaults: readonly BadConfig[] = [
  { name: "no cluster name", ids: ["missing-key"], change: { "cluster.name": undefined } },
  { name: "cluster name with a space", ids: ["cluster-name"], change: { "cluster.name": "my cluster" } },
  { name: "version as a number", ids: ["wrong-type"], change: { "cluster.kubernetesVersion": 1.36 } },
  { name: "version too old", ids: ["kubernetes-version"], change: { "cluster.kubernetesVersion": "1.31" } },
  { name: "version with a patch", ids: ["kubernetes-version"], change: { "cluster.kubernetesVersion": "1.36.2" } },
  {
    name: "version untested",
    ids: ["kubernetes-version-untested"],
    change: { "cluster.kubernetesVersion": "1.37" },
  },
  { name: "misspelt key", ids: ["unknown-key"], change: { "cluster.kuberntesVersion": "1.36" } },
  { name: "key of nothing", ids: ["unknown-key"], change: { swapoff: true } },
  { name: "truth as a text", ids: ["wrong-type"], change: { "cluster.deletionProtection": "yes" } },
  {
    name: "no endpoint",
    ids: ["endpoint-unreachable"],
    change: { "cluster.endpoint": { public: false, private: false } },
  },
  { name: "private endpoint", ids: ["endpoint-private"], change: { "cluster.endpoint": { public: false } } },
  { name: "open endpoint", ids: ["endpoint-open"], change: { "cluster.endpoint": {} } },
  { name: "host as a range", ids: ["public-cidr"], change: { "cluster.endpoint": { publicCidrs: ["10.1.2.3/8"] } } },
  { name: "no range", ids: ["empty-list"], change: { "cluster.endpoint": { publicCidrs: [] } } },
  { name: "unknown log", ids: ["not-one-of"], change: { "cluster.logTypes": ["api", "kubelet"] } },
  { name: "log twice", ids: ["repeated-entry"], change: { "cluster.logTypes": ["api", "api"] } },
  {
    name: "user as a role",
    ids: ["role-arn"],
    change: { "cluster.adminRoleArns": ["arn:aws:iam::123456789012:user/me"] },
  },
  { name: "alias name as a key", ids: ["key-arn"], change: { "cluster.encryptionKeyArn": "alias/eks" } },
  {
    name: "fewer nodes than the least",
    ids: ["system-nodes-order"],
    change: { "cluster.systemNodes": { min: 3, desired: 2 } },
    reads: ["karpenter.replicas"],
  },
  {
    name: "mixed architectures",
    ids: ["system-nodes-architecture"],
    change: { "cluster.systemNodes": { instanceTypes: ["m7g.large", "m7i.large"] } },
  },
  { name: "family as a type", ids: ["instance-type"], change: { "cluster.systemNodes": { instanceTypes: ["m7g"] } } },
  {
    name: "more replicas than nodes",
    ids: ["system-nodes-too-few"],
    change: { "karpenter.replicas": 3 },
    reads: ["cluster.systemNodes"],
  },
  {
    name: "too many replicas",
    ids: ["out-of-range"],
    change: { "karpenter.replicas": 50 },
    reads: ["cluster.systemNodes"],
  },
  {
    name: "Karpenter too old",
    ids: ["karpenter-too-old"],
    change: { "karpenter.version": "1.14.1" },
    reads: ["karpenter.install"],
  },
  { name: "Karpenter without swap", ids: ["karpenter-version"], change: { "karpenter.version": "1.8.6" } },
  { name: "no Karpenter", ids: ["karpenter-needed"], change: { "karpenter.install": false } },
  {
    name: "existing cluster and a new one",
    ids: ["existing-cluster-with-more", "existing-cluster-with-more"],
    change: { cluster: { name: "dev", existing }, "network.zones": 2 },
    reads: ["karpenter.install", "network"],
  },
  {
    name: "existing Karpenter without its role",
    ids: ["node-role-missing"],
    change: { cluster: { existing }, karpenter: { install: false } },
    reads: ["network"],
  },
  {
    name: "role beside a new Karpenter",
    ids: ["node-role-unused"],
    change: { cluster: { existing: { ...existing, nodeRoleArn } } },
    reads: ["karpenter.install", "network"],
  },
  {
    name: "Karpenter too old for Kubernetes",
    ids: ["karpenter-kubernetes"],
    change: {
      cluster: { existing: { ...existing, nodeRoleArn }, kubernetesVersion: "1.36" },
      karpenter: { install: false, version: "1.12.0" },
    },
    reads: ["network"],
  },
  { name: "Karpenter with a v", ids: ["karpenter-version"], change: { "karpenter.version": "v1.15.1" } },
  { name: "network too small", ids: ["network-cidr"], change: { "network.cidr": "10.42.0.0/24" } },
  { name: "one zone", ids: ["out-of-range"], change: { "network.zones": 1 } },
  {
    name: "two networks",
    ids: ["network-both"],
    change: {
      network: {
        cidr: "10.0.0.0/16",
        vpcId: "vpc-0123456789abcdef0",
        privateSubnetIds: ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
      },
    },
  },
  { name: "half a network", ids: ["network-half"], change: { network: { vpcId: "vpc-0123456789abcdef0" } } },
  {
    name: "subnet of another form",
    ids: ["aws-id"],
    change: {
      network: { vpcId: "vpc-0123456789abcdef0", privateSubnetIds: ["subnet-0123456789abcdef0", "private-a"] },
    },
  },
  {
    name: "two images",
    ids: ["ami-both"],
    change: { ami: { alias: "al2023@v20260714", id: "ami-0123456789abcdef0" } },
  },
  { name: "another family", ids: ["ami-alias"], change: { "ami.alias": "bottlerocket@v1.20.0" } },
  { name: "latest image", ids: ["ami-latest"], change: { "ami.alias": "al2023@latest" } },
  { name: "unknown monitoring", ids: ["not-one-of"], change: { monitoring: "datadog" } },
  { name: "tag of AWS", ids: ["tag-key"], change: { tags: { "aws:createdBy": "me" } } },
  { name: "long tag", ids: ["tag-value"], change: { "tags.note": "x".repeat(257) } },
];

const poolFaults: readonly BadConfig[] = [
  pool("Upper", ["pool-name"], {}),
  pool("no-swap-key", ["missing-key"], { swap: undefined }),
  pool("no-size", ["missing-key"], { swap: { backings: ["root-volume"] } }),
  pool("size-without-unit", ["swap-size"], { swap: { ...swap, size: 30 } }),
  pool("size-too-small", ["swap-size"], { swap: { ...swap, size: "512Mi" } }),
  pool("percent-too-high", ["swap-size"], { swap: { ...swap, size: "500%" } }),
  pool("percent-without-most", ["max-size-missing"], { swap: { size: "50%", backings: ["ebs-volume"] } }),
  pool("most-of-a-fixed-size", ["max-size-unused"], { swap: { ...swap, maxSize: "60Gi" } }),
  pool("most-of-another-form", ["max-size"], { swap: { ...swap, size: "50%", maxSize: "60%" } }),
  pool("zswap", ["out-of-range"], { swap: { ...swap, zswap: { maxPoolPercent: 80 } } }),
  pool("volume-of-nobody", ["swap-volume-unused"], { swapVolume: { type: "gp3" } }),
  pool("swap-volume-iops", ["volume-iops"], {
    swap: { ...swap, backings: ["ebs-volume"] },
    swapVolume: { type: "io1", iops: 2000 },
  }),
  pool("key-of-a-customer", ["kms-key-grant"], { rootVolume: { kmsKeyId: "alias/nodes" } }),
  pool("late-swap", ["eviction-before-swap"], {
    swap: { ...swap, sysctls: { minFreeKbytes: 67_584, watermarkScaleFactor: 10 } },
    requirements: [{ key: "karpenter.k8s.aws/instance-memory", operator: "In", values: ["32768"] }],
  }),
  pool("no-eviction", ["eviction-never"], {
    evictionHard: { "memory.available": "0" },
    requirements: [{ key: "karpenter.k8s.aws/instance-memory", operator: "In", values: ["32768"] }],
  }),
  pool("little-left", ["watermarks-too-high"], {
    swap: { ...swap, sysctls: { watermarkScaleFactor: 2000 } },
    requirements: [{ key: "karpenter.k8s.aws/instance-memory", operator: "In", values: ["32768"] }],
  }),
  {
    name: "pools alike",
    ids: ["pools-alike"],
    change: {
      "pools.first": { swap, weight: 10, labels: { team: "a" } },
      "pools.second": { swap: { ...swap, size: "60Gi" }, weight: 20, labels: { team: "a" } },
    },
  },
  pool("size-odd", ["swap-size"], { swap: { ...swap, size: "2000000001" } }),
  pool("no-backings", ["missing-key"], { swap: { size: "30Gi" } }),
  pool("empty-backings", ["empty-list"], { swap: { ...swap, backings: [] } }),
  pool("unknown-backing", ["not-one-of"], { swap: { ...swap, backings: ["zram"] } }),
  pool("off-with-more", ["swap-off-with-more"], { swap: { size: 0, onFailure: "block" } }),
  pool("failure-word", ["not-one-of"], { swap: { ...swap, onFailure: "ignore" } }),
  pool("sysctl-of-another-kind", ["unknown-key"], { swap: { ...swap, sysctls: { overcommitMemory: 2 } } }),
  pool("swappiness", ["out-of-range"], { swap: { ...swap, sysctls: { swappiness: 201 } } }),
  pool("watermark", ["out-of-range"], { swap: { ...swap, sysctls: { watermarkScaleFactor: 5000 } } }),
  pool("root-too-small", ["root-volume-size"], { rootVolume: { size: "30Gi" } }),
  pool("root-too-large", ["volume-too-large"], {
    swap: { ...swap, size: "15Ti" },
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
  pool("threshold-above-memory", ["eviction-above-memory"], { evictionHard: { "memory.available": "8Gi" } }),
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
    swap: onArray,
    requirements: [{ key: "karpenter.k8s.aws/instance-local-nvme", operator: "Gt", values: ["30"] }],
  }),
  pool("label-of-karpenter", ["label-key"], { labels: { "karpenter.sh/nodepool": "other" } }),
  pool("label-of-ours", ["label-key"], { labels: { "eks-swap/backing": "root-volume" } }),
  pool("label-text", ["label-value"], { labels: { team: "swap & more" } }),
  pool("taint-effect", ["not-one-of"], { taints: [{ key: "team", effect: "NoRun" }] }),
  pool("taint-key", ["taint-key"], { taints: [{ key: "a/b/c", effect: "NoSchedule" }] }),
  pool("lifetime", ["duration"], { expireAfter: "30d" }),
  pool("budget", ["budget-nodes"], { disruption: { budgets: [{ nodes: "110%" }] } }),
  pool("budget-number", ["wrong-type"], { disruption: { budgets: [{ nodes: 1 }] } }),
  pool("half-a-schedule", ["budget-schedule"], { disruption: { budgets: [{ nodes: "0", schedule: "0 9 * * *" }] } }),
  pool("limit", ["quantity"], { limits: { cpu: "many" } }),
  pool("weight", ["out-of-range"], { weight: 0 }),
];

/** Every fault. */
export const badConfigs: readonly BadConfig[] = [...clusterFaults, ...poolFaults];
