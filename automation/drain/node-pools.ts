// Drains the nodes of pools by deleting their NodePools, and reports what blocks them.
import { setTimeout } from "node:timers/promises";
import { type ClusterAccess, ClusterConnection } from "../cluster/connection";
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
  /** Seconds until what is left is reported and the destroy is ended; the NodePools go on being deleted in the cluster. */
  readonly deadlineSeconds: number;
  /** Told whenever what is left, or what holds it up, changes. */
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
  const destroy: { state: "running" | "done" | "failed"; error?: unknown } = { state: "running" };
  const destroyed = options.destroyNodePools(signal).then(
    () => (destroy.state = "done"),
    (error: unknown) => {
      destroy.state = "failed";
      destroy.error = error;
    },
  );
  try {
    const deadline = Date.now() + options.deadlineSeconds * 1000;
    let told = "";
    for (;;) {
      const ended = destroy.state;
      const seen = await look(cluster, options.pools);
      if (ended === "failed") throw destroy.error;
      if (ended === "done" && seen.remaining.length === 0) return { drained: true, remaining: [], controller: null };
      if (Date.now() >= deadline) return { drained: false, ...seen };
      const line = describe(seen);
      if (line !== told) options.onProgress?.(line);
      told = line;
      const pause = setTimeout(Math.min(PAUSE, Math.max(0, deadline - Date.now())), undefined, {
        signal: options.signal,
      });
      await (destroy.state === "running" ? Promise.race([pause, destroyed]) : pause);
    }
  } finally {
    abort.abort();
    await destroyed;
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
  if (remaining.length === 0) return "no nodes are left; the NodePools go";
  const lines = remaining.map(
    ({ pool, nodeClaim, node, reasons }) => `${pool}: ${node ?? nodeClaim} ${reasons.join("; ")}`,
  );
  return [...(controller === null ? [] : [controller]), ...lines].join("\n");
}
