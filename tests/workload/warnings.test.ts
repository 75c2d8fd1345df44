// What is said of pods beside their limits.
import assert from "node:assert/strict";
import type { PredictedNode } from "../../workload/node";
import { predict } from "../../workload/predict";
import type { WarningId } from "../../workload/warnings";
import { container, limitRange, manifests, NODE, pod } from "./manifests";

type Json = Readonly<Record<string, unknown>>;

const WARNED: readonly (readonly [name: string, objects: readonly Json[], warnings: readonly WarningId[]])[] = [
  ["a container that restarts when its memory is resized", [pod([resizable("RestartContainer")])], []],
  ["one that does not", [pod([resizable("NotRequired")])], ["resize-refused"]],
  ["one that says nothing of it", [pod([container("app", "1Gi", "2Gi")])], ["resize-refused"]],
  ["one that never swaps", [pod([container("app", "1Gi", "1Gi")])], []],
  [
    "a volume in memory",
    [
      pod([{ ...container("app", "1Gi", "1Gi"), volumeMounts: [{ name: "cache", mountPath: "/cache" }] }], {
        volumes: [{ name: "cache", emptyDir: { medium: "Memory" } }],
      }),
    ],
    ["memory-volume"],
  ],
  [
    "a volume on disk",
    [
      pod([{ ...container("app", "1Gi", "1Gi"), volumeMounts: [{ name: "cache", mountPath: "/cache" }] }], {
        volumes: [{ name: "cache", emptyDir: {} }],
      }),
    ],
    [],
  ],
  ["a limit without a request", [pod([container("app", undefined, "1Gi")])], ["limit-without-request"]],
  ["no limit", [pod([resizable("RestartContainer", null)])], ["no-memory-limit"]],
  ["megabytes written as thousandths", [pod([container("app", "512m", "512m")])], ["tiny-memory"]],
  [
    "a pod that no node can hold",
    [pod([container("a", "20Gi", "20Gi"), container("b", "20Gi", "20Gi")])],
    ["larger-than-node"],
  ],
  [
    "a pod that a LimitRange refuses",
    [pod([container("app", "1Gi", "1Gi")]), limitRange({ max: { memory: "512Mi" } })],
    ["limit-range-refuses"],
  ],
  [
    "a default limit below the request",
    [pod([container("app", "1Gi")]), limitRange({ default: { memory: "512Mi" } })],
    ["resize-refused", "limit-range-refuses"],
  ],
  [
    "a limit too far above its request",
    [pod([resizable("RestartContainer")]), limitRange({ maxLimitRequestRatio: { memory: "1.5" } })],
    ["limit-range-refuses"],
  ],
  [
    "two LimitRanges with defaults",
    [
      pod([container("app", "1Gi", "1Gi")]),
      limitRange({ min: { memory: "1Mi" } }),
      limitRange({ max: { memory: "2Gi" } }),
    ],
    ["several-limit-ranges"],
  ],
];

function resizable(restartPolicy: string, limit: string | null = "2Gi"): Json {
  return container("app", "1Gi", limit ?? undefined, { resizePolicy: [{ resourceName: "memory", restartPolicy }] });
}

describe("warnings", () => {
  for (const [name, objects, expected] of WARNED) {
    it(name, () => {
      assert.deepEqual(
        predict(manifests(...objects), [NODE]).warnings.map(({ id }) => id),
        expected,
      );
    });
  }

  it("a daemon that would swap", () => {
    const template = { spec: { containers: [resizable("RestartContainer")] } };
    const daemon = { apiVersion: "apps/v1", kind: "DaemonSet", metadata: { name: "it" }, spec: { template } };
    assert.deepEqual(
      predict(manifests(daemon), [NODE]).warnings.map(({ id }) => id),
      ["daemon-swaps"],
    );
  });

  it("a pod that tolerates a pool and may run elsewhere", () => {
    const placement = {
      labels: { "eks-swap/pool": "a" },
      taints: [{ key: "eks-swap/pool", value: "a", effect: "NoSchedule" }],
      requirements: [],
    } as const;
    const node: PredictedNode = { ...NODE, pool: "a", placement };
    const tolerations = [{ key: "eks-swap/pool", operator: "Exists" }];
    const warningsOf = (spec: object) =>
      predict(manifests(pod([resizable("RestartContainer")], { ...spec })), [node]).warnings.map(({ id }) => id);
    assert.deepEqual(warningsOf({ tolerations }), ["may-run-elsewhere"]);
    assert.deepEqual(warningsOf({ tolerations, nodeSelector: { "eks-swap/pool": "a" } }), []);
    assert.deepEqual(warningsOf({}), []);
  });
});
