// `eks-swap predict --cluster` against a real API server whose nodes are objects without a machine.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { z } from "zod";
import { container, limitRange, pod, priorityClass, runtimeClass } from "../../workload/manifests";
import type { ApiClient } from "../api-client";
import type { ControlPlane } from "../control-plane";
import { onControlPlane, type Scenario } from "../scenario";
import { checkRefusals } from "./refusals";

const command = resolve(__dirname, "..", "..", "..", "automation", "eks-swap.mjs");

/** MemTotal and SwapTotal of a node of 32 GiB with a swap file of 30 GiB, in KiB and bytes as its kubelet tells them. */
const MEMORY = "32475668Ki";
const SWAP_BYTES = 32_212_250_624;

const predictionSchema = z.object({
  nodes: z.array(z.object({ node: z.string(), pool: z.string().nullable(), swapTotalBytes: z.number() })),
  containers: z.array(
    z.object({
      node: z.string(),
      object: z.string(),
      container: z.string(),
      memoryRequestBytes: z.number().nullable(),
      swapLimitBytes: z.number(),
      reason: z.string().nullable(),
    }),
  ),
  warnings: z.array(z.object({ id: z.string(), object: z.string() })),
  notes: z.array(z.string()),
});

/** All scenarios of the prediction on a cluster. */
export const PREDICT_SCENARIOS: readonly Scenario[] = [
  onControlPlane("predict: nodes, LimitRanges and priority classes of a cluster", { karpenterCrds: false }, check),
  onControlPlane("predict: pods that LimitRanges and RuntimeClasses refuse", { karpenterCrds: false }, checkRefusals),
];

function node(name: string, swapBytes: number, labels: object, taints: readonly object[]): object {
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name, labels: { "kubernetes.io/hostname": name, ...labels } },
    spec: { taints },
    status: {
      capacity: { cpu: "8", memory: MEMORY, pods: "58" },
      nodeInfo: {
        ...Object.fromEntries(
          [
            "machineID",
            "systemUUID",
            "bootID",
            "kernelVersion",
            "osImage",
            "containerRuntimeVersion",
            "kubeletVersion",
            "kubeProxyVersion",
            "operatingSystem",
            "architecture",
          ].map((field) => [field, ""]),
        ),
        ...(swapBytes === 0 ? {} : { swap: { capacity: swapBytes } }),
      },
    },
  };
}

async function check(client: ApiClient, server: ControlPlane): Promise<string> {
  const pool = { "eks-swap/pool": "ebs" };
  const taint = { key: "eks-swap/pool", value: "ebs", effect: "NoSchedule" };
  for (const object of [
    node("pool-1", SWAP_BYTES, pool, [taint]),
    node("pool-2", SWAP_BYTES, pool, [taint]),
    node("system-1", 0, {}, []),
    limitRange({ default: { memory: "2Gi" }, defaultRequest: { memory: "1Gi" } }, { namespace: "default" }),
    priorityClass("usual", 5, true),
    runtimeClass("sandboxed", {
      overhead: { podFixed: { memory: "120Mi" } },
      scheduling: { nodeSelector: pool, tolerations: [{ key: "eks-swap/pool", operator: "Exists" }] },
    }),
  ]) {
    await client.apply(object);
  }
  const objects = [
    pod([container("app")], { nodeSelector: pool, tolerations: [{ key: "eks-swap/pool", operator: "Exists" }] }),
    pod([container("critical", "1Gi")], { priorityClassName: "system-cluster-critical" }, { name: "critical" }),
    pod([container("sandboxed")], { runtimeClassName: "sandboxed" }, { name: "sandboxed" }),
  ];
  const child = promisify(execFile)(process.execPath, [command, "predict", "-f", "-", "--cluster", "--json"], {
    env: { ...process.env, KUBECONFIG: server.kubeconfigFile },
  });
  child.child.stdin?.end(JSON.stringify({ apiVersion: "v1", kind: "List", items: objects }));
  const { nodes, containers, warnings, notes } = predictionSchema.parse(JSON.parse((await child).stdout));
  assert.deepEqual(nodes, [
    { node: "pool-1 and 1 like it, 32475668Ki", pool: "ebs", swapTotalBytes: SWAP_BYTES },
    { node: "system-1, 32475668Ki", pool: null, swapTotalBytes: 0 },
  ]);
  assert.deepEqual(
    containers.map(({ container: of, memoryRequestBytes, swapLimitBytes, reason }) => [
      of,
      memoryRequestBytes,
      swapLimitBytes,
      reason,
    ]),
    [
      ["app", 2 ** 30, 1_040_070_766, null],
      ["critical", 2 ** 30, 0, "not-scheduled"],
      ["sandboxed", 2 ** 30, 1_040_070_766, null],
      ["app", 2 ** 30, 0, "not-scheduled"],
      ["critical", 2 ** 30, 0, "critical-priority"],
      ["sandboxed", 2 ** 30, 0, "not-scheduled"],
    ],
  );
  assert.deepEqual(
    warnings.filter(({ id }) => id === "pod-overhead").map(({ object }) => object),
    ["Pod/sandboxed"],
  );
  assert.ok(notes.some((note) => note.includes("LimitedSwap is assumed")));
  return "two nodes of a pool and one of the system; a LimitRange's defaults and the swap limit to the byte";
}
