// Which comes first on a node: swap or eviction.
import assert from "node:assert/strict";
import fc from "fast-check";
import { evictionOutlook, kubeReservedMemoryBytes, memoryThresholdBytes } from "../../swap/eviction";
import { GIB, KIB, MIB } from "../../swap/quantity";
import { automaticWatermarks, KERNEL_DEFAULTS, podsMemoryHighBytes, watermarks } from "../../swap/watermarks";

const memTotalBytes = 32_475_668 * KIB;

describe("memoryThresholdBytes", () => {
  it("takes a quantity as it is and a percentage of RAM", () => {
    assert.equal(memoryThresholdBytes({ "memory.available": "100Mi" }, memTotalBytes), 100 * MIB);
    assert.equal(memoryThresholdBytes({ "memory.available": "5%" }, 32 * GIB), Math.floor((32 * GIB) / 20));
    assert.equal(memoryThresholdBytes({ "memory.available": "2.5%" }, 32 * GIB), Math.floor((32 * GIB) / 40));
  });

  it("is 0 where the signal is not named", () => {
    assert.equal(memoryThresholdBytes({ "nodefs.available": "10%" }, memTotalBytes), 0);
  });
});

describe("kubeReservedMemoryBytes", () => {
  it("is 11 MiB for each pod and 255 MiB", () => {
    assert.equal(kubeReservedMemoryBytes(58), 893 * MIB);
    assert.equal(kubeReservedMemoryBytes(0), 255 * MIB);
  });
});

describe("evictionOutlook", () => {
  const thresholds = { "memory.available": "100Mi" };
  const marks = watermarks(memTotalBytes, automaticWatermarks(memTotalBytes, 100 * MIB));
  const outlook = (reserved: number, used: number, evictionHard = thresholds, watermarksOfNode = marks) =>
    evictionOutlook(memTotalBytes, watermarksOfNode, evictionHard, {
      reservedBytes: reserved * MIB,
      systemUseBytes: used * MIB,
    });

  it("swaps first on a node of 32 GiB with the program's watermarks whose system uses what is reserved for it", () => {
    assert.deepEqual(outlook(893, 893), {
      swapsBelowFreeBytes: marks.lowBytes,
      nodeSignalBelowFreeBytes: 100 * MIB,
      allocatableSignalBelowFreeBytes: 100 * MIB,
      first: "swap",
    });
  });

  it("evicts first where the kernel's default watermarks are below the threshold", () => {
    assert.equal(outlook(893, 893, thresholds, watermarks(memTotalBytes, KERNEL_DEFAULTS)).first, "memory.available");
  });

  it("evicts first at kubepods' limit where much is reserved and not used, although the node signal would be late enough", () => {
    const { first, allocatableSignalBelowFreeBytes } = outlook(1800, 400);
    assert.equal(first, "allocatableMemory.available");
    // Pods may use all but what is reserved; the threshold counts from there.
    assert.equal(allocatableSignalBelowFreeBytes, (1800 - 400 + 100) * MIB);
  });

  it("counts the threshold on top of what is reserved and not used", () => {
    const unused = Math.floor(marks.lowBytes / MIB) - 50;
    assert.equal(outlook(400 + unused, 400).first, "allocatableMemory.available");
    assert.equal(outlook(400 + unused - 60, 400).first, "swap");
  });

  it("agrees with nodes of 4 GiB and 29 pods, on which a real kubelet was seen (tests/kube/results/eviction.md)", () => {
    const memory = 4_016_124 * KIB;
    const reservedBytes = kubeReservedMemoryBytes(29);
    const first = (
      minFreeKbytes: number,
      watermarkScaleFactor: number,
      systemUseBytes: number,
      podsMemoryHighBytes?: number,
    ) =>
      evictionOutlook(memory, watermarks(memory, { minFreeKbytes, watermarkScaleFactor }), thresholds, {
        reservedBytes,
        systemUseBytes,
        podsMemoryHighBytes,
      }).first;
    const withPageCache = 345 * MIB;
    assert.equal(first(204_800, 10, withPageCache), "allocatableMemory.available");
    assert.equal(first(67_584, 10, withPageCache), "allocatableMemory.available");
    // Watermarks alone are enough only as long as the kernel has not reclaimed half of the system's page cache.
    const withoutPageCache = 282 * MIB;
    assert.equal(first(128_000, 599, withPageCache), "swap");
    assert.equal(first(128_000, 599, withoutPageCache), "allocatableMemory.available");
    const high = podsMemoryHighBytes(memory, 100 * MIB, reservedBytes);
    for (const systemUse of [withPageCache, withoutPageCache])
      assert.equal(first(128_000, 100, systemUse, high), "swap");
  });

  it("never evicts for memory where the signal is not named", () => {
    const { first, nodeSignalBelowFreeBytes, allocatableSignalBelowFreeBytes } = outlook(1800, 400, {
      "memory.available": "0",
    });
    assert.deepEqual([first, nodeSignalBelowFreeBytes, allocatableSignalBelowFreeBytes], ["swap", 0, 0]);
  });

  it("says swap exactly when it begins above both signals", () => {
    fc.assert(
      fc.property(fc.nat({ max: 4000 }), fc.nat({ max: 4000 }), fc.nat({ max: 2000 }), (reserved, used, threshold) => {
        const result = outlook(reserved, used, { "memory.available": `${threshold}Mi` });
        const signals = Math.max(result.nodeSignalBelowFreeBytes, result.allocatableSignalBelowFreeBytes);
        assert.equal(result.first === "swap", result.swapsBelowFreeBytes > signals);
        if (result.first === "allocatableMemory.available") assert.ok(reserved > used);
      }),
    );
  });
});
