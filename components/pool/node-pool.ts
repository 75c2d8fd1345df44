// The NodePool of a pool, as Karpenter takes it. Plain data, like the EC2NodeClass that it refers to.
import type { SwapPlan } from "../../swap/plan";
import { NODE_CLASS_KIND, WAIT_UNTIL_READY } from "./node-class";

/** How many nodes Karpenter may disrupt at once: https://karpenter.sh/docs/concepts/disruption/#nodepool-disruption-budgets */
export interface DisruptionBudget {
  /** A number or a percentage, as text. */
  readonly nodes: string;
  /** A cron schedule in UTC, together with `duration`. */
  readonly schedule?: string | undefined;
  readonly duration?: string | undefined;
  readonly reasons?: readonly string[] | undefined;
}

/** What a NodePool takes as the stack config says it. */
export interface NodePoolSettings {
  readonly disruption: {
    readonly consolidationPolicy: string;
    readonly consolidateAfter: string;
    readonly budgets: readonly DisruptionBudget[];
  };
  /** Most resources of all nodes of the pool together, by name; no limit when undefined. */
  readonly limits?: Readonly<Record<string, string>> | undefined;
  /** 1 to 100; pools of greater weight are tried first. */
  readonly weight?: number | undefined;
  /** Age at which a node is replaced, such as `720h`, or `Never`. */
  readonly expireAfter: string;
  /** Longest drain of a node, such as `1h`: what then still runs is killed. */
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
