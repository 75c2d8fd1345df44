// The kernel's watermarks and the sysctls that raise them.
import assert from "node:assert/strict";
import fc from "fast-check";
import { GIB, KIB, MIB } from "../../swap/quantity";
import { automaticWatermarks, effectiveWatermarkSysctls, KERNEL_DEFAULTS, watermarks } from "../../swap/watermarks";

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
    it(`are ${[min, low, high].join("/")} MiB for ${String(minFreeKbytes)} and ${String(watermarkScaleFactor)}`, () => {
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

  // RAM and unused reserve in MiB, and the scale factor: 1 % of RAM, what the second signal needs, at most 10 %.
  for (const [ram, unused, factor] of [
    [32_768, 0, 100],
    [32_768, 493, 100],
    [65_536, 2429, 286],
    [16_384, 493, 262],
    [4096, 2000, 1000],
  ] as const) {
    it(`has the factor ${String(factor)} for ${String(unused)} MiB of unused reserve on ${String(ram)} MiB`, () => {
      const { watermarkScaleFactor } = automaticWatermarks(ram * MIB, 100 * MIB, unused * MIB);
      assert.equal(watermarkScaleFactor, factor);
    });
  }

  it("lifts the low watermark above the second signal wherever 10 % of RAM is enough", () => {
    fc.assert(
      fc.property(memory, fc.double({ min: 0, max: 0.08, noNaN: true }), (ram, share) => {
        const unused = Math.floor(ram * share);
        const { lowBytes } = watermarks(ram, automaticWatermarks(ram, 100 * MIB, unused));
        assert.ok(lowBytes > unused + 100 * MIB || unused + 100 * MIB > ram / 10);
      }),
    );
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
