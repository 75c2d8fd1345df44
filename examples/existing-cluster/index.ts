// A pool of nodes that have swap, in a cluster that another stack made and whose Karpenter runs.
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { SwapPool } from "eks-swap";
import { loadPools } from "eks-swap/config";

const theirs = new pulumi.StackReference(new pulumi.Config().require("clusterStack"));
const provider = new kubernetes.Provider("cluster", { kubeconfig: theirs.requireOutput("kubeconfig") });

const pools = loadPools({
  cluster: { kubernetesVersion: "1.36" },
  karpenter: { version: "1.15.1" },
  pools: {
    "night-jobs": {
      swap: { size: "50%", maxSize: "64Gi", backings: ["instance-store", "root-volume"] },
      guard: "deny",
    },
  },
});

for (const pool of pools) {
  new SwapPool(pool.plan.pool, {
    ...pool,
    provider,
    nodeRoleName: theirs.requireOutput("nodeRoleName"),
    subnetIds: theirs.requireOutput("subnetIds"),
    securityGroupIds: theirs.requireOutput("securityGroupIds"),
  });
}
