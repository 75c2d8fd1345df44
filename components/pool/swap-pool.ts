// A pool of nodes with swap: one EC2NodeClass, one NodePool, and the guard that looks at the pods aimed at it.
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { SwapPlan } from "../../swap/plan";
import { parseDuration } from "../../swap/duration";
import type { GuardMode } from "../../swap/vocabulary";
import { renderUserData } from "../../userdata/swap-fragments";
import { Guard } from "./guard";
import { describeNodeClass } from "./node-class";
import { describeNodePool, type NodePoolSettings } from "./node-pool";

/** Arguments of {@link SwapPool}. A pool of `loadSettings` or `loadPools` has the first five. */
export interface SwapPoolArgs {
  /** Everything that was decided before a node boots: `planPool` of `eks-swap/swap` returns it. */
  readonly plan: SwapPlan;
  /**
   * userData of the nodes, at most 12 KiB. A change of one byte replaces the pool's nodes.
   *
   * @default what the plan renders; none for a pool without swap
   */
  readonly userData?: string | undefined;
  /**
   * The one term of `amiSelectorTerms`: an alias of AL2023, or the id of an AMI made from its EKS AMI.
   *
   * @example { alias: "al2023@v20260714" }
   */
  readonly amiSelector: { readonly alias: string } | { readonly id: string };
  /**
   * What happens to pods that are aimed at the pool and would get no swap: `off` admits them, `warn` admits them with a
   * warning, `deny` refuses them. Ignored for a pool without swap.
   */
  readonly guard: GuardMode;
  /** Disruption, limits, weight and lifetime of the pool's nodes. */
  readonly nodePool: NodePoolSettings;
  /** Name of the role of nodes, the one that has an access entry of type EC2_LINUX. */
  readonly nodeRoleName: pulumi.Input<string>;
  /** Ids of the subnets that nodes run in. */
  readonly subnetIds: pulumi.Input<readonly pulumi.Input<string>[]>;
  /** Ids of the security groups that let nodes reach each other and the control plane. */
  readonly securityGroupIds: pulumi.Input<readonly pulumi.Input<string>[]>;
  /** Provider for the cluster. */
  readonly provider: kubernetes.Provider;
  /**
   * Karpenter and what it needs, where the program makes them: Karpenter admits these objects, and drains nodes when
   * they are destroyed.
   *
   * @default none
   */
  readonly requires?: readonly pulumi.Resource[];
  /**
   * Tags for instances, volumes and network interfaces.
   *
   * @default none
   */
  readonly tags?: Readonly<Record<string, string>>;
}

/** Longer than Karpenter waits before it looks again whether the NodeClaims of an EC2NodeClass are gone (10 minutes). */
const NODE_CLASS_DELETE_TIMEOUT = "20m";

/** What a node takes to go away once it is drained: termination of the instance, volumes and finalizers. */
const TERMINATION_MINUTES = 30;

/**
 * A pool of nodes with swap: an EC2NodeClass, a NodePool and, unless `guard` is `off`, a {@link Guard}.
 *
 * The update waits until Karpenter has accepted both objects, its dry run against EC2 included, and fails with
 * Karpenter's reason otherwise. A destroy of the NodePool drains its nodes, which can take the whole
 * `terminationGracePeriod`; the EC2NodeClass is deleted after it.
 *
 * @example
 * ```ts
 * for (const pool of settings.pools) {
 *   new SwapPool(pool.plan.pool, { ...pool, ...platform });
 * }
 * ```
 *
 * @example A field of the EC2NodeClass that no key covers
 * ```ts
 * new SwapPool("spikes", args, {
 *   transforms: [
 *     ({ name, props, opts }) =>
 *       name === "spikes-node-class"
 *         ? { props: { ...props, spec: { ...props.spec, detailedMonitoring: true } }, opts }
 *         : undefined,
 *   ],
 * });
 * ```
 */
export class SwapPool extends pulumi.ComponentResource {
  /** Name of the NodePool and of the EC2NodeClass. */
  readonly name: pulumi.Output<string>;

  /**
   * @param name logical name, prefix of the names of both children.
   * @param args plan, userData and where the nodes run.
   */
  constructor(name: string, args: SwapPoolArgs, opts?: pulumi.ComponentResourceOptions) {
    super("eks-swap:swap:SwapPool", name, {}, opts);
    const { plan, provider, requires = [], tags = {}, userData = renderUserData(plan) } = args;
    const nodeClass = new kubernetes.apiextensions.CustomResource(
      `${name}-node-class`,
      describeNodeClass({
        ...args,
        tags,
        userData,
        subnetSelectorTerms: selectById(args.subnetIds),
        securityGroupSelectorTerms: selectById(args.securityGroupIds),
      }),
      {
        parent: this,
        provider,
        dependsOn: [...requires],
        customTimeouts: { delete: NODE_CLASS_DELETE_TIMEOUT },
      },
    );
    const drainMinutes = Math.ceil(parseDuration(args.nodePool.terminationGracePeriod) / 60);
    const nodePool = new kubernetes.apiextensions.CustomResource(
      `${name}-node-pool`,
      describeNodePool(plan, args.nodePool),
      {
        parent: this,
        provider,
        dependsOn: [nodeClass, ...requires],
        customTimeouts: { delete: `${drainMinutes + TERMINATION_MINUTES}m` },
      },
    );
    const { guard } = args;
    if (guard !== "off" && plan.swap !== null) {
      new Guard(`${name}-guard`, { pool: plan.pool, mode: guard, provider, requires }, { parent: this });
    }
    this.name = nodePool.metadata.name;
    this.registerOutputs({ name: this.name });
  }
}

/** Selector terms by id. */
function selectById(ids: pulumi.Input<readonly pulumi.Input<string>[]>): pulumi.Output<{ readonly id: string }[]> {
  return pulumi.output(ids).apply((known) => known.map((id) => ({ id })));
}
