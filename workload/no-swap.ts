// Why a container gets no swap on a node, and what to change.
import { NO_SWAP_REASONS, type NoSwapReason } from "../swap/limited-swap";
import { formatQuantity } from "../swap/quantity";
import { POOL_KEY } from "../swap/vocabulary";
import type { AdmittedContainer, AdmittedPod } from "./admission";
import type { PredictedNode } from "./node";

/** The kubelet's reasons, and the scheduler's: the pod does not run on such a node. */
export type Reason = NoSwapReason | "not-scheduled";

/** A reason in words, and what to change. */
export interface NoSwapExplanation {
  readonly reason: Reason;
  readonly explanation: string;
  readonly remedy: string;
}

/** Why a pod that the scheduler keeps away gets none; `why` completes "the pod …". */
export function explainNotScheduled({ pool, placement }: PredictedNode, why: string): NoSwapExplanation {
  const taints = placement?.taints.map(({ key, value }) => `${key}${value === undefined ? "" : `=${value}`}`) ?? [];
  const toleration = taints.length === 0 ? "" : ` and tolerate ${taints.join(", ")}`;
  return {
    reason: "not-scheduled",
    explanation: `the pod ${why}`,
    remedy: pool === null ? "Change what the pod selects or tolerates." : `Select ${POOL_KEY}: ${pool}${toleration}.`,
  };
}

/** Why a container gets none, for a reason of the kubelet. */
export function explainNoSwap(
  reason: NoSwapReason,
  pod: AdmittedPod,
  container: AdmittedContainer,
  node: PredictedNode,
): NoSwapExplanation {
  const { explanation = NO_SWAP_REASONS[reason], remedy } = advise(reason, pod, container, node);
  return { reason, explanation, remedy };
}

function advise(
  reason: NoSwapReason,
  pod: AdmittedPod,
  container: AdmittedContainer,
  node: PredictedNode,
): { readonly explanation?: string; readonly remedy: string } {
  switch (reason) {
    case "swap-behavior":
      return {
        remedy: "Set memorySwap.swapBehavior to LimitedSwap in the kubelet's configuration; a pool with swap does.",
      };
    case "static-pod":
      return { remedy: "Run it as an ordinary pod if it should swap." };
    case "critical-priority":
      return { remedy: "Leave it so if the cluster depends on it, else give it a class of at most 1000000000." };
    case "qos-class":
      return adviseQosClass(pod);
    case "no-memory-resources":
      return adviseRequest(pod, container);
    case "request-equals-limit":
      return adviseUnequal(container);
    case "request-above-node":
      return {
        explanation: `it requests ${formatQuantity(container.requestBytes ?? 0)}, more than the node's memory`,
        remedy: "Use larger instances or lower the request: the pod does not fit on this node at all.",
      };
    case "no-swap-on-node":
      return {
        remedy: node.pool === null ? "Use a node with swap." : `Set pools.${node.pool}.swap.size in the stack config.`,
      };
    case "no-memory-request":
      return { remedy: "Set a memory request above 0: the swap limit is in proportion to it." };
  }
}

function adviseQosClass({ qosClass, podLevel }: AdmittedPod) {
  if (qosClass === "BestEffort" && podLevel !== undefined) {
    return {
      explanation: "the pod is BestEffort: its pod-level resources decide, and name neither CPU nor memory",
      remedy: "Leave the pod's resources out, or give them a memory request.",
    };
  }
  if (qosClass === "BestEffort") {
    return {
      explanation: "the pod is BestEffort: no container requests or limits CPU or memory",
      remedy: "Give the container a memory request.",
    };
  }
  return {
    explanation:
      podLevel !== undefined
        ? "the pod is Guaranteed: its pod-level requests equal its limits"
        : "the pod is Guaranteed: the requests of every container equal its limits",
    remedy: "Leave it so if it must not swap, else set the memory request below the memory limit.",
  };
}

function adviseRequest({ podLevel }: AdmittedPod, { role }: AdmittedContainer) {
  if (role === "ephemeral") {
    return {
      explanation: "ephemeral containers have no resources",
      remedy: "None: an ephemeral container never swaps.",
    };
  }
  if (podLevel === undefined) return { remedy: "Give the container a memory request." };
  return {
    explanation: `${NO_SWAP_REASONS["no-memory-resources"]} of its own, and the pod's are not counted for swap`,
    remedy: "Give the container a memory request of its own; the pod's request does not count.",
  };
}

function adviseUnequal({ requestFrom, limitFrom }: AdmittedContainer) {
  if (requestFrom === "limit") {
    return {
      explanation: "it has a memory limit and no request, so the API server makes the limit the request too",
      remedy: "Leave it so if it must not swap, else add a memory request below the limit.",
    };
  }
  const ranges = [requestFrom, limitFrom].flatMap((origin) => (typeof origin === "object" ? [origin.limitRange] : []));
  if (ranges.length > 0) {
    return {
      explanation: `its memory request equals its memory limit, as ${[...new Set(ranges)].join(" and ")} makes it`,
      remedy:
        "Give the container a memory request below its limit, or the LimitRange a defaultRequest below its default.",
    };
  }
  return { remedy: "Leave it so if it must not swap, else lower the memory request or raise the limit." };
}
