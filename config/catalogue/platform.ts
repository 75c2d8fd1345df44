// Problems of cluster, network, Karpenter, AMI.
import type { CatalogueEntries } from "./entry";

export const PLATFORM_ENTRIES = {
  "cluster-name": {
    severity: "error",
    rule: "must be 1 to 80 letters, digits, hyphens and underscores and begin with a letter or digit: it is also the name of the interruption queue",
    remedy: "Choose a name such as dev or payments-prod.",
  },
  "kubernetes-version": {
    severity: "error",
    rule: "must be a Kubernetes minor version from {oldest} on, in quotes: YAML reads 1.30 without quotes as the number 1.3",
    remedy: 'Write "{newest}", or another version of Amazon EKS that is not older than {oldest}.',
  },
  "kubernetes-version-untested": {
    severity: "warning",
    rule: "is newer than {newest}, the newest Kubernetes version that this program was tested with; its add-ons are not pinned",
    remedy: "Stay with {newest}, or try the version on a test cluster first.",
  },
  "endpoint-unreachable": {
    severity: "error",
    rule: "is neither public nor private, so that nothing could reach the API server",
    remedy: "Set cluster.endpoint.private to true.",
  },
  "endpoint-open": {
    severity: "warning",
    rule: "lets the whole internet reach the API server",
    remedy: "Name the ranges that you come from, or set cluster.endpoint.public to false.",
  },
  "endpoint-private": {
    severity: "warning",
    rule: "means that `pulumi up` must run inside the network, since it talks to the API server",
    remedy: "Run it from a host in the VPC or over a VPN, or set cluster.endpoint.public to true.",
  },
  "system-nodes-order": {
    severity: "error",
    rule: "must be min <= desired <= max, here {min}, {desired}, {max}",
    remedy: "Raise max, or lower what is above it.",
  },
  "system-nodes-small": {
    severity: "error",
    rule: "has {name}, whose {cpu} vCPU and {memory} of memory have no room for Karpenter, which requests 1 CPU and 1Gi of what the kubelet leaves",
    remedy: "Name types of at least 2 vCPU and 2 GiB, such as m7g.large.",
  },
  "system-nodes-architecture": {
    severity: "error",
    rule: "names instance types of several architectures, and a node group runs one image",
    remedy: "Name only Graviton types or only others.",
  },
  "instance-type": {
    severity: "error",
    rule: "is not the name of an EC2 instance type",
    remedy: "Write FAMILY.SIZE, such as m7g.large.",
  },
  "system-nodes-too-few": {
    severity: "warning",
    rule: "is less than karpenter.replicas ({replicas}): each replica of Karpenter needs a system node of its own, the others stay Pending",
    remedy: "Raise cluster.systemNodes.desired to {replicas}, or lower karpenter.replicas.",
  },
  "role-arn": {
    severity: "error",
    rule: "is not the ARN of an IAM role",
    remedy: "Write arn:aws:iam::ACCOUNT:role/NAME.",
  },
  "key-arn": {
    severity: "error",
    rule: "is not the ARN of a KMS key",
    remedy: "Write arn:aws:kms:REGION:ACCOUNT:key/ID.",
  },
  "network-cidr": {
    severity: "error",
    rule: "must be an IPv4 range of a VPC, /16 to /23, with no bit set behind the prefix",
    remedy: "Write it as in 10.42.0.0/16.",
  },
  "public-cidr": {
    severity: "error",
    rule: "must be an IPv4 range of the internet with no bit set behind the prefix: Amazon EKS refuses private and other reserved ranges",
    remedy: "Write it as in 203.0.113.0/24, with the addresses that the internet sees.",
  },
  "network-both": {
    severity: "error",
    rule: "describes a network to create and names one that exists",
    remedy: "Keep vpcId and privateSubnetIds, or remove them: cidr, zones and natGateways are for a new network.",
  },
  "network-half": {
    severity: "error",
    rule: "is missing: an existing network is named by vpcId and privateSubnetIds together",
    remedy: "Set it, or remove the other one to get a new network.",
  },
  "aws-id": { severity: "error", rule: "must look like {form}", remedy: "Copy the id from the AWS console or CLI." },

  "existing-cluster-with-more": {
    severity: "error",
    rule: "is for a cluster to create and has no meaning with cluster.existing",
    remedy: "Remove it, or remove cluster.existing.",
  },
  "node-role-missing": {
    severity: "error",
    rule: "is required with karpenter.install false: the running Karpenter may pass only this role to instances",
    remedy: "Set it to the role of its nodes: kubectl get ec2nodeclasses -o yaml shows spec.role.",
  },
  "node-role-unused": {
    severity: "error",
    rule: "has no meaning when this program installs Karpenter, which makes a role of its own",
    remedy: "Remove it, or set karpenter.install to false.",
  },
  "karpenter-needed": {
    severity: "error",
    rule: "leaves a new cluster without Karpenter, and nothing would launch nodes",
    remedy: "Remove it, or name the cluster where Karpenter runs in cluster.existing.",
  },
  "karpenter-version": {
    severity: "error",
    rule: "must be a version of Karpenter from {oldest} on, without a v",
    remedy: 'Write "{newest}".',
  },
  "karpenter-too-old": {
    severity: "error",
    rule: "is not installed by this program: before {oldest} an EC2NodeClass silently drops failSwapOn and memorySwap",
    remedy: 'Write "{newest}".',
  },
  "karpenter-kubernetes": {
    severity: "error",
    rule: "does not support Kubernetes {kubernetes}, which needs Karpenter {first} or newer",
    remedy: "Upgrade Karpenter first, or set cluster.kubernetesVersion to what the cluster runs.",
  },
  "older-karpenter": {
    severity: "error",
    rule: "is refused by Karpenter {version}, the version that runs: its CustomResourceDefinition takes it from {first} on",
    remedy: "{instead}, or upgrade Karpenter first.",
  },
  "ami-both": { severity: "error", rule: "has an alias and an id", remedy: "Keep one of them." },
  "ami-alias": {
    severity: "error",
    rule: "must be al2023@vYYYYMMDD or al2023@latest: the boot order that swap relies on is that of Amazon Linux 2023",
    remedy: "Write {newest}.",
  },
  "ami-latest": {
    severity: "warning",
    rule: "follows every AMI release: Karpenter replaces all nodes each time",
    remedy: "Pin a release, such as {newest}.",
  },
} as const satisfies CatalogueEntries;
