// What the API server makes of a pod before a kubelet sees it: defaults of requests and limits, and the priority.
// Order: the defaults of a Pod, then the admission plug-ins LimitRanger, Priority and RuntimeClass.
// Rules: SetDefaults_Pod and SetDefaults_LimitRangeItem,
// https://github.com/kubernetes/kubernetes/blob/v1.36.3/pkg/apis/core/v1/defaults.go; PodMutateLimitFunc,
// https://github.com/kubernetes/kubernetes/blob/v1.36.3/plugin/pkg/admission/limitranger/admission.go
import { qosClass, type QosClass, type ResourceAmounts, type Resources } from "../swap/qos-class";
import { podContainers, podPeak, type ContainerRole } from "./containers";
import type { LimitRange, Manifests, PriorityClass, Workload } from "./objects";
import { applyRuntimeClass, type ClassedPod } from "./runtime-class";
import type { Amounts, ContainerResources, ContainerSpec, LimitRangeItem, PodSpec } from "./schema";
import { own } from "../swap/own";

/** Where a memory amount comes from: the manifest, the container's limit, or the LimitRange of this name. */
export type Origin = "manifest" | "limit" | { readonly limitRange: string };

/** A container as the kubelet sees it; memory in bytes. */
export interface AdmittedContainer {
  readonly name: string;
  readonly role: ContainerRole;
  readonly spec: ContainerSpec;
  readonly resources: Resources;
  readonly requestBytes: number | undefined;
  readonly limitBytes: number | undefined;
  /** Undefined where there is no request. */
  readonly requestFrom: Origin | undefined;
  readonly limitFrom: Origin | undefined;
}

/** A pod as the kubelet sees it. */
export interface AdmittedPod {
  readonly workload: Workload;
  readonly containers: readonly AdmittedContainer[];
  readonly qosClass: QosClass;
  readonly priority: number;
  /** A static pod, or the mirror of one in the API. */
  readonly isStatic: boolean;
  /** `spec.resources` with its defaults, where there are any: they decide the QoS class. */
  readonly podLevel: Resources | undefined;
  /** What the pod takes besides its containers, in bytes; it never swaps. */
  readonly overheadBytes: number;
  readonly runtimeClass: Pick<ClassedPod, "isClassUnknown" | "refusals">;
  /** Memory in bytes that the scheduler counts for the pod. */
  readonly scheduledBytes: number;
}

/** The values of the classes that every cluster has: https://kubernetes.io/docs/tasks/administer-cluster/guaranteed-scheduling-critical-addon-pods/ */
const SYSTEM_PRIORITIES: Readonly<Record<string, number>> = {
  "system-cluster-critical": 2_000_000_000,
  "system-node-critical": 2_000_001_000,
};

/** The annotations by which a kubelet identifies its own pods. Source: IsStaticPod and IsMirrorPod, pkg/kubelet/types/pod_update.go */
const SOURCE_ANNOTATION = "kubernetes.io/config.source";
const MIRROR_ANNOTATION = "kubernetes.io/config.mirror";

/**
 * Admits a pod.
 * @param given what is given along, of any namespace; the LimitRanges of the pod's own apply, in the order given
 */
export function admit(
  workload: Workload,
  {
    limitRanges,
    priorityClasses,
    runtimeClasses,
  }: Pick<Manifests, "limitRanges" | "priorityClasses" | "runtimeClasses">,
): AdmittedPod {
  const { annotations, namespace } = workload;
  const { pod, ...runtimeClass } = applyRuntimeClass(workload.pod, runtimeClasses);
  const defaulted = podContainers(pod).map(({ spec, role }) => defaultRequest(spec, role));
  // The pod's own request is decided before LimitRanges fill in those of its containers.
  const podLevel = defaultPodResources(pod, defaulted);
  const applicable = limitRanges.filter((limitRange) => limitRange.namespace === namespace);
  const containers = defaulted.map((container) => applicable.reduce(applyLimitRange, container));
  const counted = containers.filter(({ role }) => role !== "ephemeral");
  const source = annotations[SOURCE_ANNOTATION];
  const overheadBytes = pod.overhead?.memory ?? 0;
  return {
    workload: { ...workload, pod },
    containers,
    qosClass: qosClass({
      containers: counted.map(({ resources }) => resources),
      ...(podLevel === undefined ? {} : { podLevel }),
    }),
    priority: priorityOf(pod, priorityClasses),
    isStatic: (source !== undefined && source !== "api") || annotations[MIRROR_ANNOTATION] !== undefined,
    podLevel,
    overheadBytes,
    runtimeClass,
    scheduledBytes:
      (podLevel?.requests?.memory ?? podPeak(counted, ({ requestBytes = 0 }) => requestBytes)) + overheadBytes,
  };
}

function defaultRequest(spec: ContainerSpec, role: ContainerRole): AdmittedContainer {
  // The API server takes no resources of an ephemeral container.
  const { requests, limits } = role === "ephemeral" ? EMPTY_RESOURCES : (spec.resources ?? EMPTY_RESOURCES);
  const resources = toResources({ ...compact(limits), ...compact(requests) }, compact(limits));
  const byLimit = requests?.memory === undefined && limits?.memory !== undefined;
  return {
    name: spec.name,
    role,
    spec,
    resources,
    requestBytes: resources.requests?.memory,
    limitBytes: resources.limits?.memory,
    requestFrom: byLimit ? "limit" : resources.requests?.memory === undefined ? undefined : "manifest",
    limitFrom: limits?.memory === undefined ? undefined : "manifest",
  };
}

/** Pod-level requests that are not given are those of the containers, else the pod-level limits. */
function defaultPodResources({ resources }: PodSpec, containers: readonly AdmittedContainer[]): Resources | undefined {
  if (resources === undefined) return undefined;
  const requests = compact(resources.requests);
  const limits = compact(resources.limits);
  if (Object.keys(resources.limits ?? {}).length === 0) return toResources(requests, limits);
  // A request of 0 counts as one.
  const isRequested = (name: keyof ResourceAmounts) =>
    containers.some((container) => container.resources.requests?.[name] !== undefined);
  const requested = (name: keyof ResourceAmounts) =>
    podPeak(containers, (container) => container.resources.requests?.[name] ?? 0);
  const ofContainers: ResourceAmounts = {
    ...(isRequested("cpu") ? { cpu: requested("cpu") } : {}),
    ...(isRequested("memory") ? { memory: requested("memory") } : {}),
  };
  return toResources({ ...limits, ...ofContainers, ...requests }, limits);
}

function applyLimitRange(container: AdmittedContainer, { place, items }: LimitRange): AdmittedContainer {
  if (container.role === "ephemeral") return container;
  const defaults = items.filter(({ type }) => type === "Container").map(withItemDefaults);
  const limits = { ...merge(defaults, "limits"), ...container.resources.limits };
  const requests = { ...merge(defaults, "requests"), ...container.resources.requests };
  const origin: Origin = { limitRange: place.object };
  const byRange = (before: Origin | undefined, now: number | undefined) =>
    before ?? (now === undefined ? undefined : origin);
  return {
    ...container,
    resources: toResources(requests, limits),
    requestBytes: requests.memory,
    limitBytes: limits.memory,
    requestFrom: byRange(container.requestFrom, requests.memory),
    limitFrom: byRange(container.limitFrom, limits.memory),
  };
}

/** A default limit that is not given is the maximum; a default request the default limit, else the minimum. */
function withItemDefaults(item: LimitRangeItem): Required<Resources> {
  const limits = { ...compact(item.max), ...compact(item.default) };
  return { limits, requests: { ...compact(item.min), ...limits, ...compact(item.defaultRequest) } };
}

/** Of several defaults for the same resource, the last counts. */
function merge(defaults: readonly Required<Resources>[], key: "requests" | "limits"): ResourceAmounts {
  return defaults.reduce<ResourceAmounts>((merged, resources) => ({ ...merged, ...resources[key] }), {});
}

/**
 * A class that is not given along counts as 0: a user may define at most 1000000000, which is far from critical.
 */
function priorityOf({ priority, priorityClassName }: PodSpec, classes: readonly PriorityClass[]): number {
  if (priority !== undefined) return priority;
  if (priorityClassName !== undefined && priorityClassName !== "") {
    const named = classes.find(({ name }) => name === priorityClassName);
    return own(SYSTEM_PRIORITIES, priorityClassName) ?? named?.value ?? 0;
  }
  const defaults = classes.filter(({ isGlobalDefault }) => isGlobalDefault).map(({ value }) => value);
  return defaults.length === 0 ? 0 : Math.min(...defaults);
}

const EMPTY_RESOURCES: ContainerResources = { requests: undefined, limits: undefined };

function toResources(requests: ResourceAmounts, limits: ResourceAmounts): Resources {
  return { requests, limits };
}

function compact(amounts: Amounts | undefined): ResourceAmounts {
  return {
    ...(amounts?.cpu === undefined ? {} : { cpu: amounts.cpu }),
    ...(amounts?.memory === undefined ? {} : { memory: amounts.memory }),
  };
}
