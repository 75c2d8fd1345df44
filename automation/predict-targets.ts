// The nodes that a prediction is made for: given sizes, or the pools of a stack.
import type { Settings } from "../config/settings";
import { GP3_BASE } from "../swap/ebs-volume";
import { planPool, type PlannedVolume, type SwapPlan } from "../swap/plan";
import { swapTotalBytes } from "../swap/prediction";
import { formatQuantity, MIB } from "../swap/quantity";
import { swapBytes } from "../swap/size";
import type { PredictedNode, VolumeRates } from "../workload/node";

/** gp3's own rates, when nothing is said of the volume. */
export const GP3_RATES: VolumeRates = {
  iops: GP3_BASE.iops,
  throughputBytesPerSecond: GP3_BASE.throughput * MIB,
};

/** A node of this MemTotal and SwapTotal, in bytes, that takes any pod. */
export function givenNode(memTotalBytes: number, swapBytesOfNode: number, volume: VolumeRates): PredictedNode {
  return {
    name: `${formatQuantity(memTotalBytes)} with ${formatQuantity(swapBytesOfNode)} of swap`,
    pool: null,
    memTotalBytes,
    swapTotalBytes: swapBytesOfNode,
    swapBehavior: "LimitedSwap",
    placement: null,
    volume,
  };
}

/** The smallest and the largest node of each pool of a stack. */
export function poolNodes(settings: Settings): readonly PredictedNode[] {
  return settings.pools.flatMap(({ design }) => {
    const plan = planPool(design, settings.ami.architecture, settings.swapSettings);
    const { smallestBytes, largestBytes } = plan.memoryRange ?? {};
    if (smallestBytes === undefined || largestBytes === undefined) return [];
    return [...new Set([smallestBytes, largestBytes])].map((memTotalBytes) => poolNode(plan, memTotalBytes));
  });
}

function poolNode(plan: SwapPlan, memTotalBytes: number): PredictedNode {
  const { pool, swap, labels, taints, requirements } = plan;
  return {
    name: `pool ${pool}, ${formatQuantity(memTotalBytes)}`,
    pool,
    memTotalBytes,
    swapTotalBytes: swap === null ? 0 : swapTotalBytes(swapBytes(swap, memTotalBytes)),
    swapBehavior: swap === null ? "NoSwap" : "LimitedSwap",
    placement: { labels: { ...labels, "karpenter.sh/nodepool": pool }, taints, requirements },
    volume: swapVolumeRates(plan),
  };
}

/** The rates of the volume of the first backing; those of an instance store are not known. */
function swapVolumeRates({ swap, rootVolume, swapVolume }: SwapPlan): VolumeRates | null {
  switch (swap?.backings[0]) {
    case "root-volume":
      return volumeRates(rootVolume);
    case "ebs-volume":
      return swapVolume && volumeRates(swapVolume);
    case "instance-store":
    case undefined:
      return null;
  }
}

/** io1 and io2 have no throughput to set: one page per operation never reaches theirs. */
function volumeRates({ type, iops = GP3_BASE.iops, throughput = GP3_BASE.throughput }: PlannedVolume): VolumeRates {
  return { iops, throughputBytesPerSecond: type === "gp3" ? throughput * MIB : Infinity };
}
