// The kernel's watermarks and the sysctls that raise them.
import assert from "node:assert/strict";
import fc from "fast-check";
import { evictionOutlook } from "../../swap/eviction";
import { GIB, KIB, MIB } from "../../swap/quantity";
import {
  automaticWatermarks,
  effectivePageCluster,
  effectiveWatermarkSysctls,
  KERNEL_DEFAULTS,
  podsMemoryHighBytes,
  watermarks,
} from "../../swap/watermarks";

/** An instance of 32 GiB. */
const memTotalBytes = 32_475_668 * KIB;
const inMiB = (bytes: number) => Math.round(bytes / MIB);

describe("watermarks", () => {
  // min_free_kbytes, watermark_scale_factor, and min, low and high in MiB on a node of 32 GiB.
  const table: readonly (readonly [number, number, number, number, number])[] = [
    [67_584, 10, 66, 98, 129],
    [131_072, 10, 128, 160, 192],
    [262_144, 10, 256, 320, 384],
    [262_144, 100, 256, 573, 890],
    [500_000, 100, 488, 805, 1123],
    [500_000, 200, 488, 1123, 1757],
    [500_000, 2000, 488, 6831, 13_174],
  ];
  for (const [minFreeKbytes, watermarkScaleFactor, min, low, high] of table) {
    it(`are ${[min, low, high].join("/")} MiB for ${minFreeKbytes} and ${watermarkScaleFactor}`, () => {
      const marks = watermarks(memTotalBytes, { minFreeKbytes, watermarkScaleFactor });
      assert.deepEqual([marks.minBytes, marks.lowBytes, marks.highBytes].map(inMiB), [min, low, high]);
    });
  }

  it("are the first row with what the AMI leaves alone", () => {
    assert.deepEqual(watermarks(memTotalBytes, KERNEL_DEFAULTS).minBytes, 66 * MIB);
    assert.equal(KERNEL_DEFAULTS.minFreeKbytes, 67_584);
  });
});

const memory = fc.integer({ min: GIB / KIB, max: (1536 * GIB) / KIB }).map((kibibytes) => kibibytes * KIB);

describe("automaticWatermarks", () => {
  // RAM, threshold and the result, each by the rule in words: 1 % of RAM, 1.25 times the threshold, 1 GiB, 5 % of RAM.
  const table: readonly (readonly [rule: string, ram: number, threshold: number, minFreeKbytes: number])[] = [
    ["1 % of RAM", 32 * GIB, 100 * MIB, Math.floor((32 * GIB) / 100 / KIB)],
    ["1.25 times the threshold", 8 * GIB, 100 * MIB, 125 * 1024],
    ["at most 1 GiB", 512 * GIB, 100 * MIB, 1024 * 1024],
    ["more than 1 GiB for a larger threshold", 512 * GIB, 4 * GIB, 5 * 1024 * 1024],
    ["never above 5 % of RAM", 2 * GIB, GIB, Math.floor((2 * GIB) / 20 / KIB)],
  ];
  for (const [rule, ram, threshold, minFreeKbytes] of table) {
    it(rule, () => {
      assert.equal(automaticWatermarks(ram, threshold).minFreeKbytes, minFreeKbytes);
    });
  }

  it("keeps one percent of RAM between the watermarks, whatever the size", () => {
    assert.equal(automaticWatermarks(4 * GIB, 100 * MIB).watermarkScaleFactor, 100);
    assert.equal(automaticWatermarks(512 * GIB, 0).watermarkScaleFactor, 100);
  });

  it("lets the kernel swap before the node signal evicts, whatever the size, for a threshold below 4 % of RAM", () => {
    fc.assert(
      fc.property(memory, fc.double({ min: 0, max: 0.0399, noNaN: true }), (ram, share) => {
        const threshold = Math.floor(ram * share);
        const { minBytes, lowBytes, highBytes } = watermarks(ram, automaticWatermarks(ram, threshold));
        assert.ok(minBytes >= threshold && lowBytes > minBytes && highBytes > lowBytes);
        assert.ok(minBytes <= ram / 20);
      }),
    );
  });
});

describe("podsMemoryHighBytes", () => {
  it("lies 32 MiB below the point at which the kubelet evicts: its threshold below kubepods' limit", () => {
    assert.equal(podsMemoryHighBytes(4 * GIB, 100 * MIB, 574 * MIB), (4096 - 574 - 100 - 32) * MIB);
  });

  it("is not set where the kubelet watches no memory, or where nothing would be left", () => {
    assert.equal(podsMemoryHighBytes(4 * GIB, 0, 574 * MIB), undefined);
    assert.equal(podsMemoryHighBytes(GIB, 100 * MIB, GIB), undefined);
  });

  it("makes pods swap before the second signal, whatever is reserved and used", () => {
    fc.assert(
      fc.property(memory, fc.double({ min: 0, max: 0.3, noNaN: true }), fc.nat(8 * 1024), (ram, share, usedMiB) => {
        const reservedBytes = Math.floor(ram * share);
        const systemUseBytes = usedMiB * MIB;
        const threshold = { "memory.available": "100Mi" };
        const high = podsMemoryHighBytes(ram, 100 * MIB, reservedBytes);
        const marks = watermarks(ram, automaticWatermarks(ram, 100 * MIB));
        const reservations = { reservedBytes, systemUseBytes, podsMemoryHighBytes: high };
        const { first } = evictionOutlook(ram, marks, threshold, reservations);
        assert.notEqual(first, "allocatableMemory.available");
      }),
    );
  });
});

describe("effectiveWatermarkSysctls", () => {
  const sysctls = { swappiness: 60, minFreeKbytes: "auto", watermarkScaleFactor: "auto", pageCluster: "auto" } as const;

  it("resolves auto", () => {
    assert.deepEqual(
      effectiveWatermarkSysctls(memTotalBytes, 100 * MIB, sysctls),
      automaticWatermarks(memTotalBytes, 100 * MIB),
    );
  });

  it("keeps what is given", () => {
    assert.deepEqual(
      effectiveWatermarkSysctls(memTotalBytes, 100 * MIB, {
        ...sysctls,
        minFreeKbytes: 204_800,
        watermarkScaleFactor: 10,
      }),
      { minFreeKbytes: 204_800, watermarkScaleFactor: 10 },
    );
  });
});

describe("effectivePageCluster", () => {
  it("resolves auto, and keeps what is given", () => {
    assert.deepEqual((["auto", 0] as const).map(effectivePageCluster), [5, 0]);
  });
});
