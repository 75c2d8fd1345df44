// Pods on nodes of a pool that its guard would refuse, or did not see: admission knows neither nodes nor `nodeName`'s sender.
import type { V1Pod } from "@kubernetes/client-node";
import type { SwapPlan } from "../../swap/plan";
import { GUARD_ANNOTATION } from "../../swap/vocabulary";
import { ClusterError, type ClusterConnection } from "../cluster/connection";
import { forEachOf } from "../cluster/nodes";
import { predict } from "../cluster/swap-in-use";
import type { NodeFacts } from "./judgement";

/** Controllers whose pods run on every node and are aimed at none: DaemonSets, and kubelets with their static pods. */
const EVERYWHERE = ["DaemonSet", "Node"];

/**
 * Reads the pods of nodes and reports what is wrong with each that the guard would refuse. The status of the pool does
 * not change: such a pod runs, and the node has its swap. Needs `list` on pods.
 * @returns null where the pods cannot be listed
 */
export async function findUnguarded(
  cluster: ClusterConnection,
  plan: SwapPlan,
  nodes: Iterable<NodeFacts>,
): Promise<readonly string[] | null> {
  try {
    const found = await forEachOf([...nodes], async ({ node, memTotalBytes }) => {
      const { items } = await cluster.read(`list the pods of ${node}`, async (options) =>
        cluster.core.listPodForAllNamespaces({ fieldSelector: `spec.nodeName=${node}` }, options),
      );
      return items.flatMap((pod) => {
        const remark = judgePod(pod, plan, memTotalBytes);
        return remark === undefined
          ? []
          : [`pod ${pod.metadata?.namespace ?? ""}/${pod.metadata?.name ?? ""} on ${node} ${remark}`];
      });
    });
    return found.flat();
  } catch (error) {
    if (error instanceof ClusterError) return null;
    throw error;
  }
}

/** What the guard would say to a pod that runs on a node of its pool; undefined where it would let it in. */
export function judgePod(pod: V1Pod, plan: SwapPlan, memTotalBytes: number): string | undefined {
  const { metadata, spec, status } = pod;
  const wish = metadata?.annotations?.[GUARD_ANNOTATION];
  if (wish === "off" || status?.phase === "Succeeded" || status?.phase === "Failed") return undefined;
  const swapping = [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])]
    .filter((container) => predict(container, pod, plan, memTotalBytes).limitBytes > 0)
    .map(({ name }) => name);
  if (wish === "no-swap") {
    return swapping.length === 0 ? undefined : `must not swap, and its containers may: ${swapping.join(", ")}`;
  }
  const isEverywhere = metadata?.ownerReferences?.some(({ kind }) => EVERYWHERE.includes(kind)) ?? false;
  return swapping.length > 0 || isEverywhere ? undefined : "gets no swap there";
}
