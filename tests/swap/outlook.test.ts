// Before a node exists: does it swap before it evicts, for the program's sysctls, the AMI's and those of public recipes?
import assert from "node:assert/strict";
import { ASSUMED_SYSTEM_USE_BYTES, poolOutlook } from "../../swap/outlook";
import { GIB, MIB } from "../../swap/quantity";
import type { SysctlSettings } from "../../swap/watermarks";

const AUTO: SysctlSettings = {
  swappiness: 60,
  minFreeKbytes: "auto",
  watermarkScaleFactor: "auto",
  pageCluster: "auto",
};
/** vm.min_free_kbytes=204800, what public recipes set against a threshold of 100Mi. */
const RECIPE: SysctlSettings = { ...AUTO, minFreeKbytes: 204_800, watermarkScaleFactor: 10 };
const AMI: SysctlSettings = { ...AUTO, minFreeKbytes: 67_584, watermarkScaleFactor: 10 };

const SIZES = [4, 8, 16, 32, 64, 128, 512, 1536];

function firstOn(gibibytes: number, sysctls: SysctlSettings, threshold = "100Mi"): string {
  const range = { smallestBytes: gibibytes * GIB, largestBytes: gibibytes * GIB };
  const [outlook] = poolOutlook({ "memory.available": threshold }, sysctls, range);
  assert.ok(outlook !== undefined);
  return outlook.eviction.first;
}

describe("poolOutlook", () => {
  it("swaps first on every size with the program's own sysctls", () => {
    for (const size of SIZES) assert.equal(firstOn(size, AUTO), "swap", `${size} GiB`);
    for (const threshold of ["0", "1%", "256Mi", "1Gi"]) assert.equal(firstOn(64, AUTO, threshold), "swap", threshold);
  });

  it("evicts first with the AMI's sysctls: the pods reach their limit while much of the reserve is unused", () => {
    for (const size of SIZES) assert.equal(firstOn(size, AMI), "allocatableMemory.available", `${size} GiB`);
  });

  it("evicts first with min_free_kbytes just above the threshold: that is needed, and not enough", () => {
    for (const size of SIZES) assert.equal(firstOn(size, RECIPE), "allocatableMemory.available", `${size} GiB`);
  });

  it("looks at the smallest and at the largest node, once where they are the same", () => {
    const thresholds = { "memory.available": "100Mi" };
    const sizesOf = (smallestBytes: number, largestBytes: number) =>
      poolOutlook(thresholds, AUTO, { smallestBytes, largestBytes }).map(({ memTotalBytes }) => memTotalBytes);
    assert.deepEqual(sizesOf(16 * GIB, 64 * GIB), [16 * GIB, 64 * GIB]);
    assert.deepEqual(sizesOf(16 * GIB, 16 * GIB), [16 * GIB]);
  });

  it("cannot evict where no signal lies above the min watermark", () => {
    const range = { smallestBytes: 32 * GIB, largestBytes: 32 * GIB };
    const canEvict = (threshold: string, sysctls: SysctlSettings) =>
      poolOutlook({ "memory.available": threshold }, sysctls, range).map((outlook) => outlook.canEvict);
    assert.deepEqual(canEvict("100Mi", AUTO), [true]);
    assert.deepEqual(canEvict("0", AUTO), [false]);
    assert.deepEqual(canEvict("100Mi", { ...AUTO, minFreeKbytes: 2_000_000 }), [false]);
  });

  it("counts what is reserved and not used: 893 MiB for 58 pods on 32 GiB, less what the system uses", () => {
    const [outlook] = poolOutlook({ "memory.available": "100Mi" }, AUTO, {
      smallestBytes: 32 * GIB,
      largestBytes: 32 * GIB,
    });
    assert.equal(outlook?.eviction.allocatableSignalBelowFreeBytes, (100 + 893) * MIB - ASSUMED_SYSTEM_USE_BYTES);
  });
});
