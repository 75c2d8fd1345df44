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
  it("judge the worst gap, and nothing else, by the median of the rounds", () => {
    const [gap, ...others] = figures.filter(({ goal }) => goal !== null);
    assert.deepEqual(
      [gap?.name, gap?.ours, gap?.reference, gap?.ratio],
      ["thrash: worst gap with the 100 ms between two beats", 300, 2000, 0.15],
    );
    assert.deepEqual([gap?.met, gap?.runs, others], [true, 3, []]);
  });

  it("tell the delay, memory in swap and waits beside it", () => {
    const late = figures.find(({ name }) => name === delayName("thrash"));
    assert.deepEqual([late?.ours, late?.reference], [200, 1900]);
    assert.deepEqual(told("heartbeat's memory in swap at the end")?.samples.reference, [512, 512, 512]);
    assert.equal(told("besides the worst gap, ready without a processor")?.ours, 90);
    assert.equal(told("heartbeat's waits for a processor")?.ours, 2);
    assert.equal(told("heartbeat's pages read back from swap")?.ratio, null);
  });
});
