// The facts about a pool that verify judges, read from the cluster.
import type { V1Node } from "@kubernetes/client-node";
import { z } from "zod";
import { BACKING_KEY } from "../../swap/vocabulary";
import { type ClusterConnection, ClusterError } from "../cluster/connection";
import { askKubelet, forEachOf, listNodes, memTotalBytes } from "../cluster/nodes";
import { listNodeClaims, parse, readNodeClass, readNodePool } from "../cluster/objects";
import type { KubeletFacts, NodeFacts, PoolFacts } from "./judgement";

/** Source: https://github.com/kubernetes/kubernetes/blob/v1.37.2/staging/src/k8s.io/kubelet/config/v1beta1/types.go */
const configzSchema = z.object({
  kubeletconfig: z.object({
    failSwapOn: z.boolean().optional(),
    memorySwap: z.object({ swapBehavior: z.string().optional() }).default({}),
    evictionHard: z.record(z.string(), z.string()).default({}),
  }),
});

const nodeSwapSchema = z.object({
  node: z.object({
    swap: z.object({ swapAvailableBytes: z.number().default(0), swapUsageBytes: z.number().default(0) }).optional(),
  }),
});

/** Reads a pool with its NodeClaims and nodes; those that are on their way out are left out. */
export async function readPoolFacts(cluster: ClusterConnection, pool: string): Promise<PoolFacts> {
  const [nodeClass, nodePool, nodeClaims, nodes] = await Promise.all([
    readNodeClass(cluster, pool),
    readNodePool(cluster, pool),
    listNodeClaims(cluster, pool),
    listNodes(cluster, pool),
  ]);
  const staying = nodeClaims.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  const names = staying.flatMap(({ status }) => status.nodeName ?? []);
  const facts = await forEachOf(
    nodes.filter(({ metadata }) => names.includes(metadata?.name ?? "")),
    async (node) => readNodeFacts(cluster, node),
  );
  return {
    nodeClass,
    nodePool,
    nodeClaims: staying,
    nodes: new Map(facts.map((known) => [known.node, known])),
  };
}

async function readNodeFacts(cluster: ClusterConnection, node: V1Node): Promise<NodeFacts> {
  const name = node.metadata?.name ?? "";
  const swapOnBytes = await readSwapOn(cluster, name);
  const ready = node.status?.conditions?.find(({ type }) => type === "Ready");
  return {
    node: name,
    notReady: ready?.status === "True" ? null : (ready?.message ?? ready?.reason ?? "its kubelet has not reported yet"),
    memTotalBytes: memTotalBytes(node),
    swapCapacityBytes: node.status?.nodeInfo?.swap?.capacity ?? (reportsSwap(node) ? undefined : swapOnBytes),
    swapOnBytes,
    backing: node.metadata?.labels?.[BACKING_KEY],
    kubelet: await readKubelet(cluster, name),
  };
}

async function readKubelet(cluster: ClusterConnection, node: string): Promise<KubeletFacts | string> {
  try {
    const configz = parse(configzSchema, await askKubelet(cluster, node, "configz"), `configz of ${node}`);
    const { failSwapOn, memorySwap, evictionHard } = configz.kubeletconfig;
    return { failSwapOn, swapBehavior: memorySwap.swapBehavior, evictionHard };
  } catch (error) {
    if (error instanceof ClusterError) return error.message;
    throw error;
  }
}

/** A kubelet before Kubernetes 1.33 does not report its swap in the Node object. */
function reportsSwap(node: V1Node): boolean {
  const minor = /^v1\.(\d+)\./.exec(node.status?.nodeInfo?.kubeletVersion ?? "")?.[1];
  return minor === undefined || Number(minor) >= 33;
}

/** The swap that is on now, used or not. */
async function readSwapOn(cluster: ClusterConnection, name: string): Promise<number | undefined> {
  try {
    const summary = parse(nodeSwapSchema, await askKubelet(cluster, name, "stats/summary"), `stats/summary of ${name}`);
    const { swap } = summary.node;
    return swap && swap.swapAvailableBytes + swap.swapUsageBytes;
  } catch (error) {
    // The read of the kubelet's settings reports why the kubelet does not answer.
    if (error instanceof ClusterError) return undefined;
    throw error;
  }
}
