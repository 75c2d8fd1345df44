// Whether a fixed amount of swap means something alike on all nodes that a pool may get.
import { formatQuantity, GIB } from "../../swap/quantity";
import { predictedSwapLimit } from "../../swap/prediction";
import type { MemoryRange } from "../../swap/requirements";
import type { Problem } from "../catalogue/problems";
import type { Report } from "./report";
import type { PoolConfig } from "../schema/pool";

/**
 * The largest RAM over the smallest from which on it is worth a warning: more than four doublings, as from xlarge to
 * 16xlarge of one instance family. A container's swap is its request's share of the node's RAM, so with a fixed size its
 * limit shrinks by the same factor, and one that suits the smallest node is next to nothing on the largest.
 */
const MOST_SPREAD = 16;

/** A warning with the limits on the smallest and the largest node; a percentage gives the same on all of them. */
export function checkFixedSize(
  size: PoolConfig["swap"]["size"],
  range: MemoryRange | undefined,
  report: Report,
): readonly Problem[] {
  if (size === 0 || !("sizeBytes" in size) || range === undefined) return [];
  if (range.largestBytes <= range.smallestBytes * MOST_SPREAD) return [];
  const [most, least] = [range.smallestBytes, range.largestBytes].map((memory) =>
    describeLimit(predictedSwapLimit(size, memory, GIB)),
  );
  const parameters = {
    smallest: formatQuantity(range.smallestBytes),
    largest: formatQuantity(range.largestBytes),
    most: most ?? "",
    least: least ?? "",
    factor: Math.round(range.largestBytes / range.smallestBytes),
    spread: MOST_SPREAD,
  };
  return [report("fixed-size-spread", ["swap", "size"], formatQuantity(size.sizeBytes), parameters)];
}

/** With one decimal: a limit to the byte would say nothing more here. */
function describeLimit(bytes: number): string {
  const [amount, unit] = bytes >= GIB ? [bytes / GIB, "GiB"] : [bytes / 2 ** 20, "MiB"];
  return `${amount.toFixed(1)} ${unit}`;
}
