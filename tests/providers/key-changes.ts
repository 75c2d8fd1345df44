// One change for each key of the config table, and the stack that it is made in. A key without an entry fails the suite.
import { configKeys } from "../config/config-table";
import type { Changes } from "../config/configs";

/** Stacks that changes are previewed in. */
export type BaseStack = "dev" | "existing";

/** A change of a config, named by the key that it is about. */
export interface KeyChange {
  readonly key: string;
  readonly base: BaseStack;
  /** Values by dotted path; what a key needs beside it comes along. */
  readonly changes: Changes;
}

const ACCOUNT = "123456789012";

/** In stacks that make their own cluster. `pools.NAME` is the pool `ebs`. */
const IN_DEV: Readonly<Record<string, Changes>> = {
  "cluster.name": { "cluster.name": "eks-swap-other" },
  "cluster.kubernetesVersion": { "cluster.kubernetesVersion": "1.35" },
  "cluster.endpoint.public": { "cluster.endpoint": { public: false } },
  "cluster.endpoint.publicCidrs": { "cluster.endpoint": { publicCidrs: ["203.0.113.0/24"] } },
  "cluster.endpoint.private": { "cluster.endpoint": { private: false } },
  "cluster.logTypes": { "cluster.logTypes": ["api"] },
  "cluster.encryptionKeyArn": { "cluster.encryptionKeyArn": `arn:aws:kms:eu-central-1:${ACCOUNT}:key/secrets` },
  "cluster.adminRoleArns": { "cluster.adminRoleArns": [`arn:aws:iam::${ACCOUNT}:role/admin`] },
  "cluster.deletionProtection": { "cluster.deletionProtection": true },
  "cluster.systemNodes.instanceTypes": { "cluster.systemNodes": { instanceTypes: ["m7g.xlarge"] } },
  "cluster.systemNodes.min": { "cluster.systemNodes": { min: 1 } },
  "cluster.systemNodes.max": { "cluster.systemNodes": { max: 4 } },
  "cluster.systemNodes.desired": { "cluster.systemNodes": { desired: 3 } },
  "network.cidr": { "network.cidr": "10.43.0.0/16" },
  "network.zones": { "network.zones": 2 },
  "network.natGateways": { "network.natGateways": "perZone" },
  "network.vpcId": {
    network: {
      vpcId: "vpc-0123456789abcdef0",
      privateSubnetIds: ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
    },
  },
  "karpenter.version": { "karpenter.version": "1.15.0" },
  "karpenter.replicas": { "karpenter.replicas": 3 },
  "ami.alias": { "ami.alias": "al2023@v20260801" },
  "ami.id": { ami: { id: "ami-0123456789abcdef0" } },
  "ami.arch": { "ami.arch": "arm64" },
  "pools.NAME.swap.size": { "pools.ebs.swap.size": "60Gi" },
  "pools.NAME.swap.maxSize": { "pools.ebs.swap.size": "50%", "pools.ebs.swap.maxSize": "32Gi" },
  "pools.NAME.swap.backings": { "pools.ebs.swap.backings": ["ebs-volume"] },
  "pools.NAME.swap.onFailure": { "pools.ebs.swap.onFailure": "block" },
  "pools.NAME.swap.sysctls.swappiness": { "pools.ebs.swap.sysctls": { swappiness: 10 } },
  "pools.NAME.swap.sysctls.minFreeKbytes": { "pools.ebs.swap.sysctls": { minFreeKbytes: 262144 } },
  "pools.NAME.swap.sysctls.watermarkScaleFactor": { "pools.ebs.swap.sysctls": { watermarkScaleFactor: 200 } },
  "pools.NAME.swap.sysctls.pageCluster": { "pools.ebs.swap.sysctls": { pageCluster: 3 } },
  "pools.NAME.swap.zswap.maxPoolPercent": { "pools.ebs.swap.zswap": { maxPoolPercent: 25 } },
  "pools.NAME.rootVolume.size": { "pools.ebs.rootVolume": { size: "200Gi" } },
  "pools.NAME.rootVolume.type": { "pools.ebs.rootVolume": { type: "io2", iops: 4000 } },
  "pools.NAME.rootVolume.iops": { "pools.ebs.rootVolume": { iops: 4000 } },
  "pools.NAME.rootVolume.throughput": { "pools.ebs.rootVolume": { throughput: 250 } },
  "pools.NAME.rootVolume.kmsKeyId": { "pools.ebs.rootVolume": { kmsKeyId: "alias/volumes" } },
  "pools.NAME.swapVolume.type": ofSwapVolume({ type: "io2", iops: 4000 }),
  "pools.NAME.swapVolume.iops": ofSwapVolume({ iops: 4000 }),
  "pools.NAME.swapVolume.throughput": ofSwapVolume({ throughput: 250 }),
  "pools.NAME.swapVolume.kmsKeyId": ofSwapVolume({ kmsKeyId: "alias/volumes" }),
  "pools.NAME.evictionHard": { "pools.ebs.evictionHard": { "memory.available": "256Mi" } },
  "pools.NAME.requirements": {
    "pools.ebs.requirements": [{ key: "karpenter.k8s.aws/instance-family", operator: "In", values: ["m7i"] }],
  },
  "pools.NAME.labels": { "pools.ebs.labels": { team: "batch" } },
  "pools.NAME.taints": { "pools.ebs.taints": [{ key: "team", value: "batch", effect: "NoSchedule" }] },
  "pools.NAME.dedicated": { "pools.ebs.dedicated": false },
  "pools.NAME.disruption.consolidationPolicy": { "pools.ebs.disruption": { consolidationPolicy: "Balanced" } },
  "pools.NAME.disruption.consolidateAfter": { "pools.ebs.disruption": { consolidateAfter: "5m" } },
  "pools.NAME.disruption.budgets": { "pools.ebs.disruption": { budgets: [{ nodes: "1" }] } },
  "pools.NAME.guard": { "pools.ebs.guard": "deny" },
  "pools.NAME.limits": { "pools.ebs.limits": { cpu: "64" } },
  "pools.NAME.weight": { "pools.ebs.weight": 10 },
  "pools.NAME.expireAfter": { "pools.ebs.expireAfter": "24h" },
  "pools.NAME.terminationGracePeriod": { "pools.ebs.terminationGracePeriod": "2h" },
  monitoring: { monitoring: "prometheus-operator" },
  protect: { protect: true },
  tags: { tags: { team: "batch" } },
};

/** In stacks that put pools into a cluster of somebody else's. */
const IN_EXISTING: Readonly<Record<string, Changes>> = {
  "cluster.existing.name": { "cluster.existing.name": "eks-swap-other" },
  "cluster.existing.nodeRoleArn": { "cluster.existing.nodeRoleArn": `arn:aws:iam::${ACCOUNT}:role/nodes` },
  "cluster.existing.securityGroupIds": { "cluster.existing.securityGroupIds": ["sg-0123456789abcdef1"] },
  "cluster.existing.subnetIds": { "cluster.existing.subnetIds": ["subnet-0123456789abcdef1"] },
  "karpenter.install": { "karpenter.install": true, "cluster.existing.nodeRoleArn": undefined },
};

/** Keys whose change is that of another key, which cannot be set without them. */
const TOGETHER: Readonly<Record<string, string>> = { "network.privateSubnetIds": "network.vpcId" };

/** Every change, in the order of the table. */
export function keyChanges(): readonly KeyChange[] {
  return configKeys()
    .map(({ path }) => path)
    .filter((key) => TOGETHER[key] === undefined)
    .map((key) => {
      const [ofDev, ofExisting] = [IN_DEV[key], IN_EXISTING[key]];
      if (ofDev !== undefined) return { key, base: "dev", changes: ofDev };
      if (ofExisting !== undefined) return { key, base: "existing", changes: ofExisting };
      throw new Error(`the config key ${key} has no change in tests/providers/key-changes.ts`);
    });
}

function ofSwapVolume(swapVolume: Readonly<Record<string, unknown>>): Changes {
  return { "pools.ebs.swap.backings": ["ebs-volume"], "pools.ebs.swapVolume": swapVolume };
}
