// The pod's Quality of Service class. Examples: https://kubernetes.io/docs/concepts/workloads/pods/pod-qos/
import assert from "node:assert/strict";
import fc from "fast-check";
import { qosClass, withDefaultedRequests, type Resources } from "../../swap/qos-class";

const BOTH: Resources = { requests: { cpu: 100, memory: 10 }, limits: { cpu: 100, memory: 10 } };
const CASES: readonly (readonly [name: string, pod: Parameters<typeof qosClass>[0], expected: string])[] = [
  ["nothing anywhere", { containers: [{}, { requests: {}, limits: {} }] }, "BestEffort"],
  ["requests of 0", { containers: [{ requests: { cpu: 0, memory: 0 } }] }, "BestEffort"],
  ["a memory request", { containers: [{ requests: { memory: 10 } }] }, "Burstable"],
  ["a CPU limit alone", { containers: [{ limits: { cpu: 100 } }] }, "Burstable"],
  [
    "memory request and limit equal, no CPU",
    { containers: [{ requests: { memory: 10 }, limits: { memory: 10 } }] },
    "Burstable",
  ],
  ["both limited to their requests", { containers: [BOTH] }, "Guaranteed"],
  ["limits alone, which become the requests", { containers: [{ limits: { cpu: 100, memory: 10 } }] }, "Guaranteed"],
  ["request below limit", { containers: [{ ...BOTH, requests: { cpu: 100, memory: 9 } }] }, "Burstable"],
  ["one container of two without resources", { containers: [BOTH, {}] }, "Burstable"],
  ["pod-level Guaranteed decides over the containers", { containers: [{}], podLevel: BOTH }, "Guaranteed"],
  [
    "pod-level Burstable decides over the containers",
    { containers: [BOTH], podLevel: { requests: { memory: 20 } } },
    "Burstable",
  ],
  // Seen of a real API server of Kubernetes 1.36.3; the suite tests/kube holds it.
  ["pod-level resources that are empty decide too", { containers: [BOTH], podLevel: {} }, "BestEffort"],
];

describe("qosClass", () => {
  for (const [name, pod, expected] of CASES) {
    it(`${name}: ${expected}`, () => assert.equal(qosClass(pod), expected));
  }

  it("does not depend on the order of the containers", () => {
    const resources: fc.Arbitrary<Resources> = fc.record({ requests: amounts, limits: amounts }, { requiredKeys: [] });
    fc.assert(
      fc.property(fc.array(resources, { minLength: 1, maxLength: 4 }), (containers) => {
        assert.equal(qosClass({ containers }), qosClass({ containers: containers.toReversed() }));
      }),
    );
  });
});

const amounts = fc.record({ cpu: fc.nat({ max: 2 }), memory: fc.nat({ max: 2 }) }, { requiredKeys: [] });

describe("withDefaultedRequests", () => {
  it("lets a limit become the request only where there is none", () => {
    assert.deepEqual(withDefaultedRequests({ requests: { cpu: 1 }, limits: { cpu: 2, memory: 3 } }), {
      requests: { cpu: 1, memory: 3 },
      limits: { cpu: 2, memory: 3 },
    });
  });
});
