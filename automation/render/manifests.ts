// The manifests of `render`: every object that `up` sends to the cluster itself, Karpenter's charts left to Helm.
import { describeMonitoring } from "../../components/monitoring-objects";
import { describeGuard } from "../../components/pool/guard-policy";
import type { Settings } from "../../config/settings";
import type { SwapPlan } from "../../swap/plan";
import { toYaml } from "../../userdata/yaml";

/** A pool with its two objects. */
interface DescribedPool {
  readonly plan: SwapPlan;
  readonly nodeClass: unknown;
  readonly nodePool: unknown;
}

/** Files for `kubectl apply -R -f` by name. */
export function renderManifests(settings: Settings, pools: readonly DescribedPool[]): Readonly<Record<string, string>> {
  const files = pools.flatMap(({ plan, nodeClass, nodePool }) => {
    const guard = settings.pools.find((pool) => pool.plan.pool === plan.pool)?.guard ?? "off";
    return [
      [`${plan.pool}-ec2nodeclass.yaml`, toYaml(nodeClass)] as const,
      [`${plan.pool}-nodepool.yaml`, toYaml(nodePool)] as const,
      ...(guard === "off" || plan.swap === null
        ? []
        : [[`${plan.pool}-guard.yaml`, guardManifest(plan.pool, guard)] as const]),
    ];
  });
  if (settings.monitoring !== "prometheus-operator") return Object.fromEntries(files);
  const { rules, dashboard } = describeMonitoring({ plans: pools.map(({ plan }) => plan) });
  // A pool's name has no dot, so no pool has a file of this name.
  return Object.fromEntries([...files, ["eks-swap.monitoring.yaml", documents([rules, dashboard])] as const]);
}

function guardManifest(pool: string, mode: "warn" | "deny"): string {
  const { policy, bindings } = describeGuard(pool, mode);
  return documents([policy, ...Object.values(bindings)]);
}

function documents(objects: readonly unknown[]): string {
  return objects.map(toYaml).join("---\n");
}
