// The kubelet's LimitedSwap rule. Both tables were measured on the real configureContainerSwapResources of v1.37.2.
import assert from "node:assert/strict";
import fc from "fast-check";
import { limitedSwap, memoryCeiling } from "../../swap/limited-swap";
import type { ContainerMemory, NodeMemory, NoSwapReason, PodOnNode } from "../../swap/limited-swap";
import { floorToPage, GIB, KIB, MIB, parseQuantity } from "../../swap/quantity";
import { qosClass, withDefaultedRequests, type PodResources, type Resources } from "../../swap/qos-class";
import { nodeAndRequest } from "./arbitraries";

const NOMINAL: NodeMemory = { memTotalBytes: 32 * GIB, swapTotalBytes: 30 * GIB, swapBehavior: "LimitedSwap" };
/** An instance of 32 GiB with a swap file of 30 GiB, less the file's first page. */
const REALISTIC: NodeMemory = {
  memTotalBytes: 32_475_668 * KIB,
  swapTotalBytes: 31_457_276 * KIB,
  swapBehavior: "LimitedSwap",
};
const BURSTABLE: PodOnNode = { qosClass: "Burstable", isStatic: false, priority: 0 };

interface PodCase {
  readonly name: string;
  readonly pod?: Partial<Omit<PodOnNode, "qosClass">>;
  readonly podLevel?: Resources;
  /** The container in question, then the others of its pod. */
  readonly containers: readonly Resources[];
  readonly node?: Partial<NodeMemory>;
  readonly swapLimitBytes: number;
  readonly reason: NoSwapReason | null;
}

function memory(request?: string, limit?: string): Resources {
  return {
    ...(request === undefined ? {} : { requests: { memory: parseQuantity(request) } }),
    ...(limit === undefined ? {} : { limits: { memory: parseQuantity(limit) } }),
  };
}

const CPU_AND_MEMORY: Resources = { limits: { cpu: 1000, memory: 2 * GIB } };

const CASES: readonly PodCase[] = [
  { name: "request 1Gi, limit 2Gi", containers: [memory("1Gi", "2Gi")], swapLimitBytes: 1_006_632_960, reason: null },
  { name: "request 1Gi, no limit", containers: [memory("1Gi")], swapLimitBytes: 1_006_632_960, reason: null },
  {
    name: "request equals limit, no cpu: the pod is still Burstable",
    containers: [memory("1Gi", "1Gi")],
    swapLimitBytes: 0,
    reason: "request-equals-limit",
  },
  {
    name: "a limit without a request becomes the request",
    containers: [memory(undefined, "1Gi")],
    swapLimitBytes: 0,
    reason: "request-equals-limit",
  },
  {
    name: "second container without memory in a Burstable pod",
    containers: [{}, memory("1Gi", "2Gi")],
    swapLimitBytes: 0,
    reason: "no-memory-resources",
  },
  { name: "init container of 512Mi", containers: [memory("512Mi")], swapLimitBytes: 503_316_480, reason: null },
  {
    name: "sidecar of 512Mi, limit 1Gi",
    containers: [memory("512Mi", "1Gi")],
    swapLimitBytes: 503_316_480,
    reason: null,
  },
  {
    name: "ephemeral container, which has no resources",
    containers: [{}, memory("1Gi")],
    swapLimitBytes: 0,
    reason: "no-memory-resources",
  },
  { name: "BestEffort", containers: [{}], swapLimitBytes: 0, reason: "qos-class" },
  { name: "Guaranteed", containers: [CPU_AND_MEMORY], swapLimitBytes: 0, reason: "qos-class" },
  {
    name: "static pod",
    pod: { isStatic: true },
    containers: [memory("1Gi", "2Gi")],
    swapLimitBytes: 0,
    reason: "static-pod",
  },
  {
    name: "priority 2000000000",
    pod: { priority: 2_000_000_000 },
    containers: [memory("1Gi", "2Gi")],
    swapLimitBytes: 0,
    reason: "critical-priority",
  },
  {
    name: "a user's class of priority 1000000000 still swaps",
    pod: { priority: 1_000_000_000 },
    containers: [memory("1Gi", "2Gi")],
    swapLimitBytes: 1_006_632_960,
    reason: null,
  },
  {
    name: "pod-level request 2Gi and limit 4Gi, the container has none",
    podLevel: memory("2Gi", "4Gi"),
    containers: [{}],
    swapLimitBytes: 0,
    reason: "no-memory-resources",
  },
  {
    name: "pod-level request 2Gi and limit 4Gi, container request 1Gi",
    podLevel: memory("2Gi", "4Gi"),
    containers: [memory("1Gi")],
    swapLimitBytes: 1_006_632_960,
    reason: null,
  },
  {
    name: "pod-level Guaranteed, container 1Gi of 2Gi",
    podLevel: CPU_AND_MEMORY,
    containers: [memory("1Gi", "2Gi")],
    swapLimitBytes: 0,
    reason: "qos-class",
  },
  { name: "request above the node", containers: [memory("40Gi")], swapLimitBytes: 0, reason: "request-above-node" },
  {
    name: "kubelet started without swap",
    containers: [memory("1Gi", "2Gi")],
    node: { swapTotalBytes: 0 },
    swapLimitBytes: 0,
    reason: "no-swap-on-node",
  },
  {
    name: "behaviour NoSwap",
    containers: [memory("1Gi", "2Gi")],
    node: { swapBehavior: "NoSwap" },
    swapLimitBytes: 0,
    reason: "swap-behavior",
  },
  {
    name: "request 0, limit 1Gi",
    containers: [memory("0", "1Gi")],
    swapLimitBytes: 0,
    reason: "no-memory-request",
  },
];

/** Limits of section "worked limits": request, and bytes on a nominal and on a real node, as sent and as the kernel keeps them. */
const WORKED: readonly (readonly [request: string, nominal: number, sent: number, kept: number])[] = [
  ["128Mi", 125_829_120, 130_008_845, 130_007_040],
  ["512Mi", 503_316_480, 520_035_383, 520_032_256],
  ["1Gi", 1_006_632_960, 1_040_070_766, 1_040_068_608],
  ["2Gi", 2_013_265_920, 2_080_141_533, 2_080_141_312],
  ["4Gi", 4_026_531_840, 4_160_283_066, 4_160_282_624],
  ["8Gi", 8_053_063_680, 8_320_566_132, 8_320_565_248],
  ["16Gi", 16_106_127_360, 16_641_132_264, 16_641_130_496],
  ["30Gi", 30_198_988_800, 31_202_122_995, 31_202_119_680],
  ["40Gi", 0, 0, 0],
];

function defaulted(resources: Resources): ContainerMemory {
  const { requests, limits } = withDefaultedRequests(resources);
  return { requestBytes: requests?.memory, limitBytes: limits?.memory };
}

describe("limitedSwap", () => {
  for (const { name, pod, podLevel, containers, node, swapLimitBytes, reason } of CASES) {
    it(name, () => {
      const resources: PodResources = { containers, ...(podLevel === undefined ? {} : { podLevel }) };
      const limit = limitedSwap(
        { ...NOMINAL, ...node },
        { ...BURSTABLE, ...pod, qosClass: qosClass(resources) },
        defaulted(containers[0] ?? {}),
      );
      assert.deepEqual(limit, { swapLimitBytes, reason });
    });
  }

  for (const [request, onNominal, sent, kept] of WORKED) {
    it(`request ${request} on a node of 32 GiB with 30 GiB of swap`, () => {
      const container = { requestBytes: parseQuantity(request), limitBytes: parseQuantity("64Gi") };
      assert.equal(limitedSwap(NOMINAL, BURSTABLE, container).swapLimitBytes, onNominal);
      assert.equal(limitedSwap(REALISTIC, BURSTABLE, container).swapLimitBytes, sent);
      assert.equal(floorToPage(limitedSwap(REALISTIC, BURSTABLE, container).swapLimitBytes), kept);
    });
  }

  // Seen on a real node of Kubernetes 1.36.3: MemTotal 2026008 kB, SwapTotal 2097148 kB.
  for (const [request, kept] of [
    ["256Mi", 277_860_352],
    ["128Mi", 138_928_128],
  ] as const) {
    it(`request ${request} as a real node's kernel kept it`, () => {
      const node: NodeMemory = { ...NOMINAL, memTotalBytes: 2_026_008 * KIB, swapTotalBytes: 2_097_148 * KIB };
      const { swapLimitBytes } = limitedSwap(node, BURSTABLE, { requestBytes: parseQuantity(request) });
      assert.equal(floorToPage(swapLimitBytes), kept);
    });
  }

  it("divides before it multiplies, as the kubelet does: float64 then loses a byte of an even share", () => {
    const node: NodeMemory = { ...NOMINAL, memTotalBytes: 49 * GIB, swapTotalBytes: 49 * GIB };
    // What int64(float64(request) / float64(memory) * float64(swap)) prints in Go.
    assert.equal(limitedSwap(node, BURSTABLE, { requestBytes: 128 * MIB }).swapLimitBytes, 134_217_727);
  });

  it("is the exact share of swap, but for the last byte", () => {
    fc.assert(
      fc.property(nodeAndRequest, ({ node, requestBytes }) => {
        const { swapLimitBytes } = limitedSwap(node, BURSTABLE, { requestBytes });
        const exact = (BigInt(requestBytes) * BigInt(node.swapTotalBytes)) / BigInt(node.memTotalBytes);
        const difference = BigInt(swapLimitBytes) - exact;
        assert.ok(difference >= -1n && difference <= 1n, `${swapLimitBytes} is not ${exact}`);
      }),
    );
  });

  it("never promises more swap than the node has, however the pods fill it", () => {
    fc.assert(
      fc.property(
        nodeAndRequest,
        fc.array(fc.nat({ max: 1000 }), { minLength: 1, maxLength: 20 }),
        ({ node }, shares) => {
          const total = shares.reduce((sum, share) => sum + share, 1);
          const limits = shares.map((share) => {
            const requestBytes = Math.floor((node.memTotalBytes / total) * share);
            return floorToPage(limitedSwap(node, BURSTABLE, { requestBytes }).swapLimitBytes);
          });
          assert.ok(limits.reduce((sum, limit) => sum + limit, 0) <= node.swapTotalBytes);
        },
      ),
    );
  });
});

describe("memoryCeiling", () => {
  it("is RAM limit and swap limit, each in whole pages", () => {
    const container = { requestBytes: GIB, limitBytes: 2 * GIB + 1 };
    const limit = limitedSwap(REALISTIC, BURSTABLE, container);
    assert.equal(memoryCeiling(container, limit), 2 * GIB + 1_040_068_608);
  });

  it("is open without a RAM limit", () => {
    assert.equal(memoryCeiling({ requestBytes: GIB }, { swapLimitBytes: GIB, reason: null }), null);
  });
});
