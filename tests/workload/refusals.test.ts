// What LimitRanges and RuntimeClasses make of pods as a whole.
import assert from "node:assert/strict";
import { formatQuantity, GIB, MIB } from "../../swap/quantity";
import { admit } from "../../workload/admission";
import { storedBy } from "../../workload/kubernetes-version";
import { predict } from "../../workload/predict";
import { container, manifests, NODE, pod, runtimeClass } from "./manifests";
import { REFUSAL_CASES } from "./refusal-cases";

const REFUSALS = ["limit-range-refuses", "runtime-class-refuses", "runtime-class-unknown"];

describe("a pod and what judges it", () => {
  for (const { name, objects, refusal, overhead, qosClass } of REFUSAL_CASES) {
    it(`${name}: ${refusal ?? "taken"}`, () => {
      const given = manifests(...objects);
      const { warnings, containers } = predict(given, [NODE]);
      const ids = warnings.map(({ id }) => id).filter((id) => REFUSALS.includes(id));
      assert.deepEqual([...new Set(ids)], refusal === null ? [] : [refusal]);
      const [workload] = given.workloads;
      assert.ok(workload !== undefined);
      const { overheadBytes } = admit(workload, given);
      if (refusal === null) assert.equal(formatQuantity(overheadBytes), overhead ?? "0");
      if (qosClass !== undefined) assert.equal(containers[0]?.qosClass, qosClass);
    });
  }
});

describe("an API server before Kubernetes 1.34", () => {
  const amounts = { requests: { memory: "2Gi", cpu: "1" }, limits: { memory: "2Gi", cpu: "1" } };
  const given = manifests(pod([container("app", "1Gi", "2Gi")], { resources: amounts }));
  const judged = (version: string) => {
    const { containers, warnings } = predict(storedBy(version, given), [NODE]);
    return [containers[0]?.qosClass, warnings.some(({ id }) => id === "pod-level-resources-dropped")];
  };

  it("drops pod-level resources, and what they decide", () => {
    assert.deepEqual(judged("1.33"), ["Burstable", true]);
    assert.deepEqual(judged("1.34"), ["Guaranteed", false]);
    assert.deepEqual(judged("1.36"), ["Guaranteed", false]);
  });

  it("changes nothing of other pods", () => {
    const others = manifests(pod([container("app", "1Gi", "2Gi")]));
    assert.deepEqual(storedBy("1.32", others), others);
  });
});

describe("a RuntimeClass", () => {
  const overhead = { podFixed: { memory: "1Gi" } };
  const workers = [container("app", "1Gi", "2Gi")];

  it("with overhead changes no swap limit and no ceiling, and fewer pods use the node's swap", () => {
    const deployment = (spec: object) => ({
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "it" },
      spec: { replicas: 64, template: { spec: { containers: workers, ...spec } } },
    });
    const plain = predict(manifests(deployment({})), [NODE]);
    const given = manifests(deployment({ runtimeClassName: "sandboxed" }), runtimeClass("sandboxed", { overhead }));
    const sandboxed = predict(given, [NODE]);
    assert.deepEqual(sandboxed.containers, plain.containers);
    assert.equal(plain.nodes[0]?.usableSwapBytes, NODE.swapTotalBytes);
    assert.equal(sandboxed.nodes[0]?.usableSwapBytes, NODE.swapTotalBytes / 2);
    const told = sandboxed.warnings.find(({ id }) => id === "pod-overhead");
    assert.match(told?.message ?? "", /: 1Gi$/);
  });

  it("with overhead can make a pod too large for a node", () => {
    const given = manifests(
      pod([container("app", "31Gi", "31Gi")], { runtimeClassName: "sandboxed" }),
      runtimeClass("sandboxed", { overhead: { podFixed: { memory: "1025Mi" } } }),
    );
    const { warnings } = predict(given, [NODE]);
    const [told] = warnings.filter(({ id }) => id === "larger-than-node");
    assert.ok(told?.message.endsWith(formatQuantity(32 * GIB + MIB)), told?.message);
  });

  it("brings its pods to a pool by its own selector and toleration", () => {
    const node = {
      ...NODE,
      pool: "ebs",
      placement: {
        labels: { "eks-swap/pool": "ebs" },
        taints: [{ key: "eks-swap/pool", value: "ebs", effect: "NoSchedule" as const }],
        requirements: null,
      },
    };
    const scheduling = {
      nodeSelector: { "eks-swap/pool": "ebs" },
      tolerations: [{ key: "eks-swap/pool", operator: "Exists" }],
    };
    const reasonOf = (more: object) => {
      const given = manifests(pod(workers, { runtimeClassName: "sandboxed" }), runtimeClass("sandboxed", { ...more }));
      return predict(given, [node]).containers[0]?.reason;
    };
    assert.equal(reasonOf({ scheduling }), null);
    assert.equal(reasonOf({}), "not-scheduled");
  });
});
