// The inverse of the prediction: the swap of the node, or the request of the container, that gives a wanted amount.
import { requestFor, swapTotalFor } from "../swap/limited-swap";
import { formatQuantity, MIB, PAGE_BYTES } from "../swap/quantity";
import type { PlacedPod } from "./placed-pod";
import type { Reason } from "./no-swap";

/** What it takes on one node; bytes. */
export interface Need {
  readonly node: string;
  readonly pool: string | null;
  readonly object: string;
  readonly namespace: string;
  readonly container: string;
  readonly needBytes: number;
  /** The SwapTotal that gives it at the container's request; null where no size would. */
  readonly swapTotalBytes: number | null;
  /** The same as a file or volume, which begins with a page that is no swap, in whole MiB: what a pool's swap.size says. */
  readonly swapSizeBytes: number | null;
  /** The memory request that gives it with the node's swap; null where no request would. */
  readonly memoryRequestBytes: number | null;
  /** What else must change first, or what stands against it; null where nothing does. */
  readonly hindrance: string | null;
}

/** Reasons that a change of the container's memory alone takes away. */
const CURED_BY_REQUEST: readonly (Reason | null)[] = [
  null,
  "no-memory-request",
  "no-memory-resources",
  "request-equals-limit",
  "qos-class",
];

/** What each container takes to get `needBytes`, on the nodes where its pod runs, or on all where it runs on none. */
export function findNeeds(placed: readonly PlacedPod[], needBytes: number, containerName?: string): readonly Need[] {
  const running = new Set(placed.filter(({ isScheduled }) => isScheduled).map(({ pod }) => pod));
  const judged = placed.filter(({ pod, isScheduled }) => isScheduled || !running.has(pod));
  return judged.flatMap(({ node, containers }) =>
    containers
      .filter(({ of }) => (containerName === undefined ? of.role !== "ephemeral" : of.name === containerName))
      .map(({ of, swap }): Need => {
        const curable = CURED_BY_REQUEST.includes(swap.reason);
        const size =
          swap.reason === null || swap.reason === "no-swap-on-node"
            ? swapTotalFor(needBytes, of.requestBytes ?? 0, node.memTotalBytes)
            : undefined;
        const request = curable && node.swapTotalBytes > 0 ? requestFor(needBytes, node) : undefined;
        return {
          node: node.name,
          pool: node.pool,
          object: swap.object,
          namespace: swap.namespace,
          container: swap.container,
          needBytes,
          swapTotalBytes: size ?? null,
          swapSizeBytes: size === undefined ? null : Math.ceil((size + PAGE_BYTES) / MIB) * MIB,
          memoryRequestBytes: request ?? null,
          hindrance: hindrance(swap.explanation, swap.remedy, of.limitBytes, request),
        };
      }),
  );
}

function hindrance(
  explanation: string | null,
  remedy: string | null,
  limitBytes: number | undefined,
  request: number | undefined,
): string | null {
  const limit =
    request !== undefined && limitBytes !== undefined && request >= limitBytes
      ? `Such a request needs a memory limit above ${formatQuantity(request)}; the limit is ${formatQuantity(limitBytes)}.`
      : undefined;
  const verdict = explanation === null ? undefined : `${explanation}. ${remedy ?? ""}`.trim();
  return [verdict, limit].filter((text) => text !== undefined).join(" ") || null;
}
