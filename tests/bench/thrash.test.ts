// What the rounds of a thrash come to.
import assert from "node:assert/strict";
import { judge } from "../../bench/figure";
import { type Beat, delayName, thrashFigures } from "../../bench/thrash/figures";

const waits = { cpu: 2e6, io: 1e6, memory: 5e5, workingset_refault_anon: 0, workingset_refault_file: 3 };
const beat = (longest: number, swappedKiB: number): Beat => ({
  longest,
  beats: 100,
  ready: 90,
  running: 10,
  faults: 4,
  coldKiB: 0,
  swappedKiB,
  waits,
});
const figures = thrashFigures("thrash", {
  ours: [300, 250, 900].map((gap) => beat(gap, 0)),
  reference: [2000, 1000, 3000].map((gap) => beat(gap, 512)),
}).map(judge);
const told = (name: string) => figures.find((figure) => figure.name === `thrash: ${name}`);

describe("figures of a thrash", () => {
  it("judge the worst delay, and nothing else, by the median of the rounds", () => {
    const [gap, ...others] = figures.filter(({ goal }) => goal !== null);
    assert.deepEqual([gap?.name, gap?.ours, gap?.reference, gap?.ratio], [delayName("thrash"), 200, 1900, 0.105]);
    assert.deepEqual([gap?.met, gap?.runs, others], [true, 3, []]);
  });

  it("tell the whole gap, memory in swap and waits beside it", () => {
    const gap = told("worst gap with the 100 ms between two beats");
    assert.deepEqual([gap?.ours, gap?.reference], [300, 2000]);
    assert.deepEqual(told("heartbeat's memory in swap at the end")?.samples.reference, [512, 512, 512]);
    assert.equal(told("besides the worst gap, ready without a processor")?.ours, 90);
    assert.equal(told("heartbeat's waits for a processor")?.ours, 2);
    assert.equal(told("heartbeat's pages read back from swap")?.ratio, null);
  });
});
