// Short ways to manifests and nodes for the tests of workload/.
import type { PredictedNode } from "../../workload/node";
import { readManifests } from "../../workload/manifests";
import type { Manifests } from "../../workload/objects";
import { GIB } from "../../swap/quantity";

type Json = Readonly<Record<string, unknown>>;

/** A node that takes any pod; the sizes of the documented examples. */
export const NODE: PredictedNode = {
  name: "32Gi",
  pool: null,
  memTotalBytes: 32 * GIB,
  swapTotalBytes: 30 * GIB,
  swapBehavior: "LimitedSwap",
  placement: null,
  volume: null,
  price: null,
};

/** A container with this memory request and limit. */
export function container(name: string, request?: string, limit?: string, more: Json = {}): Json {
  return {
    name,
    image: "example",
    resources: {
      ...(request === undefined ? {} : { requests: { memory: request } }),
      ...(limit === undefined ? {} : { limits: { memory: limit } }),
    },
    ...more,
  };
}

/** A Pod object. */
export function pod(containers: readonly Json[], spec: Json = {}, metadata: Json = {}): Json {
  return { apiVersion: "v1", kind: "Pod", metadata: { name: "pod", ...metadata }, spec: { containers, ...spec } };
}

/** A LimitRange object with one item of type Container. */
export function limitRange(item: Json, metadata: Json = {}): Json {
  return {
    apiVersion: "v1",
    kind: "LimitRange",
    metadata: { name: "range", ...metadata },
    spec: { limits: [{ type: "Container", ...item }] },
  };
}

/** A PriorityClass object. */
export function priorityClass(name: string, value: number, globalDefault = false): Json {
  return { apiVersion: "scheduling.k8s.io/v1", kind: "PriorityClass", metadata: { name }, value, globalDefault };
}

/** The objects as if they stood in files of their own. */
export function manifests(...objects: readonly Json[]): Manifests {
  return readManifests(objects.map((object, index) => ({ file: `${index}.json`, text: JSON.stringify(object) })));
}

/** A LimitRange object with one item of type Pod, on memory. */
export function podRange({
  min,
  max,
  ratio,
}: {
  readonly min?: string;
  readonly max?: string;
  readonly ratio?: string;
}): Json {
  const item = {
    ...(min === undefined ? {} : { min: { memory: min } }),
    ...(max === undefined ? {} : { max: { memory: max } }),
    ...(ratio === undefined ? {} : { maxLimitRequestRatio: { memory: ratio } }),
  };
  const spec = { limits: [{ type: "Pod", ...item }] };
  return { apiVersion: "v1", kind: "LimitRange", metadata: { name: "of-pods" }, spec };
}

/** A RuntimeClass object. */
export function runtimeClass(name: string, more: Json): Json {
  return { apiVersion: "node.k8s.io/v1", kind: "RuntimeClass", metadata: { name }, handler: "runc", ...more };
}
