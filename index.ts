// The program: an EKS cluster with Karpenter, and pools of nodes that have swap.
import { Cluster, Karpenter, Network, SwapPool } from "./components";
import { loadSettings } from "./config/stack-config";
import { planPool } from "./swap/plan";
import { summarizePool } from "./swap/summary";
import { renderUserData } from "./userdata/swap-fragments";

const { cluster: clusterSettings, network: networkSettings, ...settings } = loadSettings();
const { ami, karpenter: karpenterSettings, tags } = settings;
const planned = settings.pools.map(({ design, nodePool }) => {
  const plan = planPool(design, ami.architecture);
  return { plan, userData: renderUserData(plan), nodePool };
});

const network = new Network("network", { clusterName: clusterSettings.name, network: networkSettings, tags });

const cluster = new Cluster("cluster", {
  ...clusterSettings,
  vpcId: network.vpcId,
  privateSubnetIds: network.privateSubnetIds,
  egress: network.egress,
  tags,
});

const karpenter = new Karpenter("karpenter", {
  ...karpenterSettings,
  clusterName: cluster.name,
  clusterArn: cluster.arn,
  clusterEndpoint: cluster.endpoint,
  provider: cluster.provider,
  requires: [...network.egress, ...cluster.ready],
  tags,
});

for (const pool of planned) {
  new SwapPool(pool.plan.pool, {
    ...pool,
    amiSelector: ami.selector,
    nodeRoleName: karpenter.nodeRoleName,
    subnetIds: network.privateSubnetIds,
    securityGroupId: cluster.securityGroupId,
    provider: cluster.provider,
    requires: [...karpenter.ready, ...network.egress, ...cluster.ready],
    tags,
  });
}

/** Kubeconfig of the cluster, a secret. */
export const kubeconfig = cluster.kubeconfig;
/** Name of the cluster, as `aws eks update-kubeconfig --name` takes it. */
export const clusterName = cluster.name;
/** What each pool gives, in short. */
export const pools = planned.map(({ plan }) => summarizePool(plan));
/** The userData of each pool that has swap. */
export const userData = Object.fromEntries(
  planned.flatMap(({ plan, userData }) => (userData ? [[plan.pool, userData]] : [])),
);
