// When a repetition of a benchmark found what its results say.
import assert from "node:assert/strict";
import { judge, type Measured, type Result } from "../../bench/figure";
import { compare } from "../../bench/repeat";

const machine: Result["machine"] = {
  day: "2026-01-01",
  processor: "x",
  cores: 2,
  memoryMiB: 1024,
  kernel: "6.1",
  loadAtStart: 0,
  versions: {},
};

function repeated(before: Measured, now: Measured): Partial<ReturnType<typeof compare>[number]> {
  const [figure] = compare({ machine, figures: [judge(before)] }, [judge(now)]);
  return { ...figure };
}

describe("a repetition", () => {
  const seconds: Measured = { name: "x", unit: "s", ours: [2, 3, 4], reference: [4, 5, 6] };

  it("holds where its ratio lies between what the samples allow", () => {
    const same = { name: "x", unit: "s", ours: [20], reference: [50] } as const;
    assert.deepEqual(repeated(seconds, same), { name: "x", before: 0.6, now: 0.4, range: [0.333, 1], holds: true });
    for (const ours of [16, 51]) assert.equal(repeated(seconds, { ...same, ours: [ours] }).holds, false);
  });

  it("holds where both sides have had nothing in a round", () => {
    const kills: Measured = { name: "x", unit: "kills", ours: [0, 0, 0], reference: [0, 2, 1] };
    assert.deepEqual(repeated(kills, kills), { name: "x", before: 0, now: 0, range: [0, Infinity], holds: true });
  });

  it("is held, each side to its own samples, where the reference has nothing at the median", () => {
    const ours = { name: "x", unit: "faults", ours: [1, 2, 3] } as const;
    const now = (least: number, reference: number) => ({ ...ours, ours: [least], reference: [reference] });
    const often: Measured = { ...ours, reference: [0, 2, 3] };
    assert.deepEqual(repeated(often, now(3, 0)), { name: "x", before: 2, now: 3, range: [1, 3], holds: true });
    assert.equal(repeated(often, now(4, 0)).holds, false);
    const seldom: Measured = { ...ours, reference: [0, 0, 3] };
    assert.deepEqual(repeated(seldom, now(3, 3)), { name: "x", before: 2, now: 3, range: [1, 3], holds: true });
    for (const other of [now(4, 0), now(4, 3), now(3, 4)]) assert.equal(repeated(seldom, other).holds, false);
    const never: Measured = { ...ours, reference: [0, 0, 0] };
    assert.equal(repeated(never, now(3, 0)).holds, true);
    for (const other of [now(4, 0), now(3, 1)]) assert.equal(repeated(never, other).holds, false);
    assert.equal(repeated({ ...ours, reference: [1, 2, 3] }, now(3, 0)).holds, false);
  });

  it("is held to a limit as to a reference that does not vary", () => {
    const bytes: Measured = { name: "x", unit: "bytes", ours: [10, 12, 14], limit: 20 };
    assert.deepEqual(repeated(bytes, bytes), { name: "x", before: 0.6, now: 0.6, range: [0.5, 0.7], holds: true });
    assert.equal(repeated(bytes, { ...bytes, ours: [15] }).holds, false);
  });

  it("needs to have time that nothing was measured beside, however long it was", () => {
    for (const unit of ["s", "ms"] as const) {
      for (const compared of [{}, { limit: 1, goal: 1 }]) {
        const time: Measured = { name: "x", unit, ours: [4, 4, 4], ...compared };
        const now = repeated(time, { ...time, ours: [9] });
        assert.deepEqual([now.range, now.holds], [null, true]);
        assert.equal(repeated(time, { ...time, unit: "bytes" }).holds, false);
        assert.equal(repeated(time, { ...time, name: "y" }).holds, false);
      }
    }
  });

  it("takes the median where there is no ratio", () => {
    const files: Measured = { name: "x", unit: "files", ours: [0, 0] };
    assert.equal(repeated(files, files).holds, true);
    assert.equal(repeated(files, { ...files, ours: [1] }).holds, false);
    assert.equal(repeated(files, { ...files, reference: [1, 1] }).holds, false);
  });

  it("does not hold in another unit, nor where a figure is missing on either side", () => {
    assert.equal(repeated(seconds, { ...seconds, unit: "ms" }).holds, false);
    const all = compare({ machine, figures: [judge(seconds)] }, [judge({ ...seconds, name: "y" })]);
    assert.deepEqual(all, [
      { name: "x", before: 0.6, now: null, range: [0.333, 1], holds: false },
      { name: "y", before: null, now: 0.6, range: null, holds: false },
    ]);
  });
});
