// What can be wrong outside of the pools, each in one way.
import { NARROW_MEMORY, type BadConfig } from "./configs";

const NODE_ROLE_ARN = "arn:aws:iam::123456789012:role/KarpenterNodeRole-dev";
const EXISTING = { name: "dev", securityGroupIds: ["sg-0123456789abcdef0"], subnetIds: ["subnet-0123456789abcdef0"] };

export const CLUSTER_FAULTS: readonly BadConfig[] = [
  { name: "no cluster name", ids: ["missing-key"], change: { "cluster.name": undefined } },
  { name: "cluster name with a space", ids: ["cluster-name"], change: { "cluster.name": "my cluster" } },
  { name: "version as a number", ids: ["kubernetes-version"], change: { "cluster.kubernetesVersion": 1.36 } },
  { name: "version too old", ids: ["kubernetes-version"], change: { "cluster.kubernetesVersion": "1.31" } },
  { name: "version with a patch", ids: ["kubernetes-version"], change: { "cluster.kubernetesVersion": "1.36.2" } },
  {
    name: "version untested",
    ids: ["kubernetes-version-untested"],
    change: { "cluster.kubernetesVersion": "1.37" },
  },
  { name: "misspelt key", ids: ["unknown-key"], change: { "cluster.kuberntesVersion": "1.36" } },
  { name: "key of nothing", ids: ["unknown-key"], change: { swapoff: true } },
  { name: "keys below the namespace", ids: ["unknown-key"], change: { "eks-swap": { cluster: { name: "dev" } } } },
  { name: "truth as a text", ids: ["wrong-type"], change: { "cluster.deletionProtection": "yes" } },
  {
    name: "no endpoint",
    ids: ["endpoint-unreachable"],
    change: { "cluster.endpoint": { public: false, private: false } },
  },
  { name: "private endpoint", ids: ["endpoint-private"], change: { "cluster.endpoint": { public: false } } },
  { name: "open endpoint", ids: ["endpoint-open"], change: { "cluster.endpoint": {} } },
  { name: "host as a range", ids: ["public-cidr"], change: { "cluster.endpoint": { publicCidrs: ["10.1.2.3/8"] } } },
  ...["10.0.0.0/8", "192.168.4.0/24", "100.64.0.0/16", "127.0.0.1/32", "224.0.0.0/4"].map((range) => ({
    name: `range that the internet has not: ${range}`,
    ids: ["public-cidr"],
    change: { "cluster.endpoint": { publicCidrs: [range] } },
  })),
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
  ...["m7g.medium", "t3.micro", "c6g.medium"].map((type) => ({
    name: `no room for Karpenter: ${type}`,
    ids: ["system-nodes-small"],
    change: { "cluster.systemNodes": { instanceTypes: [type] } },
    reads: ["karpenter.replicas"],
  })),
  {
    name: "room for Karpenter",
    ids: [],
    change: { "cluster.systemNodes": { instanceTypes: ["t3.small", "m7i.large"] } },
    reads: ["karpenter.replicas"],
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
    change: { cluster: { name: "dev", existing: EXISTING }, "network.zones": 2 },
    reads: ["karpenter.install", "network"],
  },
  {
    name: "existing Karpenter without its role",
    ids: ["node-role-missing"],
    change: { cluster: { existing: EXISTING }, karpenter: { install: false } },
    reads: ["network"],
  },
  {
    name: "role with a new Karpenter",
    ids: ["node-role-unused"],
    change: { cluster: { existing: { ...EXISTING, nodeRoleArn: NODE_ROLE_ARN } } },
    reads: ["karpenter.install", "network"],
  },
  {
    name: "role without a name",
    ids: ["role-arn"],
    change: {
      cluster: { existing: { ...EXISTING, nodeRoleArn: "arn:aws:iam::123456789012:role/karpenter/" } },
      karpenter: { install: false },
    },
    reads: ["network"],
  },
  {
    name: "more subnets than Karpenter selects",
    ids: ["too-many-entries"],
    change: {
      cluster: {
        existing: {
          ...EXISTING,
          subnetIds: Array.from({ length: 31 }, (_, index) => `subnet-${String(index).padStart(17, "0")}`),
        },
      },
    },
    reads: ["karpenter.install", "network"],
  },
  {
    name: "Karpenter too old for Kubernetes",
    ids: ["karpenter-kubernetes"],
    change: {
      cluster: { existing: { ...EXISTING, nodeRoleArn: NODE_ROLE_ARN }, kubernetesVersion: "1.36" },
      karpenter: { install: false, version: "1.12.0" },
    },
    reads: ["network"],
  },
  {
    name: "what an older Karpenter does not take",
    ids: ["older-karpenter", "older-karpenter"],
    change: {
      cluster: { existing: { ...EXISTING, nodeRoleArn: NODE_ROLE_ARN }, kubernetesVersion: "1.35" },
      karpenter: { install: false, version: "1.12.0" },
      "pools.old": {
        swap: { size: "30Gi", backings: ["root-volume"] },
        requirements: NARROW_MEMORY,
        disruption: { consolidationPolicy: "Balanced" },
        evictionHard: { "memory.available": "2.125%", "nodefs.available": "7.5%" },
      },
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
  {
    name: "half a network beside an existing cluster",
    ids: ["existing-cluster-with-more"],
    change: { cluster: { existing: EXISTING }, "network.vpcId": "vpc-0123456789abcdef0" },
    reads: ["karpenter.install", "network"],
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
  { name: "tag of other characters", ids: ["tag-key"], change: { tags: { "a#b": "me" } } },
  { name: "tag value of other characters", ids: ["tag-value"], change: { "tags.note": "1 < 2" } },
  {
    name: "many tags",
    ids: ["too-many-entries"],
    change: { tags: Object.fromEntries(Array.from({ length: 41 }, (_, index) => [`n${index}`, "a"])) },
  },
  { name: "long tag", ids: ["tag-value"], change: { "tags.note": "x".repeat(257) } },
];
