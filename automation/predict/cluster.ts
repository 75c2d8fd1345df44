// The nodes of the running cluster, and what decides there about the memory of pods.
import type { V1LimitRange, V1Node } from "@kubernetes/client-node";
import { z } from "zod";
import type { SwapBehavior } from "../../swap/limited-swap";
import { formatQuantity } from "../../swap/quantity";
import { BACKING_KEY, POOL_KEY, type Taint } from "../../swap/vocabulary";
import type { ManifestText } from "../../workload/files";
import type { PredictedNode, VolumeRates } from "../../workload/node";
import { ClusterConnection, ClusterError } from "../cluster/connection";
import { askKubelet, forEachOf, memTotalBytes } from "../cluster/nodes";
import { UsageError } from "../base/errors";

/** What is read of a cluster. */
export interface ClusterState {
  /** Of the API server, as in `1.36`. */
  readonly kubernetesVersion: string;
  readonly nodes: readonly PredictedNode[];
  /** LimitRanges, PriorityClasses and RuntimeClasses, as manifests. */
  readonly texts: readonly ManifestText[];
  /** What could not be read and was assumed. */
  readonly notes: readonly string[];
}

const RUNTIME_CLASSES = { group: "node.k8s.io", version: "v1", plural: "runtimeclasses" };
const PRIORITY_CLASSES = { group: "scheduling.k8s.io", version: "v1", plural: "priorityclasses" };

const configzSchema = z.object({
  kubeletconfig: z.object({ memorySwap: z.object({ swapBehavior: z.string().optional() }).optional() }),
});

/**
 * Reads nodes, LimitRanges, PriorityClasses and RuntimeClasses. Nodes between which nothing decides count as one.
 * `nodeInfo.swap.capacity` is the swap that the kubelet found at its start (Kubernetes 1.33 and newer).
 * @param volume what is assumed of the volumes that hold the swap
 * @throws ClusterError when the cluster does not answer, UsageError when it has no nodes
 */
export async function readCluster(volume: VolumeRates, cluster = new ClusterConnection()): Promise<ClusterState> {
  const nodes = await cluster.read("list the nodes of the cluster", async (options) =>
    cluster.core.listNode({}, options),
  );
  const { major, minor } = await cluster.read("ask the cluster for its version", async (options) =>
    cluster.version.getCode({}, options),
  );
  if (nodes.items.length === 0) throw new UsageError("the cluster has no nodes");
  const read = await forEachOf(nodes.items, async (node) => ({
    node,
    swapBehavior: await readBehavior(cluster, nameOf(node)),
  }));
  const unread = read.filter(({ swapBehavior }) => swapBehavior === undefined).map(({ node }) => nameOf(node));
  return {
    kubernetesVersion: `${major}.${Number.parseInt(minor, 10)}`,
    nodes: mergeEqual(read.map(({ node, swapBehavior = "LimitedSwap" }) => clusterNode(node, swapBehavior, volume))),
    texts: await readRules(cluster),
    notes:
      unread.length === 0
        ? []
        : [`the kubelet configuration of ${unread.join(", ")} could not be read: LimitedSwap is assumed`],
  };
}

/** LimitRanges, PriorityClasses and RuntimeClasses of the cluster, as manifests. */
async function readRules(cluster: ClusterConnection): Promise<readonly ManifestText[]> {
  const limitRanges = await cluster.read("list the LimitRanges of the cluster", async (options) =>
    cluster.core.listLimitRangeForAllNamespaces({}, options),
  );
  const classes = await cluster.read("list the PriorityClasses of the cluster", async (options) => {
    const list: unknown = await cluster.custom.listClusterCustomObject(PRIORITY_CLASSES, options);
    return list;
  });
  const runtimeClasses = await cluster.read("list the RuntimeClasses of the cluster", async (options) => {
    const list: unknown = await cluster.custom.listClusterCustomObject(RUNTIME_CLASSES, options);
    return list;
  });
  return [limitRangesAsManifest(limitRanges.items), classes, runtimeClasses].map((list) => ({
    file: "the cluster",
    text: JSON.stringify(list),
  }));
}

/** The client library calls the field `default` `_default`. */
function limitRangesAsManifest(limitRanges: readonly V1LimitRange[]) {
  const items = limitRanges.map(({ metadata, spec }) => ({
    metadata,
    spec: { limits: spec?.limits.map(({ _default, ...item }) => ({ ...item, default: _default })) },
  }));
  return { apiVersion: "v1", kind: "LimitRangeList", items };
}

/** `memorySwap.swapBehavior` of the running kubelet; undefined where it may not or cannot be read. */
async function readBehavior(cluster: ClusterConnection, node: string): Promise<SwapBehavior | undefined> {
  try {
    const { kubeletconfig } = configzSchema.parse(await askKubelet(cluster, node, "configz"));
    return kubeletconfig.memorySwap?.swapBehavior === "LimitedSwap" ? "LimitedSwap" : "NoSwap";
  } catch (error) {
    // Without the right to nodes/proxy the rest is still known; the caller reports what is assumed.
    if (error instanceof ClusterError || error instanceof z.ZodError) return undefined;
    throw error;
  }
}

function clusterNode(node: V1Node, swapBehavior: SwapBehavior, volume: VolumeRates): PredictedNode {
  const labels = node.metadata?.labels ?? {};
  return {
    name: nameOf(node),
    pool: labels[POOL_KEY] ?? null,
    memTotalBytes: memTotalBytes(node),
    swapTotalBytes: node.status?.nodeInfo?.swap?.capacity ?? 0,
    swapBehavior,
    placement: { labels, taints: (node.spec?.taints ?? []).flatMap(toTaint), requirements: null },
    volume: labels[BACKING_KEY] === "instance-store" ? null : volume,
    price: null,
  };
}

/** The name of the first stands for all that are like it. */
function mergeEqual(nodes: readonly PredictedNode[]): readonly PredictedNode[] {
  const groups = new Map<string, PredictedNode[]>();
  for (const node of nodes) {
    const { pool, memTotalBytes: memory, swapTotalBytes, swapBehavior, placement } = node;
    const key = JSON.stringify([pool, memory, swapTotalBytes, swapBehavior, placement && comparable(placement)]);
    groups.set(key, [...(groups.get(key) ?? []), node]);
  }
  return [...groups.values()].flatMap(([first, ...others]) => {
    if (first === undefined) return [];
    const more = others.length === 0 ? "" : ` and ${others.length} like it`;
    return [{ ...first, name: `${first.name}${more}, ${formatQuantity(first.memTotalBytes)}` }];
  });
}

/** Labels that by their nature differ from node to node do not make groups of nodes. */
function comparable({ labels, taints }: NonNullable<PredictedNode["placement"]>) {
  const shared = Object.entries(labels).filter(([key]) => !/^(?:kubernetes\.io\/hostname$|topology\.)/.test(key));
  return [shared.toSorted(([left], [right]) => left.localeCompare(right)), taints];
}

/** Taints for a node's passing state, not for the pods that it is meant for. */
const PASSING_TAINT = /^(?:node\.kubernetes\.io|node\.cloudprovider\.kubernetes\.io|karpenter\.sh)\//;

function toTaint({ key, value, effect }: { key: string; value?: string; effect: string }): readonly Taint[] {
  if (PASSING_TAINT.test(key)) return [];
  if (effect !== "NoSchedule" && effect !== "NoExecute" && effect !== "PreferNoSchedule") return [];
  return [{ key, value, effect }];
}

function nameOf(node: V1Node): string {
  return node.metadata?.name ?? "";
}
