// What an EBS volume costs by its size and its rates. The data file says of which day and region its prices are.
// The data file has another name than this one: Node.js would load it for an import of this module without an extension.
import data from "./data/ebs-volume-prices.json";
import type { VolumePerformance, VolumeType } from "./ebs-volume";

/** Prices for a month. */
interface TypePrices {
  readonly gibibyteMonth: number;
  /** Operations per second that come with the size. */
  readonly freeIops: number;
  /** Of an operation per second above, in steps; the last has no end. */
  readonly iopsMonth: readonly { readonly upTo?: number; readonly price: number }[];
  /** MiB/s that come with the size; none are sold where undefined. */
  readonly freeThroughput?: number;
  readonly throughputMonth?: number;
}

/** Where the prices come from. They serve comparison: other regions and other contracts have others. */
export const VOLUME_PRICES: Readonly<Record<"source" | "date" | "region" | "currency", string>> = data;

const PRICES: Readonly<Record<VolumeType, TypePrices>> = data.types;

/** Hours of a month, as AWS counts them. */
const HOURS_PER_MONTH = 730;

/**
 * The price of an hour of the volume, in {@link VOLUME_PRICES}' currency.
 * @param gibibyteMonth price of a GiB for a month, in place of the data file's
 */
export function volumePerHour({ type, sizeGiB, iops, throughput }: VolumePerformance, gibibyteMonth?: number): number {
  const prices = PRICES[type];
  const rates =
    iopsPrice(prices, iops ?? prices.freeIops) +
    Math.max(0, (throughput ?? 0) - (prices.freeThroughput ?? Infinity)) * (prices.throughputMonth ?? 0);
  return (sizeGiB * (gibibyteMonth ?? prices.gibibyteMonth) + rates) / HOURS_PER_MONTH;
}

function iopsPrice({ freeIops, iopsMonth }: TypePrices, iops: number): number {
  let from = freeIops;
  let sum = 0;
  for (const { upTo = Infinity, price } of iopsMonth) {
    const counted = Math.max(0, Math.min(iops, upTo) - from);
    sum += counted * price;
    from += counted;
  }
  return sum;
}
