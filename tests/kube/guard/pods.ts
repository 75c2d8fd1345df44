// Pods for the guard: a table that a person can read, and any others.
import fc from "fast-check";
import { container, limitRange, pod } from "../../workload/manifests";
import type { Expected } from "./expectation";

type Json = Readonly<Record<string, unknown>>;

const SELECTS = { nodeSelector: { "eks-swap/pool": "ebs" } };
const annotated = (wish: string) => ({ annotations: { "eks-swap/guard": wish } });
const SWAPS = [container("app", "1Gi", "2Gi")];
const FIXED = [container("app", "1Gi", "1Gi")];
const GUARANTEED = [{ ...container("app"), resources: { limits: { cpu: "1", memory: "1Gi" } } }];
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
const PREFERS = {
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
  ["request below limit", pod(SWAPS, SELECTS), "accepted"],
  ["request without limit", pod([container("app", "1Gi")], SELECTS), "accepted"],
  [
    "a sidecar alone may swap",
    pod(FIXED, { ...SELECTS, initContainers: [container("proxy", "1Gi", "2Gi", { restartPolicy: "Always" })] }),
    "accepted",
  ],
  ["nothing requested (BestEffort)", pod([container("app")], SELECTS), "no swap"],
  ["request equals limit", pod(FIXED, SELECTS), "no swap"],
  ["limit without request", pod([container("app", undefined, "1Gi")], SELECTS), "no swap"],
  ["Guaranteed", pod(GUARANTEED, SELECTS), "no swap"],
  ["CPU alone", pod([{ ...container("app"), resources: { requests: { cpu: "1" } } }], SELECTS), "no swap"],
  ["critical", pod(SWAPS, { ...SELECTS, priorityClassName: "system-node-critical" }), "no swap"],
  [
    "pod-level resources alone",
    pod([container("app")], { ...SELECTS, resources: { requests: { memory: "1Gi" }, limits: { memory: "2Gi" } } }),
    "no swap",
  ],
  [
    "pod-level Guaranteed",
    pod(SWAPS, {
      ...SELECTS,
      resources: { limits: { cpu: "1", memory: "2Gi" }, requests: { cpu: "1", memory: "2Gi" } },
    }),
    "no swap",
  ],
  ["pod-level resources that are empty", pod(SWAPS, { ...SELECTS, resources: {} }), "no swap"],
  ["fixed, and says so", pod(FIXED, SELECTS, annotated("no-swap")), "accepted"],
  ["says that it must not swap, and would", pod(SWAPS, SELECTS, annotated("no-swap")), "must not swap"],
  ["nothing to be said", pod([container("app")], SELECTS, annotated("off")), "accepted"],
  ["a value that is unknown", pod(SWAPS, SELECTS, annotated("yes")), "unknown value"],
  ["tolerates the pool", pod(FIXED, tolerates({ key: "eks-swap/pool", value: "ebs" })), "no swap"],
  ["tolerates every pool", pod(FIXED, tolerates({ key: "eks-swap/pool", operator: "Exists" })), "no swap"],
  ["requires the pool by affinity", pod(FIXED, requires("In", "other", "ebs")), "no swap"],
  ["requires any pool by affinity (`Exists`)", pod(FIXED, { ...requires("Exists"), ...everything }), "no swap"],
  ["requires a pool but another (`NotIn`)", pod(FIXED, { ...requires("NotIn", "other"), ...everything }), "no swap"],
  [
    "requires it in one term of two",
    pod(
      FIXED,
      needs({ matchExpressions: [expression("In", ["other"])] }, { matchExpressions: [expression("Exists", [])] }),
    ),
    "no swap",
  ],
  ["selects the NodePool", pod(FIXED, { nodeSelector: { "karpenter.sh/nodepool": "ebs" } }), "no swap"],
  ["requires the NodePool by affinity", pod(FIXED, inNodePool("ebs", "other")), "no swap"],
  [
    "is marked as a mirror pod by a user",
    pod(FIXED, { ...SELECTS, nodeName: "node-1" }, { annotations: { "kubernetes.io/config.mirror": "x" } }),
    "no swap",
  ],
  ["tolerates another pool", pod(FIXED, tolerates({ key: "eks-swap/pool", value: "other" })), "accepted", "elsewhere"],
  ["tolerates everything, as daemons do", pod(FIXED, everything), "accepted", "elsewhere"],
  ["requires another pool by affinity", pod(FIXED, requires("NotIn", "ebs")), "accepted", "elsewhere"],
  [
    "requires any pool but this one",
    pod(FIXED, needs({ matchExpressions: [expression("Exists", []), expression("NotIn", ["ebs"])] })),
    "accepted",
    "elsewhere",
  ],
  ["selects another pool", pod(FIXED, { nodeSelector: { "eks-swap/pool": "other" } }), "accepted", "elsewhere"],
  [
    "tolerates every pool and selects another",
    pod(FIXED, {
      nodeSelector: { "eks-swap/pool": "other" },
      ...tolerates({ key: "eks-swap/pool", operator: "Exists" }),
    }),
    "accepted",
    "elsewhere",
  ],
  ["requires another NodePool by affinity", pod(FIXED, inNodePool("other")), "accepted", "elsewhere"],
  ["prefers the pool", pod(FIXED, PREFERS), "accepted", "elsewhere"],
  ["names a node (`nodeName`)", pod(FIXED, { nodeName: "node-1" }), "accepted", "elsewhere"],
  ["requires a node by name (`matchFields`)", pod(FIXED, { ...byName, ...everything }), "accepted", "elsewhere"],
  ["is aimed at no pool", pod(FIXED), "accepted", "elsewhere"],
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
      SELECTS,
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
