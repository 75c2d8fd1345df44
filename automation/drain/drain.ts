// drain for a stack: the NodePools are destroyed through its engine, and its cluster is watched meanwhile.
import { UsageError } from "../base/errors";
import type { StackOptions } from "../base/stack-options";
import { readState } from "../base/state";
import { ClusterConnection } from "../cluster/connection";
import { onCluster } from "../cluster/failure";
import { kubeconfigOf } from "../cluster/kubeconfig";
import { withStack, type OpenStack } from "../engine/open-stack";
import { runOperation } from "../engine/operation";
import { resumeUpdate } from "../recovery/resume";
import { NODE_POOL_TYPE } from "../review/pool-changes";
import { explainHolders, readHolders, type Holders } from "./holders";
import { drainNodePools, type DrainResult } from "./node-pools";

/** What a drain takes. */
export interface DrainOptions extends StackOptions {
  /** Names of the pools. Default: every pool of the stack. */
  readonly pools?: readonly string[] | undefined;
  /** Seconds until what is left is reported. Default: 3600. */
  readonly deadlineSeconds?: number | undefined;
}

const DEADLINE_SECONDS = 3600;

/**
 * Drains the nodes of pools by a destroy of their NodePools through the engine; the pools come back with the next update.
 * @throws UsageError when the stack has no pool of a name
 * @throws ExplainedError when the stack is missing, the cluster cannot be read, or the engine fails
 */
export async function drain(options: DrainOptions): Promise<DrainResult> {
  return withStack(options, "fail", async (opened) => {
    await refuseUnknownPools(opened, options);
    await resumeUpdate(opened, options);
    return drainPools(opened, options);
  });
}

/** A pool that is in the config and was never brought up, or is drained already, has no nodes: that is no error. */
async function refuseUnknownPools(opened: OpenStack, { pools = [], stack }: DrainOptions): Promise<void> {
  const made = (await ownNodePools(opened)).map(({ pool }) => pool);
  const known = [...new Set([...opened.settings.pools.map(({ plan }) => plan.pool), ...made])];
  const unknown = pools.filter((pool) => !known.includes(pool));
  if (unknown.length === 0) return;
  throw new UsageError(
    `stack ${stack} has no pool ${unknown.join(", ")}: its pools are ${known.toSorted().join(", ")}`,
    "unknown-name",
  );
}

/** Drains pools of a stack that is open and has no operations under way. */
export async function drainPools(opened: OpenStack, options: DrainOptions): Promise<DrainResult> {
  const { stack, engine } = opened;
  const nodePools = (await ownNodePools(opened)).filter(({ pool }) => options.pools?.includes(pool) ?? true);
  if (nodePools.length === 0) return { drained: true, remaining: [], controller: null };
  const kubeconfig = await kubeconfigOf(stack);
  return onCluster(async () =>
    drainNodePools({
      pools: nodePools.map(({ pool }) => pool),
      kubeconfig,
      deadlineSeconds: options.deadlineSeconds ?? DEADLINE_SECONDS,
      onProgress: options.say,
      signal: options.signal,
      destroyNodePools: async (signal) => {
        await runOperation(opened, { ...options, signal }, "drain", async (hooks) =>
          stack.destroy({ ...engine, ...hooks, target: nodePools.map(({ urn }) => urn) }),
        );
      },
    }),
  );
}

async function ownNodePools({ stack }: OpenStack): Promise<readonly { readonly urn: string; readonly pool: string }[]> {
  const { resources } = await readState(stack);
  return resources
    .filter(({ type }) => type === NODE_POOL_TYPE)
    .map(({ urn, id = "" }) => ({ urn, pool: id.split("/").at(-1) ?? id }));
}

/** Says what of others will stand in the way of a destroy; null when the stack has no cluster. */
export async function reportHolders(opened: OpenStack, { say, signal }: StackOptions): Promise<Holders | null> {
  const kubeconfig = await kubeconfigOf(opened.stack);
  const pools = await ownNodePools(opened);
  // Without a NodePool nothing is drained either: a destroy that goes on may have no cluster any more.
  if (kubeconfig === undefined || pools.length === 0) return null;
  return onCluster(async () => {
    const names = pools.map(({ pool }) => pool);
    const holders = await readHolders(new ClusterConnection({ kubeconfig, signal }), names);
    for (const line of explainHolders(holders)) say?.(line);
    return holders;
  });
}
