// What containers of a pool will get, on the smallest and on the largest node that its requirements allow.
import { limitedSwap } from "./limited-swap";
import { formatQuantity, PAGE_BYTES, parseQuantity } from "./quantity";
import type { MemoryRange } from "./requirements";
import { swapBytes, type SwapSize } from "./size";

/** The swap limit of a Burstable container: quantities, and bytes as the kubelet sends them. */
export interface Prediction {
  readonly memoryRequest: string;
  readonly memTotal: string;
  readonly swapTotal: string;
  readonly swapLimitBytes: number;
}

const REQUESTS = ["256Mi", "512Mi", "1Gi", "2Gi", "4Gi", "8Gi"];

/** SwapTotal in bytes of a swap file or volume of this size: its first page is the header. */
export function swapTotalBytes(bytes: number): number {
  return bytes - PAGE_BYTES;
}

/** The limit in bytes of a Burstable container with this request on a node of this nominal RAM. */
export function predictedSwapLimit(size: SwapSize, memTotalBytes: number, requestBytes: number): number {
  return limitedSwap(
    { memTotalBytes, swapTotalBytes: swapTotalBytes(swapBytes(size, memTotalBytes)), swapBehavior: "LimitedSwap" },
    { qosClass: "Burstable", isStatic: false, priority: 0 },
    { requestBytes },
  ).swapLimitBytes;
}

/**
 * Predictions for some requests. Nominal RAM is used: a node's MemTotal is a few percent smaller. With a fixed size its
 * limits are larger by as much, so these are lower bounds.
 */
export function predictLimits(size: SwapSize, range: MemoryRange): readonly Prediction[] {
  const nodes = [...new Set([range.smallestBytes, range.largestBytes])];
  return nodes.flatMap((memTotal) =>
    REQUESTS.filter((request) => parseQuantity(request) <= memTotal).map((memoryRequest) => ({
      memoryRequest,
      memTotal: formatQuantity(memTotal),
      swapTotal: formatQuantity(swapTotalBytes(swapBytes(size, memTotal))),
      swapLimitBytes: predictedSwapLimit(size, memTotal, parseQuantity(memoryRequest)),
    })),
  );
}
