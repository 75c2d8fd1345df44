// The pods of manifests on nodes: whether each is scheduled there, and what swap its containers get.
import { limitedSwap, memoryCeiling } from "../swap/limited-swap";
import { floorToPage, PAGE_BYTES } from "../swap/quantity";
import type { QosClass } from "../swap/qos-class";
import { admit, type AdmittedContainer, type AdmittedPod } from "./admission";
import type { ContainerRole } from "./containers";
import { explainNoSwap, explainNotScheduled, type Reason } from "./no-swap";
import type { PredictedNode, VolumeRates } from "./node";
import type { Manifests } from "./objects";
import { whyNotPlaced } from "./placement";

/** A container on a node. Memory and swap in bytes, swap as the kubelet sends it. */
export interface PredictedContainer {
  readonly node: string;
  readonly pool: string | null;
  /** `Kind/name`. */
  readonly object: string;
  readonly namespace: string;
  readonly container: string;
  readonly role: ContainerRole;
  readonly qosClass: QosClass;
  readonly memoryRequestBytes: number | null;
  readonly memoryLimitBytes: number | null;
  readonly swapLimitBytes: number;
  /** RAM and swap at which it is OOM-killed; null where its RAM is not limited. */
  readonly ceilingBytes: number | null;
  /** Seconds to read all of its swap back, page by page; null without swap, or where the volume's rates are not known. */
  readonly pageInSeconds: number | null;
  /** Null where swap is given. */
  readonly reason: Reason | null;
  readonly explanation: string | null;
  readonly remedy: string | null;
}

/** A pod of the manifests on a node, with what its containers get there. */
export interface PlacedPod {
  readonly pod: AdmittedPod;
  readonly node: PredictedNode;
  readonly isScheduled: boolean;
  readonly containers: readonly { readonly of: AdmittedContainer; readonly swap: PredictedContainer }[];
}

/** Every pod on every node, in the order of the manifests. */
export function placePods(manifests: Manifests, nodes: readonly PredictedNode[]): readonly PlacedPod[] {
  const pods = manifests.workloads.map((workload) => admit(workload, manifests));
  return nodes.flatMap((node) => pods.map((pod) => placePod(pod, node)));
}

function placePod(pod: AdmittedPod, node: PredictedNode): PlacedPod {
  const { pod: spec } = pod.workload;
  const whyNot = node.placement === null ? undefined : whyNotPlaced(spec, node.placement);
  return {
    pod,
    node,
    isScheduled: whyNot === undefined,
    containers: pod.containers.map((of) => ({ of, swap: predictContainer(pod, of, node, whyNot) })),
  };
}

function predictContainer(
  pod: AdmittedPod,
  container: AdmittedContainer,
  node: PredictedNode,
  whyNot: string | undefined,
): PredictedContainer {
  const { swapLimitBytes, ...why } = swapOf(pod, container, node, whyNot);
  return {
    node: node.name,
    pool: node.pool,
    object: pod.workload.place.object,
    namespace: pod.workload.namespace,
    container: container.name,
    role: container.role,
    qosClass: pod.qosClass,
    memoryRequestBytes: container.requestBytes ?? null,
    memoryLimitBytes: container.limitBytes ?? null,
    swapLimitBytes,
    ceilingBytes: memoryCeiling(container, { swapLimitBytes }),
    pageInSeconds: node.volume === null || swapLimitBytes === 0 ? null : pageInSeconds(swapLimitBytes, node.volume),
    ...why,
  };
}

/** The swap limit, or why there is none. */
function swapOf(
  pod: AdmittedPod,
  container: AdmittedContainer,
  node: PredictedNode,
  whyNot: string | undefined,
): Pick<PredictedContainer, "swapLimitBytes" | "reason" | "explanation" | "remedy"> {
  if (whyNot !== undefined) return { swapLimitBytes: 0, ...explainNotScheduled(node, whyNot) };
  const { swapLimitBytes, reason } = limitedSwap(node, pod, container);
  if (reason === null) return { swapLimitBytes, reason, explanation: null, remedy: null };
  return { swapLimitBytes, ...explainNoSwap(reason, pod, container, node) };
}

/**
 * Seconds to read swap back at the volume's rates, one page per operation: the worst case, since pages are read where
 * they lie and no other volume has a part in it. Read-ahead (`vm.page-cluster`) makes it shorter when neighbours are wanted.
 */
export function pageInSeconds(bytes: number, { iops, throughputBytesPerSecond }: VolumeRates): number {
  const byOperations = floorToPage(bytes) / PAGE_BYTES / iops;
  if (throughputBytesPerSecond === null) return byOperations;
  return Math.max(byOperations, floorToPage(bytes) / throughputBytesPerSecond);
}
