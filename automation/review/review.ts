// A preview, looked at: what changes, what it means for each pool, and which gates are closed.
import type { Problem } from "../../config/catalogue/problems";
import type { Settings } from "../../config/settings";
import { readIn } from "../base/files";
import { countChanges, type ChangeKind, type ResourceChange } from "../base/changes";
import { readClusterFacts, type ClusterFacts } from "../cluster/facts";
import { closedGates, type Gate, type Refusal } from "./gates";
import { lastSettings, userDataByPool } from "./last-config";
import type { OpenStack } from "../engine/open-stack";
import { runOperation } from "../engine/operation";
import { policyArguments, type PolicyOptions } from "../engine/policy-packs";
import { poolOutlooks, type PoolOutlook } from "./outlook";
import { poolChanges, type PoolChange } from "./pool-changes";
import type { StackOptions } from "../base/stack-options";
import { beyondPlan } from "./update-plan";

/** What a preview takes, besides the stack. */
export interface ReviewOptions extends StackOptions, PolicyOptions {
  /** Gates that are open for this update. */
  readonly allow?: readonly Gate[] | undefined;
  /** Whether to read nodes and swap in use from the running cluster. Default: true. */
  readonly cluster?: boolean | undefined;
}

/** A closed gate, and whether it was opened for this update. */
export interface JudgedRefusal extends Refusal {
  readonly allowed: boolean;
}

/** What a preview shows. */
export interface Review {
  readonly stack: string;
  /** All resources, those that stay the same included. */
  readonly changes: readonly ResourceChange[];
  readonly counts: Readonly<Partial<Record<ChangeKind, number>>>;
  readonly pools: readonly PoolOutlook[];
  readonly refusals: readonly JudgedRefusal[];
  /** What could not be looked at, and why. */
  readonly unchecked: readonly string[];
  /** Changes that the reviewed plan does not have; empty without one. */
  readonly beyondPlan: readonly string[];
  readonly warnings: readonly Problem[];
  readonly seconds: number;
}

/** Where a plan goes to, or comes from. */
export interface PlanFiles {
  readonly save?: string | undefined;
  readonly obey?: string | undefined;
}

/** Runs a preview and judges it. Nothing is changed. */
export async function review(opened: OpenStack, options: ReviewOptions, plan: PlanFiles = {}): Promise<Review> {
  const { stack, settings, engine } = opened;
  const policies = policyArguments(options);
  const { changes, seconds } = await runOperation(opened, options, "preview", async (hooks) =>
    stack.preview({ ...engine, ...policies, ...hooks, ...(plan.save === undefined ? {} : { plan: plan.save }) }),
  );
  const pools = poolChanges(changes);
  const cluster = await lookAtCluster(opened, options, pools);
  const changed = changes.some(({ kind }) => kind !== "same");
  const last =
    changed && pools.some(({ kind }) => kind === "roll" || kind === "keep") ? await lastSettings(stack) : undefined;
  const refusals = closedGates({
    changes,
    userDataOfLastConfig: last === undefined ? new Map<string, string>() : userDataByPool(last),
    swapUse: "swapUse" in cluster ? cluster.swapUse : undefined,
  });
  return {
    stack: stack.name,
    changes,
    counts: countChanges(changes),
    pools: poolOutlooks(pools, { nodes: "nodes" in cluster ? cluster.nodes : undefined, last, next: settings }),
    refusals: refusals.map((refusal) => ({ ...refusal, allowed: options.allow?.includes(refusal.gate) ?? false })),
    unchecked: uncheckedOf(cluster, pools, last),
    beyondPlan: plan.obey === undefined ? [] : beyondPlan(readIn("plan", plan.obey), changes),
    warnings: settings.warnings,
    seconds,
  };
}

async function lookAtCluster(
  { stack, settings }: OpenStack,
  { cluster = true, sandbox, signal }: ReviewOptions,
  pools: readonly PoolChange[],
): Promise<ClusterFacts> {
  if (!cluster) return { unknown: "--no-cluster was given" };
  if (sandbox !== undefined) return { unknown: "no nodes run in the sandbox" };
  if (pools.every(({ kind }) => kind === "add" || kind === "keep")) return { unknown: "no nodes are replaced" };
  const plans = settings.pools.map(({ plan }) => plan);
  return readClusterFacts(stack, plans, signal);
}

function uncheckedOf(
  cluster: ClusterFacts,
  pools: readonly PoolChange[],
  last: Settings | undefined,
): readonly string[] {
  if (pools.every(({ kind }) => kind !== "roll")) return [];
  return [
    ...(last === undefined
      ? ["which settings change: no update succeeded with a config that this version accepts"]
      : []),
    ...("unknown" in cluster
      ? [`swap in use against the new limits: ${cluster.unknown}`]
      : cluster.swapUse.unread.map(({ node, reason }) => `swap in use on ${node}: ${reason}`)),
  ];
}
