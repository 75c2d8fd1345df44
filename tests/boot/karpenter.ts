// What an instance really gets: our userData through Karpenter's own bootstrapper.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder, hashFolder } from "./image";

/** EC2's limit on user data before base64: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html */
export const EC2_USER_DATA_LIMIT = 16_384;

/** What Karpenter knows of a pool when it makes the launch template. */
export interface NodeDescription {
  /** `EC2NodeClass.spec.userData`. */
  readonly userData: string;
  /** `EC2NodeClass.spec.kubelet`, as it stands in the custom resource. */
  readonly kubelet: Readonly<Record<string, unknown>>;
  readonly instanceStorePolicy?: "RAID0";
  /** Labels and taints of the pool; a pool `ebs` with a label of a user's where left out. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly taints?: readonly object[];
  readonly clusterName?: string;
  readonly clusterEndpoint?: string;
}

/** The size of an EKS cluster's certificate authority in base64; the bytes mean nothing here. */
const certificateAuthority = Buffer.alloc(1107, "certificate authority ").toString("base64");

/** Labels of a pool `ebs`, one of a user's among them. */
const OF_POOL = {
  "eks-swap/pool": "ebs",
  "example.com/cost-centre": "platform-engineering",
  "karpenter.k8s.aws/ec2nodeclass": "ebs",
  "karpenter.sh/nodepool": "ebs",
} as const;

/** The labels that Karpenter 1.15 puts on a node of an instance type with local disks. */
const OF_TYPE = {
  "karpenter.k8s.aws/instance-capability-flex": "false",
  "karpenter.k8s.aws/instance-category": "m",
  "karpenter.k8s.aws/instance-cpu": "4",
  "karpenter.k8s.aws/instance-cpu-manufacturer": "intel",
  "karpenter.k8s.aws/instance-cpu-sustained-clock-speed-mhz": "3500",
  "karpenter.k8s.aws/instance-ebs-bandwidth": "10000",
  "karpenter.k8s.aws/instance-encryption-in-transit-supported": "true",
  "karpenter.k8s.aws/instance-family": "m6id",
  "karpenter.k8s.aws/instance-generation": "6",
  "karpenter.k8s.aws/instance-hypervisor": "nitro",
  "karpenter.k8s.aws/instance-local-nvme": "237",
  "karpenter.k8s.aws/instance-memory": "16384",
  "karpenter.k8s.aws/instance-network-bandwidth": "1562",
  "karpenter.k8s.aws/instance-size": "xlarge",
  "karpenter.sh/capacity-type": "on-demand",
  "karpenter.sh/do-not-sync-taints": "true",
} as const;

const UNREGISTERED = { key: "karpenter.sh/unregistered", effect: "NoExecute" } as const;

/** Karpenter's result for `node`. Fails with Karpenter's own message where Karpenter refuses the userData. */
export function mergeByKarpenter(node: NodeDescription): string {
  const description = {
    clusterName: "dev",
    clusterEndpoint: "https://0123456789ABCDEF0123456789ABCDEF.gr7.eu-central-1.eks.amazonaws.com",
    ...node,
    clusterCidr: "172.20.0.0/16",
    caBundle: certificateAuthority,
    labels: { ...OF_TYPE, ...(node.labels ?? OF_POOL) },
    taints: [...(node.taints ?? [{ key: "eks-swap/pool", value: "ebs", effect: "NoSchedule" }]), UNREGISTERED],
    kubelet: { clusterDNS: ["172.20.0.10"], maxPods: 58, ...node.kubelet },
  };
  const merge = spawnSync(
    provideMerger(() => undefined),
    { input: JSON.stringify(description), encoding: "utf8" },
  );
  if (merge.status !== 0) throw new Error(`Karpenter refuses the userData: ${merge.stderr}`);
  return merge.stdout;
}

/** The program around Karpenter's bootstrapper, built once (some minutes with an empty Go cache) and kept in the user's cache. */
export function provideMerger(say: (line: string) => void): string {
  const sources = join(__dirname, "karpenter-merge");
  const program = join(cacheFolder(), `karpenter-merge-${hashFolder(sources)}`);
  if (existsSync(program)) return program;
  say("building the program around Karpenter's bootstrapper (some minutes when Go's cache is empty)");
  mkdirSync(cacheFolder(), { recursive: true });
  const build = spawnSync("go", ["build", "-trimpath", "-o", program, "."], {
    cwd: sources,
    encoding: "utf8",
    // The toolchain that go.mod names may be newer than the one installed.
    env: { ...process.env, GOTOOLCHAIN: "auto", GOFLAGS: "-mod=readonly" },
  });
  if (build.status !== 0)
    throw new Error(`Karpenter's bootstrapper could not be built:\n${build.stderr}${build.error?.message ?? ""}`);
  return program;
}
