// Nodes and requests for property tests of the LimitedSwap rule.
import fc from "fast-check";
import type { NodeMemory } from "../../swap/limited-swap";
import { GIB, PAGE_BYTES } from "../../swap/quantity";

/** Bytes, in whole pages. */
export const pages = (most: number) =>
  fc.integer({ min: 1, max: most / PAGE_BYTES }).map((count) => count * PAGE_BYTES);

/** A node of any size, and a request that fits on it. */
export const nodeAndRequest = fc
  .record({
    memTotalBytes: pages(1536 * GIB),
    swapTotalBytes: pages(1024 * GIB),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  .map(({ memTotalBytes, swapTotalBytes, share }) => ({
    node: { memTotalBytes, swapTotalBytes, swapBehavior: "LimitedSwap" } satisfies NodeMemory,
    requestBytes: Math.max(1, Math.floor(memTotalBytes * share)),
  }));
