// What the admission plug-in RuntimeClass makes of a pod: its overhead, and the nodes that it may run on.
// Rules: setOverhead, setScheduling and validateOverhead,
// https://github.com/kubernetes/kubernetes/blob/v1.36.3/plugin/pkg/admission/runtimeclass/admission.go
import { formatQuantity } from "../swap/quantity";
import type { RuntimeClass } from "./objects";
import type { Amounts, PodSpec } from "./schema";
import { own } from "../swap/own";

/** A pod after the plug-in, and what the plug-in says of it. */
export interface ClassedPod {
  readonly pod: PodSpec;
  /** Whether the class that the pod names is not among those given. */
  readonly isClassUnknown: boolean;
  /** Why the plug-in refuses it. */
  readonly refusals: readonly string[];
}

/**
 * Applies the class that the pod names. Overhead changes what the scheduler counts and the limit of the pod's cgroup; the
 * QoS class and the swap limits, which the kubelet computes from each container's own request, stay as they are:
 * ComputePodQOS, https://github.com/kubernetes/kubernetes/blob/v1.36.3/pkg/apis/core/v1/helper/qos/qos.go, and
 * configureContainerSwapResources, https://github.com/kubernetes/kubernetes/blob/v1.36.3/pkg/kubelet/kuberuntime/kuberuntime_container_linux.go
 */
export function applyRuntimeClass(pod: PodSpec, classes: readonly RuntimeClass[]): ClassedPod {
  const { runtimeClassName, overhead } = pod;
  const named = classes.find(({ name }) => name === runtimeClassName);
  if (runtimeClassName !== undefined && named === undefined) return { pod, isClassUnknown: true, refusals: [] };
  const refusals = [...overheadRefusals(overhead, named), ...selectorRefusals(pod, named)];
  if (named === undefined) return { pod, isClassUnknown: false, refusals };
  const selector = { ...pod.nodeSelector, ...named.nodeSelector };
  return {
    pod: {
      ...pod,
      overhead: named.overhead ?? overhead,
      nodeSelector: Object.keys(selector).length === 0 ? pod.nodeSelector : selector,
      tolerations: [...(pod.tolerations ?? []), ...named.tolerations],
    },
    isClassUnknown: false,
    refusals,
  };
}

function overheadRefusals(overhead: Amounts | undefined, named: RuntimeClass | undefined): readonly string[] {
  if (overhead === undefined) return [];
  if (named?.overhead === undefined) return ["it has an overhead that no RuntimeClass gives it"];
  const { cpu, memory } = named.overhead;
  if (overhead.cpu === cpu && overhead.memory === memory) return [];
  return [`its overhead is another than that of ${named.place.object}, ${formatQuantity(memory ?? 0)} of memory`];
}

function selectorRefusals({ nodeSelector = {} }: PodSpec, named: RuntimeClass | undefined): readonly string[] {
  if (named === undefined) return [];
  return Object.entries(named.nodeSelector)
    .filter(([key, value]) => (own(nodeSelector, key) ?? value) !== value)
    .map(
      ([key, value]) => `it selects ${key}=${own(nodeSelector, key) ?? ""}, and ${named.place.object} ${key}=${value}`,
    );
}
