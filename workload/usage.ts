// How much of a node's swap the pods of manifests can use, and how much nobody can.
import { floorToPage, GIB } from "../swap/quantity";
import { podPeak } from "./containers";
import type { PlacedPod } from "./placed-pod";
import type { NodePrice, PredictedNode, VolumeRates } from "./node";

/** Bytes. */
export interface NodeUsage {
  readonly node: string;
  readonly pool: string | null;
  readonly memTotalBytes: number;
  readonly swapTotalBytes: number;
  /**
   * `all-replicas`: every replica fits on one such node, and is on it. `full-node`: they do not, and the node is filled
   * with them in the proportion of their replicas, after one pod of each daemon.
   */
  readonly basis: "all-replicas" | "full-node";
  /** What the pods request of the node on that basis. */
  readonly requestedBytes: number;
  /** The sum of the swap limits of their containers: the most that they can use of it. */
  readonly usableSwapBytes: number;
  /** The rest, which these pods can never use: swap is given in proportion to requests of containers that may swap. */
  readonly unusableSwapBytes: number;
  /** What read-back times are computed with; null where they are not. */
  readonly volume: VolumeRates | null;
  readonly cost: NodeCost | null;
}

/** Prices per hour. */
export interface NodeCost extends NodePrice {
  /** Of the instance alone, for each GiB of its memory: what the pods would cost without swap. */
  readonly perGiBOfMemory: number;
  /** Of instance and volume, for each GiB of memory and of swap that the pods can use. */
  readonly perEffectiveGiB: number;
}

interface Load {
  readonly requestedBytes: number;
  readonly swapBytes: number;
}

/** The usage of a node by the pods that run there and fit. RAM is counted whole, though a part is reserved for the system. */
export function nodeUsage(node: PredictedNode, pods: readonly PlacedPod[]): NodeUsage {
  const { name, pool, memTotalBytes, swapTotalBytes, volume } = node;
  const running = pods.filter(({ pod, isScheduled }) => isScheduled && pod.scheduledBytes <= memTotalBytes);
  const daemons = sum(running.filter(({ pod }) => pod.workload.isDaemon));
  const others = sum(running.filter(({ pod }) => !pod.workload.isDaemon));
  const room = Math.max(0, memTotalBytes - daemons.requestedBytes);
  const fits = others.requestedBytes <= room;
  const share = fits ? 1 : room / others.requestedBytes;
  const usableSwapBytes = Math.min(
    swapTotalBytes,
    daemons.swapBytes + floorToPage(Math.floor(others.swapBytes * share)),
  );
  return {
    node: name,
    pool,
    memTotalBytes,
    swapTotalBytes,
    basis: fits ? "all-replicas" : "full-node",
    requestedBytes: daemons.requestedBytes + Math.floor(others.requestedBytes * share),
    usableSwapBytes,
    unusableSwapBytes: swapTotalBytes - usableSwapBytes,
    volume,
    cost: node.price && costOf(node.price, memTotalBytes, usableSwapBytes),
  };
}

function costOf(price: NodePrice, memTotalBytes: number, usableSwapBytes: number): NodeCost {
  return {
    ...price,
    perGiBOfMemory: price.instance / (memTotalBytes / GIB),
    perEffectiveGiB: (price.instance + price.swapVolume) / ((memTotalBytes + usableSwapBytes) / GIB),
  };
}

function sum(pods: readonly PlacedPod[]): Load {
  return pods.reduce<Load>(
    (load, { pod, containers }) => ({
      requestedBytes: load.requestedBytes + pod.workload.replicas * pod.scheduledBytes,
      swapBytes:
        load.swapBytes +
        pod.workload.replicas *
          podPeak(
            containers.map(({ swap }) => swap),
            ({ swapLimitBytes }) => floorToPage(swapLimitBytes),
          ),
    }),
    { requestedBytes: 0, swapBytes: 0 },
  );
}
