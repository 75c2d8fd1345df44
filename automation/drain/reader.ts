// What holds the nodes of a pool up, read from the cluster.
import type { V1Pod, V1PodDisruptionBudget } from "@kubernetes/client-node";
import type { ClusterConnection } from "../cluster/connection";
import { forEachOf, listNodes } from "../cluster/nodes";
import { listNodeClaims } from "../cluster/objects";
import type { BudgetFacts, DrainFacts, PodFacts } from "./blockers";

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
            return items.map(toPodFacts);
          });
    const node = nodes.find(({ metadata }) => metadata?.name === name);
    return {
      pool,
      nodeClaim,
      nodeFinalizers: node && (node.metadata?.finalizers ?? []),
      pods,
      budgets: budgets.items.map(toBudgetFacts),
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

function toPodFacts({ metadata, spec, status }: V1Pod): PodFacts {
  return {
    namespace: metadata?.namespace ?? "",
    name: metadata?.name ?? "",
    labels: metadata?.labels ?? {},
    doNotDisrupt: metadata?.annotations?.["karpenter.sh/do-not-disrupt"],
    phase: status?.phase ?? "Unknown",
    startTime: status?.startTime,
    deletionTimestamp: metadata?.deletionTimestamp,
    finalizers: metadata?.finalizers ?? [],
    isMirror: metadata?.ownerReferences?.some(({ kind }) => kind === "Node") ?? false,
    tolerations: spec?.tolerations ?? [],
  };
}

function toBudgetFacts({ metadata, spec, status }: V1PodDisruptionBudget): BudgetFacts {
  return {
    namespace: metadata?.namespace ?? "",
    name: metadata?.name ?? "",
    disruptionsAllowed: status?.disruptionsAllowed ?? 0,
    selector: spec?.selector,
  };
}
