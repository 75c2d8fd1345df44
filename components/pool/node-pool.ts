// The NodePool of a pool, as Karpenter takes it. Plain data, like the EC2NodeClass that it refers to.
import type { SwapPlan } from "../../swap/plan";
import { NODE_CLASS_KIND, WAIT_UNTIL_READY } from "./node-class";

/**
 * How many nodes Karpenter may disrupt at once: https://karpenter.sh/docs/concepts/disruption/#nodepool-disruption-budgets
 *
 * @example { nodes: "0", schedule: "0 9 * * mon-fri", duration: "8h" }
 */
export interface DisruptionBudget {
  /** A number of nodes or a percentage, as text: `"1"` or `"10%"`. */
  readonly nodes: string;
  /**
   * When the budget begins to apply: a cron schedule in UTC, together with `duration`.
   *
   * @default always
   */
  readonly schedule?: string | undefined;
  /** How long the budget applies from each time of `schedule`, in hours and minutes: `8h`, `1h30m`. */
  readonly duration?: string | undefined;
  /**
   * For which disruptions it holds: `Underutilized`, `Empty`, `Drifted`.
   *
   * @default all of them
   */
  readonly reasons?: readonly string[] | undefined;
}

/** What a NodePool takes as the stack config says it. */
export interface NodePoolSettings {
  /** When and how fast Karpenter replaces or removes nodes. */
  readonly disruption: {
    /** `WhenEmpty`, `WhenEmptyOrUnderutilized` or `Balanced`. Karpenter packs by requests and does not see swap. */
    readonly consolidationPolicy: string;
    /** How long a node must be so before Karpenter removes it, such as `1m`, or `Never`. */
    readonly consolidateAfter: string;
    /** How many nodes may be disrupted at once, at most 50 budgets; the strictest that applies holds. */
    readonly budgets: readonly DisruptionBudget[];
  };
  /**
   * Most resources of all nodes of the pool together, by name.
   *
   * @default no limit
   * @example { cpu: "64" }
   */
  readonly limits?: Readonly<Record<string, string>> | undefined;
  /**
   * 1 to 100; Karpenter tries pools of greater weight first.
   *
   * @default the same as 0
   */
  readonly weight?: number | undefined;
  /** Age at which a node is replaced, such as `720h`, or `Never`. */
  readonly expireAfter: string;
  /** Longest drain of a node, such as `1h`: what then still runs is killed. The deletion of a pool can take as long. */
  readonly terminationGracePeriod: string;
}

const NODE_POOL_KIND = { apiVersion: "karpenter.sh/v1", kind: "NodePool" } as const;

/** `metadata` and `spec`. Fields: https://github.com/kubernetes-sigs/karpenter/blob/v1.15.0/pkg/apis/v1/nodepool.go */
export function describeNodePool(plan: SwapPlan, settings: NodePoolSettings) {
  const { disruption, limits, weight, expireAfter, terminationGracePeriod } = settings;
  return {
    ...NODE_POOL_KIND,
    metadata: { name: plan.pool, annotations: WAIT_UNTIL_READY },
    spec: {
      disruption,
      ...(limits === undefined ? {} : { limits }),
      ...(weight === undefined ? {} : { weight }),
      template: {
        metadata: { labels: plan.labels },
        spec: {
          nodeClassRef: { group: "karpenter.k8s.aws", kind: NODE_CLASS_KIND.kind, name: plan.pool },
          requirements: plan.requirements,
          ...(plan.taints.length === 0 ? {} : { taints: plan.taints }),
          expireAfter,
          terminationGracePeriod,
        },
      },
    },
  };
}
