// Pods for the guard: a table that a person can read, and any others.
import fc from "fast-check";
import { container, limitRange, pod } from "../../workload/manifests";
import type { Expected } from "./expectation";

type Json = Readonly<Record<string, unknown>>;

const selects = { nodeSelector: { "eks-swap/pool": "ebs" } };
const annotated = (wish: string) => ({ annotations: { "eks-swap/guard": wish } });
const swaps = [container("app", "1Gi", "2Gi")];
const fixed = [container("app", "1Gi", "1Gi")];
const guaranteed = [{ ...container("app"), resources: { limits: { cpu: "1", memory: "1Gi" } } }];
const tolerates = (toleration: Json) => ({ tolerations: [toleration] });
const needs = (...nodeSelectorTerms: Json[]) => ({
  affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } },
});
const expression = (operator: string, values: readonly string[], key = "eks-swap/pool") => ({
  key,
  operator,
  ...(values.length === 0 ? {} : { values }),
});
const requires = (operator: string, ...values: string[]) => needs({ matchExpressions: [expression(operator, values)] });
const everything = tolerates({ operator: "Exists" });
const byName = needs({ matchFields: [expression("In", ["node-1"], "metadata.name")] });
const inNodePool = (...values: string[]) =>
  needs({ matchExpressions: [expression("In", values, "karpenter.sh/nodepool")] });
const prefers = {
  affinity: {
    nodeAffinity: {
      preferredDuringSchedulingIgnoredDuringExecution: [
        { weight: 1, preference: { matchExpressions: [expression("In", ["ebs"])] } },
      ],
    },
  },
};

/** What a pool of swap does with each of these; those that are aimed elsewhere are not judged. */
export const TABLE: readonly (readonly [name: string, object: Json, expected: Expected, elsewhere?: "elsewhere"])[] = [
  ["request below limit", pod(swaps, selects), "accepted"],
  ["request without limit", pod([container("app", "1Gi")], selects), "accepted"],
  [
    "a sidecar alone may swap",
    pod(fixed, { ...selects, initContainers: [container("proxy", "1Gi", "2Gi", { restartPolicy: "Always" })] }),
    "accepted",
  ],
  ["nothing requested (BestEffort)", pod([container("app")], selects), "no swap"],
  ["request equals limit", pod(fixed, selects), "no swap"],
  ["limit without request", pod([container("app", undefined, "1Gi")], selects), "no swap"],
  ["Guaranteed", pod(guaranteed, selects), "no swap"],
  ["CPU alone", pod([{ ...container("app"), resources: { requests: { cpu: "1" } } }], selects), "no swap"],
  ["critical", pod(swaps, { ...selects, priorityClassName: "system-node-critical" }), "no swap"],
  [
    "pod-level resources alone",
    pod([container("app")], { ...selects, resources: { requests: { memory: "1Gi" }, limits: { memory: "2Gi" } } }),
    "no swap",
  ],
  [
    "pod-level Guaranteed",
    pod(swaps, {
      ...selects,
      resources: { limits: { cpu: "1", memory: "2Gi" }, requests: { cpu: "1", memory: "2Gi" } },
    }),
    "no swap",
  ],
  ["pod-level resources that are empty", pod(swaps, { ...selects, resources: {} }), "no swap"],
  ["fixed, and says so", pod(fixed, selects, annotated("no-swap")), "accepted"],
  ["says that it must not swap, and would", pod(swaps, selects, annotated("no-swap")), "must not swap"],
  ["nothing to be said", pod([container("app")], selects, annotated("off")), "accepted"],
  ["a value that is unknown", pod(swaps, selects, annotated("yes")), "unknown value"],
  ["tolerates the pool", pod(fixed, tolerates({ key: "eks-swap/pool", value: "ebs" })), "no swap"],
  ["tolerates every pool", pod(fixed, tolerates({ key: "eks-swap/pool", operator: "Exists" })), "no swap"],
  ["requires the pool by affinity", pod(fixed, requires("In", "other", "ebs")), "no swap"],
  ["requires any pool by affinity (`Exists`)", pod(fixed, { ...requires("Exists"), ...everything }), "no swap"],
  ["requires a pool but another (`NotIn`)", pod(fixed, { ...requires("NotIn", "other"), ...everything }), "no swap"],
  [
    "requires it in one term of two",
    pod(
      fixed,
      needs({ matchExpressions: [expression("In", ["other"])] }, { matchExpressions: [expression("Exists", [])] }),
    ),
    "no swap",
  ],
  ["selects the NodePool", pod(fixed, { nodeSelector: { "karpenter.sh/nodepool": "ebs" } }), "no swap"],
  ["requires the NodePool by affinity", pod(fixed, inNodePool("ebs", "other")), "no swap"],
  [
    "is marked as a mirror pod by a user",
    pod(fixed, { ...selects, nodeName: "node-1" }, { annotations: { "kubernetes.io/config.mirror": "x" } }),
    "no swap",
  ],
  ["tolerates another pool", pod(fixed, tolerates({ key: "eks-swap/pool", value: "other" })), "accepted", "elsewhere"],
  ["tolerates everything, as daemons do", pod(fixed, everything), "accepted", "elsewhere"],
  ["requires another pool by affinity", pod(fixed, requires("NotIn", "ebs")), "accepted", "elsewhere"],
  [
    "requires any pool but this one",
    pod(fixed, needs({ matchExpressions: [expression("Exists", []), expression("NotIn", ["ebs"])] })),
    "accepted",
    "elsewhere",
  ],
  ["selects another pool", pod(fixed, { nodeSelector: { "eks-swap/pool": "other" } }), "accepted", "elsewhere"],
  [
    "tolerates every pool and selects another",
    pod(fixed, {
      nodeSelector: { "eks-swap/pool": "other" },
      ...tolerates({ key: "eks-swap/pool", operator: "Exists" }),
    }),
    "accepted",
    "elsewhere",
  ],
  ["requires another NodePool by affinity", pod(fixed, inNodePool("other")), "accepted", "elsewhere"],
  ["prefers the pool", pod(fixed, prefers), "accepted", "elsewhere"],
  ["names a node (`nodeName`)", pod(fixed, { nodeName: "node-1" }), "accepted", "elsewhere"],
  ["requires a node by name (`matchFields`)", pod(fixed, { ...byName, ...everything }), "accepted", "elsewhere"],
  ["is aimed at no pool", pod(fixed), "accepted", "elsewhere"],
];

/** LimitRanges, each in a namespace of its own: the guard judges pods with their defaults. */
export const RANGES = [
  rangeIn("with-defaults", { default: { memory: "2Gi" }, defaultRequest: { memory: "512Mi" } }),
  rangeIn("with-equal-defaults", { default: { memory: "1Gi" } }),
  rangeIn("with-bounds", { min: { memory: "256Mi" }, max: { memory: "4Gi" } }),
];

function rangeIn(namespace: string, item: Json) {
  return { ...limitRange(item), metadata: { name: "range", namespace } };
}

/** Request and limit, of which few are such as the API server refuses. */
type Pair = readonly [request: string | undefined, limit: string | undefined];
const memoryPairs = fc.constantFrom<Pair>(
  // Often, since a LimitRange decides there.
  [undefined, undefined],
  [undefined, undefined],
  [undefined, undefined],
  ["512Mi", undefined],
  ["512Mi", "1Gi"],
  ["1Gi", "1Gi"],
  ["1Gi", "1024Mi"],
  [undefined, "1Gi"],
  ["0", "1Gi"],
  ["0", "0"],
  ["2Gi", "1Gi"],
);
const cpuPairs = fc.constantFrom<Pair>(
  [undefined, undefined],
  ["500m", "0.5"],
  [undefined, "1"],
  ["500m", "1"],
  ["1", undefined],
);
const podMemoryPairs = fc.constantFrom<Pair>(
  [undefined, undefined],
  [undefined, undefined],
  [undefined, undefined],
  ["16Gi", "16Gi"],
  [undefined, "16Gi"],
  ["16Gi", "32Gi"],
  ["1Gi", undefined],
);
const podCpuPairs = fc.constantFrom<Pair>(
  [undefined, undefined],
  [undefined, undefined],
  [undefined, undefined],
  ["8", "8"],
  [undefined, "8"],
  ["8", "8000m"],
  ["8", "16"],
);

function resourcesOf(memory: fc.Arbitrary<Pair>, cpu: fc.Arbitrary<Pair>) {
  return fc.tuple(memory, cpu).map(([[memoryRequest, memoryLimit], [cpuRequest, cpuLimit]]) => ({
    requests: compact({ memory: memoryRequest, cpu: cpuRequest }),
    limits: compact({ memory: memoryLimit, cpu: cpuLimit }),
  }));
}

const resources = resourcesOf(memoryPairs, cpuPairs);
const podResources = resourcesOf(podMemoryPairs, podCpuPairs);

const anyContainer = fc.record({ resources, restartPolicy: fc.constantFrom(undefined, "Always") });

/** A pod that is aimed at the pool, with what it wishes for. Some are such as the API server refuses by itself. */
export const anyPod = fc
  .record({
    containers: fc.array(anyContainer, { minLength: 1, maxLength: 3 }),
    initContainers: fc.array(anyContainer, { maxLength: 2 }),
    podLevel: fc.option(podResources, { freq: 2, nil: undefined }),
    priorityClassName: fc.constantFrom(undefined, undefined, undefined, "system-cluster-critical"),
    wish: fc.constantFrom(undefined, undefined, undefined, "no-swap", "off", "other"),
    namespace: fc.constantFrom("default", ...RANGES.map(({ metadata }) => metadata.namespace)),
    aim: fc.constantFrom<Json>(
      selects,
      tolerates({ key: "eks-swap/pool", operator: "Exists" }),
      requires("Exists"),
      inNodePool("ebs"),
    ),
  })
  .map(({ containers, initContainers, podLevel, priorityClassName, wish, namespace, aim }) => ({
    wish,
    object: pod(
      containers.map(({ resources: own }, index) => ({ name: `main-${index}`, image: "example", resources: own })),
      {
        ...aim,
        initContainers: initContainers.map(({ resources: own, restartPolicy }, index) => ({
          name: `init-${index}`,
          image: "example",
          resources: own,
          ...compact({ restartPolicy }),
        })),
        ...(podLevel === undefined ? {} : { resources: podLevel }),
        ...compact({ priorityClassName }),
      },
      { namespace, ...(wish === undefined ? {} : annotated(wish)) },
    ),
  }));

function compact(values: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const])),
  );
}
