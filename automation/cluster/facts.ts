// What a preview wants to know of the running cluster: nodes of each pool, and swap in use. Without it, it says so.
import type { Stack } from "@pulumi/pulumi/automation";
import type { SwapPlan } from "../../swap/plan";
import { ClusterConnection } from "./connection";
import { countNodes } from "./nodes";
import { readSwapUse, type SwapUse } from "./swap-in-use";
import { kubeconfigOf } from "./kubeconfig";

/** Facts of the cluster, or why there are none. */
export type ClusterFacts =
  | { readonly nodes: ReadonlyMap<string, number>; readonly swapUse: SwapUse }
  | { readonly unknown: string };

/** A cluster with a private endpoint may not answer at all; a preview is not held up for longer. */
const PATIENCE_MILLISECONDS = 30_000;

/** Reads the cluster that the stack's output `kubeconfig` leads to. */
export async function readClusterFacts(
  stack: Stack,
  plans: readonly SwapPlan[],
  signal: AbortSignal | undefined,
): Promise<ClusterFacts> {
  const kubeconfig = await kubeconfigOf(stack);
  if (kubeconfig === undefined) return { unknown: "the stack has no cluster yet" };
  const patience = AbortSignal.timeout(PATIENCE_MILLISECONDS);
  const cluster = new ClusterConnection({
    kubeconfig,
    signal: signal === undefined ? patience : AbortSignal.any([signal, patience]),
  });
  try {
    return { nodes: await countNodes(cluster), swapUse: await readSwapUse(cluster, plans) };
  } catch (error) {
    signal?.throwIfAborted();
    if (patience.aborted) return { unknown: `the cluster did not answer within ${PATIENCE_MILLISECONDS / 1000} s` };
    return { unknown: error instanceof Error ? error.message : String(error) };
  }
}
