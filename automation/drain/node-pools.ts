// Drains the nodes of pools by deleting their NodePools, and reports what blocks them.
import { setTimeout } from "node:timers/promises";
import { type ClusterAccess, ClusterConnection } from "../cluster/connection";
import { onlyNews } from "../base/output";
import { explainNodeClaim } from "./blockers";
import { controllerProblem, readDrain } from "./reader";

/** What to drain, and until when. */
export interface DrainNodePoolsOptions extends ClusterAccess {
  /** Names of the pools. */
  readonly pools: readonly string[];
  /**
   * Destroys the NodePools through the engine, so that its state stays true; ends early when the signal is aborted.
   * Their deletion is in the foreground and so waits for the drain: it is watched here meanwhile.
   */
  readonly destroyNodePools: (signal: AbortSignal) => Promise<void>;
  /** Seconds until the drain reports what is left and ends; the cluster continues to delete the NodePools. */
  readonly deadlineSeconds: number;
  /** Called whenever what is left, or what blocks it, changes. */
  readonly onProgress?: ((line: string) => void) | undefined;
}

/** A NodeClaim that is still there. */
export interface RemainingNodeClaim {
  readonly pool: string;
  readonly nodeClaim: string;
  /** Null where it has no node. */
  readonly node: string | null;
  /** What it waits for, or what blocks it. */
  readonly reasons: readonly string[];
}

/** What a drain has emptied, and what is left. */
export interface DrainResult {
  /** Whether every node is gone. */
  readonly drained: boolean;
  readonly remaining: readonly RemainingNodeClaim[];
  /** Why nobody would remove them; null when Karpenter runs. */
  readonly controller: string | null;
}

const PAUSE = 5000;

/**
 * Drains. Can be run again at any time: what is gone already is no error.
 * @throws ClusterError when the cluster cannot be read, and what `destroyNodePools` throws
 */
export async function drainNodePools(options: DrainNodePoolsOptions): Promise<DrainResult> {
  const cluster = new ClusterConnection(options);
  const abort = new AbortController();
  const signal = options.signal === undefined ? abort.signal : AbortSignal.any([options.signal, abort.signal]);
  const destroyed = options.destroyNodePools(signal).then(
    (): Ending => ({ kind: "done" }),
    (error: unknown): Ending => ({ kind: "failed", error }),
  );
  try {
    return await watch(cluster, options, destroyed);
  } finally {
    abort.abort();
    await destroyed;
  }
}

/** How the destroy of the NodePools ended. */
type Ending = { readonly kind: "done" } | { readonly kind: "failed"; readonly error: unknown };

/** Looks again and again until the destroy has ended and no node is left, or the deadline is over. */
async function watch(
  cluster: ClusterConnection,
  { pools, deadlineSeconds, onProgress, signal }: DrainNodePoolsOptions,
  destroyed: Promise<Ending>,
): Promise<DrainResult> {
  const deadline = Date.now() + deadlineSeconds * 1000;
  const tell = onlyNews(onProgress);
  let ending: Ending | undefined;
  for (;;) {
    const seen = await look(cluster, pools);
    if (ending?.kind === "failed") throw ending.error;
    if (ending?.kind === "done" && seen.remaining.length === 0) return { drained: true, ...seen };
    const left = deadline - Date.now();
    if (left <= 0) return { drained: false, ...seen };
    tell(describe(seen));
    const pause = setTimeout(Math.min(PAUSE, left), undefined, { signal });
    // The end of the destroy cuts the pause short once.
    if (ending === undefined) ending = await Promise.race([pause, destroyed]);
    else await pause;
  }
}

async function look(cluster: ClusterConnection, pools: readonly string[]): Promise<Omit<DrainResult, "drained">> {
  const facts = (await Promise.all(pools.map(async (pool) => readDrain(cluster, pool)))).flat();
  return {
    remaining: facts.map((claim) => ({
      pool: claim.pool,
      nodeClaim: claim.nodeClaim.metadata.name,
      node: claim.nodeClaim.status.nodeName ?? null,
      reasons: explainNodeClaim(claim, new Date()),
    })),
    controller: facts.length === 0 ? null : await controllerProblem(cluster),
  };
}

function describe({ remaining, controller }: Omit<DrainResult, "drained">): string {
  if (remaining.length === 0) return "no nodes are left; deleting the NodePools";
  const lines = remaining.map(
    ({ pool, nodeClaim, node, reasons }) => `${pool}: ${node ?? nodeClaim} ${reasons.join("; ")}`,
  );
  return [...(controller === null ? [] : [controller]), ...lines].join("\n");
}
