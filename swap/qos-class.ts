// The Quality of Service class that Kubernetes gives to a pod.
// Rule: GetPodQOS, https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/apis/core/v1/helper/qos/qos.go

/** CPU in millicores, memory in bytes. */
export interface ResourceAmounts {
  readonly cpu?: number;
  readonly memory?: number;
}

/** Requests and limits, as a manifest has them. */
export interface Resources {
  readonly requests?: ResourceAmounts;
  readonly limits?: ResourceAmounts;
}

/** Source: https://kubernetes.io/docs/concepts/workloads/pods/pod-qos/ */
export type QosClass = "Guaranteed" | "Burstable" | "BestEffort";

/** Resources of a pod and of all its containers. */
export interface PodResources {
  /** Main, init and sidecar containers; ephemeral containers cannot have resources and do not count. */
  readonly containers: readonly Resources[];
  /** `spec.resources`; when it is there it alone decides, even if it is empty, which makes the pod BestEffort. */
  readonly podLevel?: Resources;
}

const COUNTED = ["cpu", "memory"] as const;

/** What the API server makes of a container's resources: a limit without a request becomes the request too. */
export function withDefaultedRequests(resources: Resources): Resources {
  return { ...resources, requests: { ...resources.limits, ...resources.requests } };
}

/** The pod's class: no CPU or memory anywhere is BestEffort, both limited to their requests everywhere is Guaranteed. */
export function qosClass(pod: PodResources): QosClass {
  const deciding = (pod.podLevel === undefined ? pod.containers : [pod.podLevel]).map(withDefaultedRequests);
  if (deciding.every(isEmpty)) return "BestEffort";
  return deciding.every(isGuaranteed) ? "Guaranteed" : "Burstable";
}

function isEmpty({ requests, limits }: Resources): boolean {
  return COUNTED.every((name) => !requests?.[name] && !limits?.[name]);
}

function isGuaranteed({ requests, limits }: Resources): boolean {
  return COUNTED.every((name) => limits?.[name] && requests?.[name] === limits[name]);
}
