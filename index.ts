// The program: an EKS cluster with Karpenter, and pools of nodes that have swap.
import { Monitoring, providePlatform, SwapPool } from "./components";
import { loadSettings } from "./config/stack-config";
import { summarizePool } from "./swap/summary";
import { renderUserData } from "./userdata/swap-fragments";

const settings = loadSettings();
const plans = settings.pools.map(({ plan }) => plan);

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
/** The userData of each pool that has swap. */
export const userData = Object.fromEntries(
  plans.flatMap((plan) => {
    const text = renderUserData(plan);
    return text === undefined ? [] : [[plan.pool, text]];
  }),
);
