// Swap of a fixed size and as a share of RAM.
import assert from "node:assert/strict";
import fc from "fast-check";
import { formatQuantity, GIB, KIB, MIB } from "../../swap/quantity";
import { describeSize, mostSwapBytes, swapBytes } from "../../swap/size";

describe("swapBytes", () => {
  it("is the same on every node for a fixed size", () => {
    for (const memTotal of [4 * GIB, 512 * GIB]) assert.equal(swapBytes({ sizeBytes: 30 * GIB }, memTotal), 30 * GIB);
  });

  it("is a share of RAM in whole MiB, rounded down, at most maxSize", () => {
    // MemTotal of an instance of 32 GiB.
    assert.equal(swapBytes({ memoryPercent: 50 }, 32_475_668 * KIB), 15_857 * MIB);
    assert.equal(swapBytes({ memoryPercent: 50, maxSizeBytes: 8 * GIB }, 32_475_668 * KIB), 8 * GIB);
    assert.equal(swapBytes({ memoryPercent: 50, maxSizeBytes: 16 * GIB }, 32_475_668 * KIB), 15_857 * MIB);
  });

  it("is never above the share, and less than a MiB below it", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), fc.integer({ min: MIB, max: 1536 * MIB }), (percent, kibibytes) => {
        const exact = (kibibytes * KIB * percent) / 100;
        const bytes = swapBytes({ memoryPercent: percent }, kibibytes * KIB);
        assert.equal(bytes % MIB, 0);
        assert.ok(bytes <= exact && exact - bytes < MIB);
      }),
    );
  });
});

describe("mostSwapBytes", () => {
  it("is what a volume must hold before the instance type is known", () => {
    assert.equal(mostSwapBytes({ sizeBytes: 30 * GIB }), 30 * GIB);
    assert.equal(mostSwapBytes({ memoryPercent: 50, maxSizeBytes: 64 * GIB }), 64 * GIB);
    assert.equal(mostSwapBytes({ memoryPercent: 50 }), undefined);
  });
});

describe("describeSize", () => {
  it("says it in words", () => {
    assert.equal(describeSize({ sizeBytes: 30 * GIB }, formatQuantity), "30Gi");
    assert.equal(describeSize({ memoryPercent: 50 }, formatQuantity), "50% of memory");
    assert.equal(
      describeSize({ memoryPercent: 150, maxSizeBytes: 64 * GIB }, formatQuantity),
      "150% of memory, at most 64Gi",
    );
  });
});
