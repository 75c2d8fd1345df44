// Figures of the rounds of thrash.
import assert from "node:assert/strict";
import { judge } from "../../bench/figure";
import { type Beat, delayName, thrashFigures } from "../../bench/thrash/figures";

const beat = (longest: number, swappedKiB: number): Beat => ({
  longest,
  beats: 100,
  ready: 90,
  running: 10,
  faults: 4,
  coldKiB: 0,
  swappedKiB,
});
const figures = thrashFigures("thrash", {
  eksSwap: [300, 250, 900].map((gap) => beat(gap, 0)),
  reference: [2000, 1000, 3000].map((gap) => beat(gap, 512)),
}).map(judge);
const told = (name: string) => figures.find((figure) => figure.name === `thrash: ${name}`);

describe("figures of a thrash", () => {
  it("judge the worst gap, and nothing else, by the median of the rounds", () => {
    const [gap, ...others] = figures.filter(({ goal }) => goal !== null);
    assert.deepEqual(
      [gap?.name, gap?.eksSwap, gap?.reference, gap?.ratio],
      ["thrash: worst gap with the 100 ms between two beats", 300, 2000, 0.15],
    );
    assert.deepEqual([gap?.met, gap?.runs, others], [true, 3, []]);
  });

  it("report the delay and memory in swap", () => {
    const late = figures.find(({ name }) => name === delayName("thrash"));
    assert.deepEqual([late?.eksSwap, late?.reference], [200, 1900]);
    assert.deepEqual(told("heartbeat's memory in swap at the end")?.samples.reference, [512, 512, 512]);
    assert.equal(told("besides the worst gap, ready without a processor")?.eksSwap, 90);
  });
});
