// Checks that the nodes of a running cluster have what their plans promise.
import { setTimeout } from "node:timers/promises";
import { onlyNews } from "../base/output";
import { runCanary, type CanaryOptions, type CanaryVerdict } from "./canary";
import { type ClusterAccess, ClusterConnection } from "../cluster/connection";
import {
  combine,
  judgeNodes,
  judgePool,
  type NodeVerdict,
  type PoolPromise,
  type Status,
  type Verdict,
} from "./judgement";
import { readPoolFacts } from "./reader";
import { findUnguarded } from "./unguarded";

/** What to verify, and how patiently. */
export interface VerifyPoolsOptions extends ClusterAccess {
  readonly pools: readonly PoolPromise[];
  /** Seconds to wait until everything is right; 0, the default, looks once. */
  readonly waitSeconds?: number | undefined;
  /** Accepts swap that is smaller than planned or on a later backing. Default: false. */
  readonly allowDegraded?: boolean | undefined;
  /** Starts a small Burstable pod in every pool that has swap and reads its limit; Karpenter may launch a node for it. */
  readonly canary?: boolean | CanaryOptions | undefined;
  /** Called whenever the verdicts change while it waits. */
  readonly onProgress?: ((line: string) => void) | undefined;
}

/** A pool: its verdict is the worst of its objects, its nodes and its canary. */
export interface PoolVerdict {
  readonly pool: string;
  readonly status: Status;
  /** Of the EC2NodeClass and the NodePool. */
  readonly reasons: readonly string[];
  readonly nodes: readonly NodeVerdict[];
  /** Null where none was started. */
  readonly canary: CanaryVerdict | null;
  /**
   * Pods on the pool's nodes that its guard would refuse, or did not see. They change no status. Null where pods cannot
   * be listed; left out for a pool without swap or guard.
   */
  readonly unguarded?: readonly string[] | null;
}

/** Whether every pool has what it promises, and what each has. */
export interface VerifyResult {
  /** Whether every pool is right, or degraded where that is allowed; the exit code is 5 otherwise. */
  readonly ok: boolean;
  readonly pools: readonly PoolVerdict[];
}

/** Seconds between two looks. */
const PAUSE_SECONDS = 10;

/**
 * Verifies. Nothing in the cluster is changed, but for the canary's pods, which are deleted whatever happens.
 * Needs `get` and `list` on nodes, nodeclaims, nodepools and ec2nodeclasses, and `get` on `nodes/proxy`; the canary
 * needs `create`, `get` and `delete` on pods, and `get` on `pods/log`; with `list` on events it can say why a pod did not run. With `list` on pods it reports pods that a guard would refuse.
 * @throws ClusterError when the cluster cannot be read
 */
export async function verifyPools(options: VerifyPoolsOptions): Promise<VerifyResult> {
  const cluster = new ClusterConnection(options);
  const looked = await lookUntilRight(cluster, options);
  const { canary = false } = options;
  if (canary === false) return toResult(looked, options);
  const settings = canary === true ? {} : canary;
  const withCanaries: PoolVerdict[] = [];
  for (const verdict of looked) {
    const promise = options.pools.find(({ plan }) => plan.pool === verdict.pool);
    if (promise === undefined || promise.plan.swap === null) {
      withCanaries.push(verdict);
      continue;
    }
    options.onProgress?.(`${verdict.pool}: a canary is started`);
    const seen = await runCanary(cluster, promise.plan, settings, options.signal);
    withCanaries.push({ ...verdict, status: combine([verdict, seen]).status, canary: seen });
  }
  return toResult(withCanaries, options);
}

async function lookUntilRight(
  cluster: ClusterConnection,
  options: VerifyPoolsOptions,
): Promise<readonly PoolVerdict[]> {
  const deadline = Date.now() + (options.waitSeconds ?? 0) * 1000;
  const tell = onlyNews(options.onProgress);
  for (;;) {
    const verdicts = await Promise.all(options.pools.map(async (promise) => look(cluster, promise)));
    if (toResult(verdicts, options).ok || Date.now() >= deadline) return verdicts;
    tell(describe(verdicts));
    await setTimeout(Math.min(PAUSE_SECONDS * 1000, deadline - Date.now()), undefined, { signal: options.signal });
  }
}

async function look(cluster: ClusterConnection, promise: PoolPromise): Promise<PoolVerdict> {
  const { pool } = promise.plan;
  const facts = await readPoolFacts(cluster, pool);
  const objects = judgePool(promise, facts);
  const nodes = judgeNodes(promise, facts);
  const verdict = { pool, status: combine([objects, ...nodes]).status, reasons: objects.reasons, nodes, canary: null };
  if (promise.plan.swap === null || (promise.guard ?? "off") === "off") return verdict;
  return { ...verdict, unguarded: await findUnguarded(cluster, promise.plan, facts.nodes.values()) };
}

function toResult(pools: readonly PoolVerdict[], { allowDegraded = false }: VerifyPoolsOptions): VerifyResult {
  const accepted: readonly Status[] = allowDegraded ? ["right", "degraded"] : ["right"];
  return { ok: pools.every(({ status }) => accepted.includes(status)), pools };
}

/** `ebs: 1 of 3 nodes right, ip-10-42-1-7 has not joined …`: the first thing that is waited for of each pool. */
function describe(verdicts: readonly PoolVerdict[]): string {
  return verdicts
    .filter(({ status }) => status !== "right")
    .map(({ pool, reasons, nodes }) => {
      const right = nodes.filter(({ status }) => status === "right").length;
      const [first] = [...reasons, ...nodes.flatMap(firstReason)];
      return `${pool}: ${right} of ${nodes.length} nodes right, ${first ?? ""}`;
    })
    .join("; ");
}

function firstReason({ node, reasons }: NodeVerdict & Verdict): readonly string[] {
  return reasons.slice(0, 1).map((reason) => `${node} ${reason}`);
}
