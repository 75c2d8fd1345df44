// Whether swap.maxSize fits the instance types that a pool may use, and what it should be.
import { arrayBytes } from "../../swap/plan";
import { formatQuantity, MIB } from "../../swap/quantity";
import { memoryRange, poolRequirements } from "../../swap/requirements";
import { wholeShareBytes, wholeShareUpToMebibytes } from "../../swap/size";
import type { Problem } from "../catalogue/problems";
import type { Report } from "./report";
import { swapDesign, type PoolConfig } from "../schema/pool";
import { MOST_SWAP_BYTES } from "../schema/values";

type SizedPool = Pick<PoolConfig, "swap" | "requirements">;

/** What is to be said of the maxSize of a percentage: that it is missing, that nobody needs it, or that it is short. */
export function checkMaxSize(pool: SizedPool, architecture: string, report: Report): readonly Problem[] {
  const { size, maxSize, backings } = pool.swap;
  if (size === 0 || "sizeBytes" in size) return [];
  const { memoryPercent } = size;
  const onVolume = backings?.find((backing) => backing !== "instance-store");
  const largestBytes = largestMemory(pool, architecture);
  const advisedBytes = largestBytes && Math.min(MOST_SWAP_BYTES, wholeShareBytes(memoryPercent, largestBytes));
  if (maxSize === undefined) {
    if (onVolume === undefined) return [];
    const advice = advisedBytes === undefined ? UNKNOWN : advise(advisedBytes, memoryPercent, largestBytes ?? 0);
    const parameters = { backing: onVolume, advice };
    return [report("max-size-missing", ["swap", "maxSize"], undefined, parameters)];
  }
  if (largestBytes === undefined || advisedBytes === undefined || maxSize === advisedBytes) return [];
  const parameters = { advised: formatQuantity(advisedBytes), largest: formatQuantity(largestBytes), memoryPercent };
  const value = formatQuantity(maxSize);
  if (maxSize > advisedBytes) {
    // A file on the instance store takes what a node needs, whatever maxSize says; a volume is paid for.
    return onVolume === undefined ? [] : [report("max-size-unneeded", ["swap", "maxSize"], value, parameters)];
  }
  const upTo = wholeShareUpToMebibytes(memoryPercent, maxSize);
  if (upTo * MIB >= largestBytes) return [];
  const short = { ...parameters, upTo: formatQuantity(upTo * MIB), bound: upTo + 1 };
  return [report("max-size-short", ["swap", "maxSize"], value, short)];
}

const UNKNOWN = "the most swap that a node of this pool may need, such as 64Gi";

function advise(advisedBytes: number, memoryPercent: number, largestBytes: number): string {
  const largest = `the largest instance type that the requirements allow has ${formatQuantity(largestBytes)}`;
  return `${formatQuantity(advisedBytes)}: ${largest}, and its share is ${memoryPercent}%. A requirement on karpenter.k8s.aws/instance-memory makes both smaller`;
}

function largestMemory(pool: SizedPool, architecture: string): number | undefined {
  const onArray = arrayBytes({ swap: swapDesign(pool.swap), requirements: pool.requirements });
  return memoryRange(poolRequirements(architecture, onArray, pool.requirements))?.largestBytes;
}
