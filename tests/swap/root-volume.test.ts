// The root volume: a swap file on it takes nothing from images and containers.
import assert from "node:assert/strict";
import fc from "fast-check";
import { GIB, MIB } from "../../swap/quantity";
import { BASE_ROOT_VOLUME_GIB, IMAGE_GC_HIGH_THRESHOLD, rootVolumeGiB } from "../../swap/root-volume";

describe("rootVolumeGiB", () => {
  for (const [swap, expected] of [
    [0, 20],
    [1, 22],
    [8, 30],
    [30, 56],
    [34, 60],
    [100, 138],
  ] as const) {
    it(`is ${expected} GiB for ${swap} GiB of swap`, () => {
      assert.equal(rootVolumeGiB(swap * GIB), expected);
    });
  }

  it("leaves image garbage collection the room that it has without swap, and is not a GiB larger than that needs", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 16_384 * 1024 }), (mebibytes) => {
        const swapGiB = (mebibytes * MIB) / GIB;
        const room = (sizeGiB: number) => IMAGE_GC_HIGH_THRESHOLD * sizeGiB - swapGiB;
        const without = IMAGE_GC_HIGH_THRESHOLD * BASE_ROOT_VOLUME_GIB;
        const size = rootVolumeGiB(mebibytes * MIB);
        assert.ok(Number.isInteger(size));
        assert.ok(room(size) >= without - 1e-9 && room(size - 1) < without);
      }),
    );
  });
});
