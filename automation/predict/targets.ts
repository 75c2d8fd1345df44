// The nodes that a prediction is made for: given sizes, or the pools of a stack.
import { leastSwapBytes } from "../../swap/array-swap";
import { volumePerHour } from "../../swap/ebs-prices";
import { GP3_BASE, type VolumePerformance } from "../../swap/ebs-volume";
import { allowedInstanceTypes, type InstanceType } from "../../swap/instance-types";
import type { PlannedVolume, SwapPlan } from "../../swap/plan";
import { swapTotalBytes } from "../../swap/prediction";
import { formatQuantity, GIB, MIB } from "../../swap/quantity";
import { memorySizes } from "../../swap/requirements";
import { BASE_ROOT_VOLUME_GIB } from "../../swap/root-volume";
import type { NodePrice, PredictedNode, VolumeRates } from "../../workload/node";

/** gp3's own rates, when nothing is said of the volume. */
export const GP3_RATES = {
  iops: GP3_BASE.iops,
  throughputBytesPerSecond: GP3_BASE.throughput * MIB,
} satisfies VolumeRates;

/** Prices in place of the data files': of an hour of a given node, and of a GiB of volume for a month. */
export interface Prices {
  readonly node?: number | undefined;
  readonly volumeGiBMonth?: number | undefined;
}

/** What the nodes of a pool are chosen from, and what they cost besides the price of each type. */
export interface Offer {
  readonly types: readonly InstanceType[];
  readonly prices: Prices;
}

/** A node of this MemTotal and SwapTotal, in bytes, that takes any pod. */
export function givenNode(
  memTotalBytes: number,
  swapTotal: number,
  volume: VolumeRates,
  { node, volumeGiBMonth }: Prices,
): PredictedNode {
  return {
    name: `${formatQuantity(memTotalBytes)} with ${formatQuantity(swapTotal)} of swap`,
    pool: null,
    memTotalBytes,
    swapTotalBytes: swapTotal,
    swapBehavior: "LimitedSwap",
    placement: null,
    volume,
    price:
      node === undefined
        ? null
        : {
            instanceType: null,
            instance: node,
            swapVolume: volumePerHour(gp3Volume(swapTotal, volume), volumeGiBMonth),
          },
  };
}

/** A volume of gp3 with these rates that holds the swap of a given node. */
function gp3Volume(swapTotal: number, { iops, throughputBytesPerSecond }: VolumeRates): VolumePerformance {
  const throughput = throughputBytesPerSecond === null ? undefined : throughputBytesPerSecond / MIB;
  return { type: "gp3", sizeGiB: swapTotal / GIB, iops, throughput };
}

/** The smallest and the largest node of a pool; none where its requirements allow no known instance type. */
export function outermostNodes(plan: SwapPlan, offer: Offer): readonly PredictedNode[] {
  const sizes = memorySizes(plan.requirements, offer.types);
  return sizes
    .filter((_, index) => index === 0 || index === sizes.length - 1)
    .map((memTotalBytes) => poolNode(plan, memTotalBytes, offer));
}

/** The nodes of a pool that a chart shows: the smallest, the largest, and those whose memory is a power of 2. */
export function chartNodes(plan: SwapPlan, offer: Offer): readonly PredictedNode[] {
  const sizes = memorySizes(plan.requirements, offer.types);
  return sizes
    .filter((bytes, index) => index === 0 || index === sizes.length - 1 || Number.isInteger(Math.log2(bytes)))
    .map((memTotalBytes) => poolNode(plan, memTotalBytes, offer));
}

function poolNode(plan: SwapPlan, memTotalBytes: number, offer: Offer): PredictedNode {
  const { pool, swap, labels, taints, requirements } = plan;
  return {
    name: `pool ${pool}, ${formatQuantity(memTotalBytes)}`,
    pool,
    memTotalBytes,
    swapTotalBytes:
      swap === null ? 0 : swapTotalBytes(leastSwapBytes({ swap, requirements }, memTotalBytes, offer.types)),
    swapBehavior: swap === null ? "NoSwap" : "LimitedSwap",
    placement: { labels: { ...labels, "karpenter.sh/nodepool": pool }, taints, requirements },
    volume: swapVolumeRates(plan),
    price: cheapestPrice(plan, memTotalBytes, offer),
  };
}

/** The price of the cheapest instance type of this memory that the pool allows. */
function cheapestPrice(plan: SwapPlan, memTotalBytes: number, { types, prices }: Offer): NodePrice | null {
  const [cheapest] = allowedInstanceTypes(plan.requirements, types)
    .filter(({ memoryMebibytes }) => memoryMebibytes * MIB === memTotalBytes)
    .flatMap(({ name, pricePerHour }) => (pricePerHour === null ? [] : [{ name, pricePerHour }]))
    .toSorted((left, right) => left.pricePerHour - right.pricePerHour);
  if (cheapest === undefined) return null;
  const swapVolume = swapVolumesPerHour(plan, prices.volumeGiBMonth);
  return { instanceType: cheapest.name, instance: cheapest.pricePerHour, swapVolume };
}

/** What a pool's volumes cost more than the root volume of a node without swap; every backing has its room, used or not. */
function swapVolumesPerHour({ rootVolume, swapVolume }: SwapPlan, gibibyteMonth: number | undefined): number {
  const withoutSwap = { type: "gp3", sizeGiB: BASE_ROOT_VOLUME_GIB } as const;
  const more = volumePerHour(rootVolume, gibibyteMonth) - volumePerHour(withoutSwap, gibibyteMonth);
  return Math.max(0, more) + (swapVolume === null ? 0 : volumePerHour(swapVolume, gibibyteMonth));
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
  return { iops, throughputBytesPerSecond: type === "gp3" ? throughput * MIB : null };
}
