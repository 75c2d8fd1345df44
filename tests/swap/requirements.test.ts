// Which instance types a pool may use, and how much RAM they have.
import assert from "node:assert/strict";
import fc from "fast-check";
import { GIB, MIB } from "../../swap/quantity";
import {
  isMemoryMeetable,
  INSTANCE_LOCAL_NVME_KEY,
  INSTANCE_MEMORY_KEY,
  instanceStoreRequirement,
  memoryRange,
  poolRequirements,
} from "../../swap/requirements";
import type { Requirement } from "../../swap/vocabulary";

describe("poolRequirements", () => {
  it("are the program's for a pool that names none", () => {
    assert.deepEqual(poolRequirements("arm64", 0, []), [
      { key: "kubernetes.io/arch", operator: "In", values: ["arm64"] },
      { key: "kubernetes.io/os", operator: "In", values: ["linux"] },
      { key: "karpenter.sh/capacity-type", operator: "In", values: ["on-demand"] },
      { key: "karpenter.k8s.aws/instance-category", operator: "In", values: ["c", "m", "r"] },
      { key: "karpenter.k8s.aws/instance-generation", operator: "Gt", values: ["4"] },
      { key: "karpenter.k8s.aws/instance-hypervisor", operator: "In", values: ["nitro"] },
    ]);
  });

  it("demand enough NVMe where swap is on the instance store first", () => {
    assert.deepEqual(poolRequirements("amd64", 30 * GIB, []).at(-1), {
      key: INSTANCE_LOCAL_NVME_KEY,
      operator: "Gt",
      values: ["53"],
    });
  });

  it("give way to the pool's for the same key, and keep the pool's others", () => {
    const spot: Requirement = { key: "karpenter.sh/capacity-type", operator: "In", values: ["spot"] };
    const memory: readonly Requirement[] = [
      { key: INSTANCE_MEMORY_KEY, operator: "Gt", values: ["16000"] },
      { key: INSTANCE_MEMORY_KEY, operator: "Lt", values: ["70000"] },
    ];
    const requirements = poolRequirements("amd64", 0, [spot, ...memory]);
    assert.deepEqual(
      requirements.filter(({ key }) => key === "karpenter.sh/capacity-type"),
      [spot],
    );
    assert.deepEqual(requirements.slice(-3), [spot, ...memory]);
    assert.equal(requirements.length, 8);
  });
});

describe("instanceStoreRequirement", () => {
  it("counts decimal gigabytes: the swap file and 20 GiB, rounded up, are the least that it accepts", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 16_384 * 1024 }), (mebibytes) => {
        const { operator, values } = instanceStoreRequirement(mebibytes * MIB);
        const least = Number(values?.[0]) + 1;
        const needed = mebibytes * MIB + 20 * GIB;
        assert.equal(operator, "Gt");
        assert.ok(least * 1e9 >= needed && (least - 1) * 1e9 < needed);
      }),
    );
  });
});

describe("memoryRange", () => {
  const onMemory = (operator: Requirement["operator"], ...values: string[]): Requirement => ({
    key: INSTANCE_MEMORY_KEY,
    operator,
    values,
  });
  const gib = (count: number) => String(count * 1024);
  const cases: readonly (readonly [
    name: string,
    requirements: readonly Requirement[],
    range: readonly [number, number] | undefined,
  ])[] = [
    ["nothing said", [], [2, 3072]],
    ["another key", [{ key: "karpenter.k8s.aws/instance-cpu", operator: "In", values: ["8"] }], [16, 64]],
    ["one type", [{ key: "node.kubernetes.io/instance-type", operator: "In", values: ["r7i.large"] }], [16, 16]],
    [
      "types that are not known",
      [{ key: "karpenter.k8s.aws/instance-family", operator: "In", values: ["m99"] }],
      undefined,
    ],
    ["one size", [onMemory("In", gib(32))], [32, 32]],
    ["a size by name that no known type has", [onMemory("In", gib(20), gib(32))], [20, 32]],
    ["a size by name that only other types have", [onMemory("In", gib(7))], undefined],
    ["several sizes", [onMemory("In", gib(16), gib(64))], [16, 64]],
    ["several sizes and a bound", [onMemory("In", gib(16), gib(64)), onMemory("Gt", gib(16))], [64, 64]],
    ["two lists", [onMemory("In", gib(16), gib(64)), onMemory("In", gib(64), gib(128))], [64, 64]],
    ["above and below, neither bound counted", [onMemory("Gt", gib(8)), onMemory("Lt", gib(64))], [10.5, 48]],
    ["above and below, both bounds counted", [onMemory("Gte", gib(8)), onMemory("Lte", gib(64))], [8, 64]],
    ["all but the smallest", [onMemory("NotIn", gib(2))], [4, 3072]],
    ["the label there", [onMemory("Exists")], [2, 3072]],
    ["nothing between", [onMemory("Gt", gib(512)), onMemory("Lt", gib(768))], undefined],
    ["lists without a common size", [onMemory("In", gib(16)), onMemory("In", gib(64))], undefined],
    ["the label not there", [onMemory("DoesNotExist")], undefined],
  ];
  for (const [name, requirements, range] of cases) {
    it(name, () => {
      const [smallest, largest] = range ?? [];
      assert.deepEqual(
        memoryRange(poolRequirements("amd64", 0, requirements)),
        smallest === undefined || largest === undefined
          ? undefined
          : { smallestBytes: smallest * GIB, largestBytes: largest * GIB },
      );
    });
  }
});

describe("isMemoryMeetable", () => {
  const onMemory = (operator: Requirement["operator"], ...values: string[]): Requirement => ({
    key: INSTANCE_MEMORY_KEY,
    operator,
    values,
  });
  const cases: readonly (readonly [name: string, requirements: readonly Requirement[], meetable: boolean])[] = [
    ["nothing said", [], true],
    ["one amount between two bounds", [onMemory("Gt", "65535"), onMemory("Lt", "65537")], true],
    ["no amount between two bounds", [onMemory("Gt", "65536"), onMemory("Lt", "65537")], false],
    ["less than the smallest type", [onMemory("Lt", "512")], false],
    ["more than the largest type", [onMemory("Gt", "33554432")], false],
    ["two lists without a common amount", [onMemory("In", "16384"), onMemory("In", "65536")], false],
    ["the label not there", [onMemory("DoesNotExist")], false],
  ];
  for (const [name, requirements, meetable] of cases) {
    it(name, () => {
      assert.equal(isMemoryMeetable(requirements), meetable);
    });
  }
});
