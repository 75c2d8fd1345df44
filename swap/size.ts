// How much swap a pool asks for: a fixed size, or a share of the node's RAM.
import { GIB, MIB } from "./quantity";

/** The same size on every node. */
export interface FixedSize {
  /** Bytes, whole MiB. */
  readonly sizeBytes: number;
}

/** The same share of RAM on every node, so that a request buys the same swap on all of them. */
export interface PercentSize {
  /** Percent of MemTotal, 1 to 400. */
  readonly memoryPercent: number;
  /** Bytes, whole MiB; the size of what must be made before the instance type is known. */
  readonly maxSizeBytes?: number | undefined;
}

/** One size for all nodes, or one that follows their RAM. */
export type SwapSize = FixedSize | PercentSize;

/** Swap in bytes on a node of this RAM, in whole MiB; the node computes it again (userdata/node/swap-size.sh). */
export function swapBytes(size: SwapSize, memTotalBytes: number): number {
  if ("sizeBytes" in size) return size.sizeBytes;
  const share = Math.floor((memTotalBytes * size.memoryPercent) / 100 / MIB) * MIB;
  return Math.min(share, size.maxSizeBytes ?? share);
}

/** The most that a node of the pool will ever have; undefined where only the node knows. */
export function mostSwapBytes(size: SwapSize): number | undefined {
  return "sizeBytes" in size ? size.sizeBytes : size.maxSizeBytes;
}

/** `30Gi`, or `50% of memory, at most 64Gi`, for people. */
export function describeSize(size: SwapSize, format: (bytes: number) => string): string {
  if ("sizeBytes" in size) return format(size.sizeBytes);
  const most = size.maxSizeBytes === undefined ? "" : `, at most ${format(size.maxSizeBytes)}`;
  return `${size.memoryPercent}% of memory${most}`;
}

/** What swap.maxSize must be in bytes, so that the largest node has its whole share: in whole GiB. */
export function wholeShareBytes(memoryPercent: number, largestBytes: number): number {
  return Math.max(1, Math.ceil(swapBytes({ memoryPercent }, largestBytes) / GIB)) * GIB;
}

/** RAM in whole MiB up to which nodes have their whole share of swap under this swap.maxSize. */
export function wholeShareUpToMebibytes(memoryPercent: number, maxSizeBytes: number): number {
  return Math.floor((maxSizeBytes * 100) / memoryPercent / MIB);
}
