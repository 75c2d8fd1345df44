// What holds the nodes of a pool up, read from the cluster.
import type { ClusterConnection } from "./cluster-connection";
import { forEachOf, listNodes } from "./cluster-nodes";
import { listNodeClaims } from "./cluster-objects";
import type { DrainFacts } from "./drain-blockers";

/** The NodeClaims of a pool that are still there, with everything that can hold them up. */
export async function readDrain(cluster: ClusterConnection, pool: string): Promise<readonly DrainFacts[]> {
  const nodeClaims = await listNodeClaims(cluster, pool);
  if (nodeClaims.length === 0) return [];
  const [nodes, budgets, attachments] = await Promise.all([
    listNodes(cluster, pool),
    cluster.read("list the PodDisruptionBudgets of the cluster", async (options) =>
      cluster.policy.listPodDisruptionBudgetForAllNamespaces({}, options),
    ),
    cluster.read("list the VolumeAttachments of the cluster", async (options) =>
      cluster.storage.listVolumeAttachment({}, options),
    ),
  ]);
  return forEachOf(nodeClaims, async (nodeClaim) => {
    const name = nodeClaim.status.nodeName;
    const pods =
      name === undefined
        ? []
        : await cluster.read(`list the pods of ${name}`, async (options) => {
            const { items } = await cluster.core.listPodForAllNamespaces(
              { fieldSelector: `spec.nodeName=${name}` },
              options,
            );
            return items;
          });
    return {
      pool,
      nodeClaim,
      node: nodes.find(({ metadata }) => metadata?.name === name),
      pods,
      budgets: budgets.items,
      attachedVolumes: attachments.items
        .filter(({ spec }) => spec.nodeName === name)
        .map(({ metadata, spec }) => spec.source.persistentVolumeName ?? metadata?.name ?? ""),
    };
  });
}

/** Why nobody would remove nodes; null when a Karpenter is ready to. */
export async function controllerProblem(cluster: ClusterConnection): Promise<string | null> {
  const { items } = await cluster.read("look for Karpenter's Deployment", async (options) =>
    cluster.apps.listDeploymentForAllNamespaces({ labelSelector: "app.kubernetes.io/name=karpenter" }, options),
  );
  if (items.some(({ status }) => (status?.readyReplicas ?? 0) > 0)) return null;
  return items.length === 0
    ? "no Deployment of Karpenter is in the cluster: nobody removes its finalizers"
    : "no replica of Karpenter is ready: until one is, nobody removes its finalizers";
}
