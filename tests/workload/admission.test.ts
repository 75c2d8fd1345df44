// What the API server makes of a pod. The suite with a real one, tests/kube, holds the same table against it.
import assert from "node:assert/strict";
import fc from "fast-check";
import { formatQuantity } from "../../swap/quantity";
import { admit } from "../../workload/admission";
import { podPeak, type ContainerRole } from "../../workload/containers";
import { ADMISSION_CASES } from "./admission-cases";
import { container, manifests, pod, priorityClass } from "./manifests";

function admitted(...objects: readonly Readonly<Record<string, unknown>>[]) {
  const given = manifests(...objects);
  const [workload] = given.workloads;
  assert.ok(workload !== undefined);
  return admit(workload, given);
}

describe("admit", () => {
  for (const { name, objects, qosClass, memory } of ADMISSION_CASES) {
    it(name, () => {
      const result = admitted(...objects);
      assert.equal(result.qosClass, qosClass);
      assert.deepEqual(
        Object.fromEntries(
          result.containers.map(({ name: of, requestBytes, limitBytes }) => [
            of,
            [requestBytes, limitBytes].map((bytes) => (bytes === undefined ? null : formatQuantity(bytes))),
          ]),
        ),
        memory,
      );
    });
  }

  // The admission plug-in Priority, https://kubernetes.io/docs/concepts/scheduling-eviction/pod-priority-preemption/
  const priorities: readonly (readonly [name: string, spec: object, expected: number])[] = [
    ["no class: the default class", {}, 7],
    ["a class that is given along", { priorityClassName: "high" }, 1_000_000_000],
    ["a class that is not: never critical", { priorityClassName: "elsewhere" }, 0],
    ["a class of the system", { priorityClassName: "system-cluster-critical" }, 2_000_000_000],
    ["the other class of the system", { priorityClassName: "system-node-critical" }, 2_000_001_000],
    ["a pod of a cluster, whose priority is decided", { priorityClassName: "elsewhere", priority: 5 }, 5],
  ];
  for (const [name, spec, expected] of priorities) {
    it(`priority: ${name}`, () => {
      const classes = [
        priorityClass("high", 1_000_000_000),
        priorityClass("usual", 7, true),
        priorityClass("other", 9, true),
      ];
      assert.equal(admitted(pod([container("app", "1Gi")], { ...spec }), ...classes).priority, expected);
    });
  }

  it("knows static pods by the annotations that the kubelet knows them by", () => {
    const annotated = (annotations: Record<string, string>) =>
      admitted(pod([container("app", "1Gi")], {}, { annotations })).isStatic;
    assert.equal(annotated({}), false);
    assert.equal(annotated({ "kubernetes.io/config.source": "api" }), false);
    assert.equal(annotated({ "kubernetes.io/config.source": "file" }), true);
    assert.equal(annotated({ "kubernetes.io/config.mirror": "1" }), true);
  });
});

describe("podPeak", () => {
  const part = fc.record({ role: fc.constantFrom<ContainerRole>("init", "sidecar", "main"), bytes: fc.nat() });

  it("is never less than what runs at the end, nor than any init container, nor more than all together", () => {
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        const peak = podPeak(parts, ({ bytes }) => bytes);
        const sum = (chosen: readonly { readonly bytes: number }[]) =>
          chosen.reduce((total, { bytes }) => total + bytes, 0);
        assert.ok(peak >= sum(parts.filter(({ role }) => role !== "init")));
        assert.ok(parts.every(({ role, bytes }) => role !== "init" || peak >= bytes));
        assert.ok(peak <= sum(parts));
      }),
    );
  });

  // https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/#resource-sharing-within-containers
  it("counts the sidecars that run during an init container, and only those", () => {
    const of = (...parts: readonly (readonly [ContainerRole, number])[]) =>
      podPeak(
        parts.map(([role, bytes]) => ({ role, bytes })),
        ({ bytes }) => bytes,
      );
    assert.equal(of(["sidecar", 2], ["init", 10], ["main", 1]), 12);
    assert.equal(of(["init", 10], ["sidecar", 2], ["main", 1]), 10);
    assert.equal(of(["init", 10], ["sidecar", 2], ["main", 9]), 11);
  });
});
