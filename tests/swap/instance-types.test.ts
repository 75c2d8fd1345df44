// The data of EC2's instance types, and what it is relied on for.
import assert from "node:assert/strict";
import { architectureOf } from "../../swap/instance-type";
import { allowedInstanceTypes, INSTANCE_TYPES, PRICES, TYPES } from "../../swap/instance-types";
import { memorySizes, poolRequirements } from "../../swap/requirements";
import { GIB } from "../../swap/quantity";
import type { Requirement } from "../../swap/vocabulary";

/** From AWS's pages of the families, https://aws.amazon.com/ec2/instance-types/ : vCPUs, GiB of memory, GB of NVMe. */
const KNOWN: readonly (readonly [name: string, cpu: number, gib: number, nvme: number, architecture: string])[] = [
  ["m7gd.2xlarge", 8, 32, 474, "arm64"],
  ["m7i.2xlarge", 8, 32, 0, "amd64"],
  ["r7i.48xlarge", 192, 1536, 0, "amd64"],
  ["c6id.large", 2, 4, 118, "amd64"],
  ["i4i.xlarge", 4, 32, 937, "amd64"],
  ["c5n.2xlarge", 8, 21, 0, "amd64"],
];

function named(...names: readonly string[]): readonly Requirement[] {
  return [{ key: "node.kubernetes.io/instance-type", operator: "In", values: names }];
}

describe("instance types", () => {
  for (const [name, cpu, gib, nvme, architecture] of KNOWN) {
    it(name, () => {
      const [type] = allowedInstanceTypes(named(name));
      assert.deepEqual(
        [type?.cpu, (type?.memoryMebibytes ?? 0) / 1024, type?.localNvmeGigabytes, type?.architecture],
        [cpu, gib, nvme, architecture],
      );
    });
  }

  it("are dated, complete and in order", () => {
    for (const { date, source } of [TYPES, PRICES]) {
      assert.match(date, /^\d{4}-\d{2}-\d{2}$/);
      assert.match(source, /Apache-2\.0/);
    }
    const names = INSTANCE_TYPES.map(({ name }) => name);
    assert.deepEqual(names, [...new Set(names)].toSorted());
    for (const type of INSTANCE_TYPES) {
      assert.ok(type.cpu > 0 && type.memoryMebibytes >= 512 && type.localNvmeGigabytes >= 0, type.name);
      assert.ok(type.pricePerHour === null || type.pricePerHour > 0, type.name);
    }
  });

  it("have the architecture that their name tells", () => {
    for (const { name, architecture } of INSTANCE_TYPES) assert.equal(architectureOf(name), architecture, name);
  });

  it("with more memory never have less instance store within a family without GPUs, as the plan of a percentage says", () => {
    const families = new Set(
      INSTANCE_TYPES.map(({ name }) => name.split(".")[0] ?? "").filter((name) => !/^g\d/.test(name)),
    );
    for (const family of families) {
      const ordered = allowedInstanceTypes([
        { key: "karpenter.k8s.aws/instance-family", operator: "In", values: [family] },
      ])
        .filter(({ hypervisor }) => hypervisor === "nitro")
        .toSorted((left, right) => left.memoryMebibytes - right.memoryMebibytes);
      ordered.slice(1).forEach((type, index) => {
        const smaller = ordered[index];
        assert.ok(
          (smaller?.localNvmeGigabytes ?? 0) <= type.localNvmeGigabytes,
          `${smaller?.name ?? ""}, ${type.name}`,
        );
      });
    }
  });
});

describe("allowedInstanceTypes", () => {
  const cases: readonly (readonly [name: string, requirement: Requirement, allowed: readonly string[]])[] = [
    [
      "a category",
      { key: "karpenter.k8s.aws/instance-category", operator: "NotIn", values: ["m"] },
      ["i4i.xlarge", "u7i-12tb.224xlarge"],
    ],
    [
      "a generation, also of a family with its size in the name",
      { key: "karpenter.k8s.aws/instance-generation", operator: "Gt", values: ["6"] },
      ["m7i-flex.large", "u7i-12tb.224xlarge"],
    ],
    [
      "a size",
      { key: "karpenter.k8s.aws/instance-size", operator: "In", values: ["large", "metal"] },
      ["m5.metal", "m7i-flex.large"],
    ],
    [
      "flexible types",
      { key: "karpenter.k8s.aws/instance-capability-flex", operator: "In", values: ["true"] },
      ["m7i-flex.large"],
    ],
    ["an instance store", { key: "karpenter.k8s.aws/instance-local-nvme", operator: "Exists" }, ["i4i.xlarge"]],
    [
      "no instance store",
      { key: "karpenter.k8s.aws/instance-local-nvme", operator: "DoesNotExist" },
      ["m5.metal", "m7i-flex.large", "u7i-12tb.224xlarge"],
    ],
    [
      "Nitro, which bare metal is not",
      { key: "karpenter.k8s.aws/instance-hypervisor", operator: "In", values: ["nitro"] },
      ["i4i.xlarge", "m7i-flex.large", "u7i-12tb.224xlarge"],
    ],
    [
      "a label that the data does not know",
      { key: "topology.kubernetes.io/zone", operator: "In", values: ["a"] },
      ["i4i.xlarge", "m5.metal", "m7i-flex.large", "u7i-12tb.224xlarge"],
    ],
  ];
  for (const [name, requirement, allowed] of cases) {
    it(name, () => {
      const among = named("i4i.xlarge", "m5.metal", "m7i-flex.large", "u7i-12tb.224xlarge");
      assert.deepEqual(
        allowedInstanceTypes([...among, requirement]).map((type) => type.name),
        allowed,
      );
    });
  }

  it("gives a pool of the usual requirements every size of its categories, in order", () => {
    const sizes = memorySizes(poolRequirements("amd64", 30 * GIB, [])).map((bytes) => bytes / GIB);
    assert.deepEqual(sizes.slice(0, 4), [4, 8, 16, 32]);
    assert.deepEqual(
      sizes,
      sizes.toSorted((left, right) => left - right),
    );
  });
});
