// A cluster with Karpenter and a pool of nodes that have swap, in a program of one's own.
import { providePlatform, SwapPool } from "eks-swap";
import { loadSettings } from "eks-swap/config";
import { summarizePool } from "eks-swap/swap";

// Keys, defaults and checks are those of a stack file: everything that is wrong is reported at once.
const settings = loadSettings({
  cluster: { name: "example", endpoint: { publicCidrs: ["203.0.113.0/24"] } },
  pools: {
    spikes: {
      swap: { size: "30Gi", backings: ["root-volume"] },
      // 16 to 64 GiB of RAM: a fixed size gives similar swap limits on all of it.
      requirements: [
        { key: "karpenter.k8s.aws/instance-memory", operator: "Gt", values: ["16383"] },
        { key: "karpenter.k8s.aws/instance-memory", operator: "Lt", values: ["65537"] },
      ],
    },
  },
});

const platform = providePlatform(settings);

for (const pool of settings.pools) {
  new SwapPool(pool.plan.pool, { ...pool, ...platform });
}

export const { clusterName, kubeconfig, nodeRoleName, subnetIds, securityGroupIds } = platform;
export const pools = settings.pools.map(({ plan }) => summarizePool(plan));
