// What of others stands in the way of a cluster's destroy, reported before anything goes.
import type { ClusterConnection } from "../cluster/connection";
import { listNodeClaims, listNodePools, NODE_POOL_LABEL } from "../cluster/objects";

/** What is in the cluster and not of the stack. */
export interface Holders {
  /** NodePools that are not of the stack. */
  readonly nodePools: readonly string[];
  /** NodeClaims of no pool of the stack. */
  readonly nodeClaims: readonly string[];
  /** Services of type LoadBalancer, as `NAMESPACE/NAME`. */
  readonly loadBalancers: readonly string[];
  /** Bound claims whose volume is deleted with the claim, as `NAMESPACE/NAME (VOLUME)`. */
  readonly claims: readonly string[];
  /** PodDisruptionBudgets that allow no disruption now, as `NAMESPACE/NAME`. */
  readonly budgets: readonly string[];
}

/** Reads them. @throws ClusterError when the cluster does not answer */
export async function readHolders(cluster: ClusterConnection, ownPools: readonly string[]): Promise<Holders> {
  const [nodePools, nodeClaims, services, volumes, budgets] = await Promise.all([
    listNodePools(cluster),
    listNodeClaims(cluster),
    cluster.read("list the Services of the cluster", async (options) =>
      cluster.core.listServiceForAllNamespaces({}, options),
    ),
    cluster.read("list the PersistentVolumes of the cluster", async (options) =>
      cluster.core.listPersistentVolume({}, options),
    ),
    cluster.read("list the PodDisruptionBudgets of the cluster", async (options) =>
      cluster.policy.listPodDisruptionBudgetForAllNamespaces({}, options),
    ),
  ]);
  return {
    nodePools: nodePools.map(({ metadata }) => metadata.name).filter((name) => !ownPools.includes(name)),
    nodeClaims: nodeClaims
      .filter(({ metadata }) => !ownPools.includes(metadata.labels[NODE_POOL_LABEL] ?? ""))
      .map(({ metadata }) => metadata.name),
    loadBalancers: services.items.filter(({ spec }) => spec?.type === "LoadBalancer").map(nameOf),
    claims: volumes.items.flatMap(({ metadata, spec }) => {
      const claim = spec?.claimRef;
      const isMade = spec?.csi !== undefined && spec.persistentVolumeReclaimPolicy === "Delete";
      return claim === undefined || !isMade ? [] : [`${nameOf({ metadata: claim })} (${metadata?.name ?? ""})`];
    }),
    budgets: budgets.items.filter(({ status }) => status?.disruptionsAllowed === 0).map(nameOf),
  };
}

interface Named {
  readonly metadata?: { readonly namespace?: string | undefined; readonly name?: string | undefined } | undefined;
}

function nameOf({ metadata }: Named): string {
  return `${metadata?.namespace ?? ""}/${metadata?.name ?? ""}`;
}

/** What each of them holds, and what to do about it; a line for each kind that there is. */
export function explainHolders({ nodePools, nodeClaims, loadBalancers, claims, budgets }: Holders): readonly string[] {
  const line = (what: string, names: readonly string[], effect: string): readonly string[] =>
    names.length === 0 ? [] : [`${what} ${names.join(", ")}: ${effect}`];
  return [
    ...line(
      "NodePools of others",
      nodePools,
      "nobody launches or removes their nodes once Karpenter is destroyed; delete them first",
    ),
    ...line(
      "NodeClaims of others",
      nodeClaims,
      "their instances hold subnets and security groups, so the network cannot be deleted; delete their NodePools first",
    ),
    ...line(
      "Services of type LoadBalancer",
      loadBalancers,
      "their load balancers hold subnets, and nothing deletes them once the cluster is gone; delete the Services first",
    ),
    ...line(
      "PersistentVolumeClaims",
      claims,
      "their volumes stay in the account and are paid for, since their driver goes with the cluster; delete the claims first, or keep the volumes knowingly",
    ),
    ...line(
      "PodDisruptionBudgets that allow no disruption now",
      budgets,
      "on a node of the pools they hold up the drain; scale the workload or delete the budget",
    ),
  ];
}
