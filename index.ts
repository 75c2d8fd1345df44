// The program: an EKS cluster with Karpenter, and pools of nodes that have swap.
import { Monitoring, poolsUserData, providePlatform, SwapPool } from "./components";
import { loadSettings } from "./config/stack-config";
import { summarizePool } from "./swap/summary";

const settings = loadSettings();
const plans = settings.pools.map(({ plan }) => plan);

/** The userData of each pool that has swap. Made first: what does not fit ends the program before anything exists. */
export const userData = poolsUserData(plans);

const platform = providePlatform(settings);

for (const pool of settings.pools) {
  new SwapPool(pool.plan.pool, { ...pool, ...platform, tags: settings.tags });
}

if (settings.monitoring === "prometheus-operator") {
  new Monitoring("monitoring", { plans, provider: platform.provider });
}

/** Name of the cluster, as `aws eks update-kubeconfig --name` takes it. */
export const clusterName = platform.clusterName;
/** Kubeconfig of the cluster, a secret. */
export const kubeconfig = platform.kubeconfig;
/** What each pool gives, in short. */
export const pools = plans.map(summarizePool);
