// Predictions: the kubelet's measured limits through the whole path from a manifest, and what is said of nodes and pods.
import assert from "node:assert/strict";
import fc from "fast-check";
import { limitedSwap } from "../../swap/limited-swap";
import { formatQuantity, GIB, MIB } from "../../swap/quantity";
import type { PredictedNode } from "../../workload/node";
import type { Reason } from "../../workload/no-swap";
import { pageInSeconds } from "../../workload/placed-pod";
import { predict } from "../../workload/predict";
import { container, manifests, NODE, pod } from "./manifests";

type Json = Readonly<Record<string, unknown>>;

/** Seen of configureContainerSwapResources of Kubernetes 1.37.2, on a node of 32Gi with 30Gi of swap; app is judged. */
const MEASURED: readonly (readonly [name: string, object: Json, bytes: number, reason: Reason | null])[] = [
  ["request 1Gi, limit 2Gi", pod([container("app", "1Gi", "2Gi")]), 1_006_632_960, null],
  ["request 1Gi, no limit", pod([container("app", "1Gi")]), 1_006_632_960, null],
  ["request equals limit", pod([container("app", "1Gi", "1Gi")]), 0, "request-equals-limit"],
  ["a limit alone", pod([container("app", undefined, "1Gi")]), 0, "request-equals-limit"],
  ["no memory next to a container with some", pod([container("app"), container("b", "1Gi")]), 0, "no-memory-resources"],
  ["init container", pod([container("b")], { initContainers: [container("app", "512Mi")] }), 503_316_480, null],
  [
    "sidecar",
    pod([container("b")], { initContainers: [container("app", "512Mi", "1Gi", { restartPolicy: "Always" })] }),
    503_316_480,
    null,
  ],
  [
    "ephemeral container",
    pod([container("b", "1Gi")], { ephemeralContainers: [{ name: "app" }] }),
    0,
    "no-memory-resources",
  ],
  ["BestEffort", pod([container("app")]), 0, "qos-class"],
  ["Guaranteed", pod([{ name: "app", resources: { limits: { cpu: 1, memory: "1Gi" } } }]), 0, "qos-class"],
  [
    "static pod",
    pod([container("app", "1Gi")], {}, { annotations: { "kubernetes.io/config.source": "file" } }),
    0,
    "static-pod",
  ],
  ["critical", pod([container("app", "1Gi")], { priorityClassName: "system-node-critical" }), 0, "critical-priority"],
  [
    "pod-level request, the container has none",
    pod([container("app")], { resources: { requests: { memory: "2Gi" }, limits: { memory: "4Gi" } } }),
    0,
    "no-memory-resources",
  ],
  [
    "pod-level request, the container has one",
    pod([container("app", "1Gi")], { resources: { requests: { memory: "2Gi" }, limits: { memory: "4Gi" } } }),
    1_006_632_960,
    null,
  ],
  ["request above the node", pod([container("app", "40Gi")]), 0, "request-above-node"],
  ["request 0", pod([container("app", "0", "1Gi")]), 0, "no-memory-request"],
];

function appOf(object: Json, node: PredictedNode = NODE) {
  const found = predict(manifests(object), [node]).containers.find(({ container: name }) => name === "app");
  assert.ok(found !== undefined);
  return found;
}

describe("predict", () => {
  for (const [name, object, bytes, reason] of MEASURED) {
    it(name, () => {
      const { swapLimitBytes, reason: given, explanation, remedy } = appOf(object);
      assert.deepEqual([swapLimitBytes, given], [bytes, reason]);
      for (const text of [explanation, remedy]) assert.equal(text === null, reason === null);
    });
  }

  it("says what the node lacks", () => {
    const object = pod([container("app", "1Gi", "2Gi")]);
    assert.equal(appOf(object, { ...NODE, swapTotalBytes: 0 }).reason, "no-swap-on-node");
    assert.equal(appOf(object, { ...NODE, swapBehavior: "NoSwap" }).reason, "swap-behavior");
    const placement = { labels: {}, taints: [{ key: "a", effect: "NoSchedule" }], requirements: [] } as const;
    const elsewhere = appOf(object, { ...NODE, placement });
    assert.deepEqual([elsewhere.reason, elsewhere.swapLimitBytes], ["not-scheduled", 0]);
    assert.equal(elsewhere.ceilingBytes, 2 * GIB);
  });

  it("gives the ceiling as the kernel counts it, and none without a RAM limit", () => {
    assert.equal(appOf(pod([container("app", "1Gi", "2Gi")])).ceilingBytes, 2 * GIB + 1_006_632_960);
    assert.equal(appOf(pod([container("app", "1Gi")])).ceilingBytes, null);
  });

  it("is the kubelet's rule applied to the amounts of the manifest, on any node", () => {
    const amount = fc.nat({ max: 64 * 1024 }).map((mebibytes) => mebibytes * MIB);
    fc.assert(
      fc.property(amount, amount, amount, amount, (memTotalBytes, swapTotalBytes, requestBytes, more) => {
        const node: PredictedNode = { ...NODE, memTotalBytes: memTotalBytes + MIB, swapTotalBytes };
        const limitBytes = requestBytes + more;
        const object = pod([
          container("app", formatQuantity(requestBytes), formatQuantity(limitBytes)),
          container("other", "1Mi", "2Mi"),
        ]);
        const expected = limitedSwap(
          node,
          { qosClass: "Burstable", isStatic: false, priority: 0 },
          { requestBytes, limitBytes },
        );
        const { swapLimitBytes, reason } = appOf(object, node);
        assert.deepEqual({ swapLimitBytes, reason }, expected);
      }),
    );
  });
});

describe("pageInSeconds", () => {
  it("is bound by operations: about a minute and a half per GiB at gp3's base rate", () => {
    const seconds = pageInSeconds(GIB, { iops: 3000, throughputBytesPerSecond: 125 * MIB });
    assert.ok(seconds > 87 && seconds < 88);
  });

  it("is bound by operations alone where the throughput is never reached", () => {
    assert.equal(pageInSeconds(GIB, { iops: 262_144, throughputBytesPerSecond: null }), 1);
  });

  it("is bound by throughput where operations are plenty", () => {
    assert.equal(pageInSeconds(GIB, { iops: 80_000, throughputBytesPerSecond: 128 * MIB }), 8);
  });
});

describe("usage of a node", () => {
  const usageOf = (...objects: Json[]) => {
    const [usage] = predict(manifests(...objects), [NODE]).nodes;
    assert.ok(usage !== undefined);
    return usage;
  };
  const deployment = (replicas: number, ...containers: Json[]) => ({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "it" },
    spec: { replicas, template: { spec: { containers } } },
  });

  it("adds up all replicas where they fit on it", () => {
    const { basis, usableSwapBytes, unusableSwapBytes } = usageOf(deployment(4, container("app", "1Gi", "2Gi")));
    assert.deepEqual([basis, usableSwapBytes], ["all-replicas", 4 * 1_006_632_960]);
    assert.equal(unusableSwapBytes, NODE.swapTotalBytes - usableSwapBytes);
  });

  it("fills the node where they do not: half of the requests may swap, so half of the swap can be used", () => {
    const { basis, usableSwapBytes } = usageOf(
      deployment(100, container("app", "1Gi", "2Gi"), container("b", "1Gi", "1Gi")),
    );
    assert.deepEqual([basis, usableSwapBytes], ["full-node", 15 * GIB]);
  });

  it("counts a daemon once, and init containers only while they run", () => {
    const daemon = { ...deployment(7, container("app", "1Gi", "2Gi")), kind: "DaemonSet" };
    assert.equal(usageOf(daemon).usableSwapBytes, 1_006_632_960);
    const initially = pod([container("app", "1Gi")], { initContainers: [container("prepare", "512Mi")] });
    assert.equal(usageOf(initially).usableSwapBytes, 1_006_632_960);
  });

  it("never has more than the node, and always adds up", () => {
    const memory = fc.integer({ min: 1, max: 40_000 }).map((mebibytes) => `${mebibytes}Mi`);
    const workload = fc.record({
      replicas: fc.nat({ max: 50 }),
      requests: fc.array(memory, { minLength: 1, maxLength: 3 }),
    });
    fc.assert(
      fc.property(fc.array(workload, { minLength: 1, maxLength: 4 }), (workloads) => {
        const objects = workloads.map(({ replicas, requests }) =>
          deployment(replicas, ...requests.map((request, index) => container(`c${index}`, request))),
        );
        const { usableSwapBytes, unusableSwapBytes, requestedBytes } = usageOf(...objects);
        assert.ok(usableSwapBytes >= 0 && unusableSwapBytes >= 0);
        assert.ok(requestedBytes <= NODE.memTotalBytes);
        assert.equal(usableSwapBytes + unusableSwapBytes, NODE.swapTotalBytes);
      }),
    );
  });
});
