// The program: an EKS cluster with Karpenter, and pools of nodes that have swap.
import { createPlatform, findPlatform, Monitoring, SwapPool } from "./components";
import { loadSettings } from "./config/stack-config";
import { planPool } from "./swap/plan";
import { summarizePool } from "./swap/summary";
import { renderUserData } from "./userdata/swap-fragments";

const { platform: platformSettings, ami, tags, protect, ...settings } = loadSettings();

const planned = settings.pools.map(({ design, guard, nodePool }) => {
  const plan = planPool(design, ami.architecture, settings.swapSettings);
  return { plan, userData: renderUserData(plan), guard, nodePool };
});

const platform =
  platformSettings.kind === "new"
    ? createPlatform({ ...platformSettings, tags, protect })
    : findPlatform({ ...platformSettings, tags });

for (const pool of planned) {
  new SwapPool(pool.plan.pool, { ...pool, ...platform, amiSelector: ami.selector, tags });
}

if (settings.monitoring === "prometheus-operator") {
  new Monitoring("monitoring", { plans: planned.map(({ plan }) => plan), provider: platform.provider });
}

/** Name of the cluster, as `aws eks update-kubeconfig --name` takes it. */
export const clusterName = platform.clusterName;
/** Kubeconfig of the cluster, a secret. */
export const kubeconfig = platform.kubeconfig;
/** What each pool gives, in short. */
export const pools = planned.map(({ plan }) => summarizePool(plan));
/** The userData of each pool that has swap. */
export const userData = Object.fromEntries(
  planned.flatMap(({ plan, userData }) => (userData === undefined ? [] : [[plan.pool, userData]])),
);
