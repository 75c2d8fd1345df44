// What swap the containers of manifests get on given nodes.
import { limitedSwap, memoryCeiling } from "../swap/limited-swap";
import { floorToPage, PAGE_BYTES } from "../swap/quantity";
import type { QosClass } from "../swap/qos-class";
import { admit, type AdmittedContainer, type AdmittedPod } from "./admission";
import type { ContainerRole } from "./containers";
import type { Manifests } from "./manifests";
import type { PredictedNode, VolumeRates } from "./node";
import { whyNotPlaced } from "./placement";
import type { Place } from "./problem";
import { nodeUsage, type NodeUsage } from "./usage";
import { noSwap, notScheduled, type Reason } from "./verdict";
import { findWarnings, type PredictionWarning } from "./warnings";

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
export interface PodOnNode {
  readonly pod: AdmittedPod;
  readonly node: PredictedNode;
  readonly isScheduled: boolean;
  readonly containers: readonly { readonly of: AdmittedContainer; readonly swap: PredictedContainer }[];
}

export interface Prediction {
  readonly nodes: readonly NodeUsage[];
  readonly containers: readonly PredictedContainer[];
  readonly warnings: readonly PredictionWarning[];
  /** Objects that were not looked into. */
  readonly ignored: readonly Place[];
}

/** Predicts every container on every node. */
export function predict(manifests: Manifests, nodes: readonly PredictedNode[]): Prediction {
  const placed = placePods(manifests, nodes);
  return {
    nodes: nodes.map((node) =>
      nodeUsage(
        node,
        placed.filter((pod) => pod.node === node),
      ),
    ),
    containers: placed.flatMap(({ containers }) => containers.map(({ swap }) => swap)),
    warnings: findWarnings(placed, manifests.limitRanges),
    ignored: manifests.ignored,
  };
}

/** Every pod on every node, in the order of the manifests. */
export function placePods(manifests: Manifests, nodes: readonly PredictedNode[]): readonly PodOnNode[] {
  const pods = manifests.workloads.map((workload) => admit(workload, manifests));
  return nodes.flatMap((node) => pods.map((pod) => placePod(pod, node)));
}

function placePod(pod: AdmittedPod, node: PredictedNode): PodOnNode {
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
  const given = limitedSwap(node, pod, container);
  const verdict =
    whyNot !== undefined
      ? notScheduled(node, whyNot)
      : given.reason === null
        ? null
        : noSwap(given.reason, pod, container, node);
  const swapLimitBytes = verdict === null ? given.swapLimitBytes : 0;
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
    ceilingBytes: memoryCeiling(container, { ...given, swapLimitBytes }),
    pageInSeconds: node.volume === null || swapLimitBytes === 0 ? null : pageInSeconds(swapLimitBytes, node.volume),
    reason: verdict?.reason ?? null,
    explanation: verdict?.explanation ?? null,
    remedy: verdict?.remedy ?? null,
  };
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
