// The nodes of pools in a running cluster, and what their kubelets say of themselves.
import type { V1Node } from "@kubernetes/client-node";
import { parseQuantity } from "../../swap/quantity";
import type { ClusterConnection } from "./connection";
import { NODE_POOL_LABEL } from "./objects";

/** Nodes whose kubelets are called at the same time. */
const AT_ONCE = 10;

/** The Node objects of a NodePool. */
export async function listNodes(cluster: ClusterConnection, pool: string): Promise<readonly V1Node[]> {
  const labelSelector = `${NODE_POOL_LABEL}=${pool}`;
  const { items } = await cluster.read("list the nodes of the cluster", async (options) =>
    cluster.core.listNode({ labelSelector }, options),
  );
  return items;
}

/** Number of nodes of every NodePool of the cluster that has any, whoever made the NodePool. */
export async function countNodes(cluster: ClusterConnection): Promise<ReadonlyMap<string, number>> {
  const { items } = await cluster.read("list the nodes of the cluster", async (options) =>
    cluster.core.listNode({ labelSelector: NODE_POOL_LABEL }, options),
  );
  const counts = new Map<string, number>();
  for (const { metadata } of items) {
    const pool = metadata?.labels?.[NODE_POOL_LABEL] ?? "";
    counts.set(pool, (counts.get(pool) ?? 0) + 1);
  }
  return counts;
}

/** MemTotal of a node in bytes: `status.capacity.memory` is what the kubelet read from /proc/meminfo. */
export function memTotalBytes(node: V1Node): number {
  return parseQuantity(node.status?.capacity?.["memory"] ?? "0");
}

/**
 * Asks a node's kubelet, through the API server: `configz` is its effective configuration, `stats/summary` its use of
 * memory and swap. Needs `get` on `nodes/proxy`.
 * @throws ClusterError when the kubelet does not answer
 */
export async function askKubelet(cluster: ClusterConnection, node: string, path: string): Promise<unknown> {
  const answer = await cluster.once(`ask the kubelet of ${node} for ${path}`, async (options) =>
    cluster.core.connectGetNodeProxyWithPath({ name: node, path }, options),
  );
  const parsed: unknown = typeof answer === "string" ? JSON.parse(answer) : answer;
  return parsed;
}

/** Asks for every item, some at a time: a cluster may have thousands of nodes. */
export async function forEachOf<T, R>(items: readonly T[], ask: (item: T) => Promise<R>): Promise<readonly R[]> {
  const answers: R[] = [];
  for (let start = 0; start < items.length; start += AT_ONCE) {
    answers.push(...(await Promise.all(items.slice(start, start + AT_ONCE).map(ask))));
  }
  return answers;
}
