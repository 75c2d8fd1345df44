// What the API server would refuse of a manifest, as far as it bears on memory.
// Rules: https://github.com/kubernetes/kubernetes/blob/v1.36.3/pkg/apis/core/validation/validation.go
import { formatQuantity } from "../swap/quantity";
import { podContainers, podPeak } from "./containers";
import type { Workload } from "./objects";
import { manifestProblem, type ManifestProblem, type ManifestPlace } from "./problem";
import type { ContainerResources } from "./schema";
import { own } from "../swap/own";

/** HighestUserDefinablePriority, https://github.com/kubernetes/kubernetes/blob/v1.36.3/pkg/apis/scheduling/types.go */
const HIGHEST_USER_PRIORITY = 1_000_000_000;

/** Where the pod spec of each kind stands. */
const POD_SPEC_PATHS: Readonly<Record<string, string>> = {
  Pod: "spec",
  CronJob: "spec.jobTemplate.spec.template.spec",
};

/** Memory limits below their requests, and pods that ask for less than their containers do. */
export function checkWorkload({ kind, place, pod }: Workload): readonly ManifestProblem[] {
  const base = own(POD_SPEC_PATHS, kind) ?? "spec.template.spec";
  const containers = podContainers(pod);
  const containersAsk = podPeak(containers, ({ spec }) => askedMemory(spec.resources));
  const podAsks = pod.resources?.requests?.memory;
  return [
    ...containers.flatMap(({ spec, path }) => checkLimit(place, `${base}.${path}.resources`, spec.resources)),
    ...checkLimit(place, `${base}.resources`, pod.resources),
    ...(podAsks !== undefined && podAsks < containersAsk
      ? [
          manifestProblem(
            "pod-request-below-containers",
            place,
            `${base}.resources.requests.memory`,
            formatQuantity(podAsks),
            `is less than what its containers request together, ${formatQuantity(containersAsk)}`,
          ),
        ]
      : []),
  ];
}

/** The value of a PriorityClass; the system's own names have their own values. */
export function checkPriorityClass(place: ManifestPlace, name: string, value: number): readonly ManifestProblem[] {
  if (value <= HIGHEST_USER_PRIORITY || name.startsWith("system-")) return [];
  const message = `is more than ${HIGHEST_USER_PRIORITY}, the highest priority that a user may define`;
  return [manifestProblem("priority-out-of-range", place, "value", value, message)];
}

function checkLimit(
  place: ManifestPlace,
  path: string,
  resources: ContainerResources = { requests: undefined, limits: undefined },
) {
  const request = resources.requests?.memory;
  const limit = resources.limits?.memory;
  if (request === undefined || limit === undefined || request <= limit) return [];
  const message = `is less than the memory request, ${formatQuantity(request)}`;
  return [manifestProblem("limit-below-request", place, `${path}.limits.memory`, formatQuantity(limit), message)];
}

function askedMemory(resources: ContainerResources | undefined): number {
  return resources?.requests?.memory ?? resources?.limits?.memory ?? 0;
}
