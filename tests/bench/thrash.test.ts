// What the rounds of a thrash come to.
import assert from "node:assert/strict";
import { judge } from "../../bench/figure";
import { type Beat, SETTINGS, type ThrashRound, thrashFigures } from "../../bench/thrash/figures";

const waits = { cpu: 2e6, io: 1e6, memory: 5e5, workingset_refault_anon: 0, workingset_refault_file: 3 };
const beat = (longest: number, swappedKiB = 0): Beat => ({
  longest,
  beats: 100,
  ready: 90,
  running: 10,
  faults: 4,
  swappedKiB,
  waits,
});
const round = (ours: number, reference: number): ThrashRound =>
  Object.fromEntries(
    Object.keys(SETTINGS).map((setting) => [setting, { ours: beat(ours), reference: beat(reference, 512) }]),
  );

describe("figures of a thrash", () => {
  it("judge the worst gap of each setting by the median of the rounds", () => {
    const figures = thrashFigures([round(300, 2000), round(250, 1000), round(900, 3000)]).map(judge);
    const goals = figures.filter(({ goal }) => goal !== null);
    assert.equal(goals.length, Object.keys(SETTINGS).length);
    for (const figure of goals) {
      assert.deepEqual(
        { ours: figure.ours, reference: figure.reference, ratio: figure.ratio, met: figure.met, runs: figure.runs },
        { ours: 300, reference: 2000, ratio: 0.15, met: true, runs: 3 },
      );
    }
  });

  it("tell the gap without the sleep between beats, memory in swap and waits beside it", () => {
    const figures = thrashFigures([round(300, 2200)]).map(judge);
    const told = (name: string) => figures.find((figure) => figure.name === name);
    assert.equal(told("the same without the 200 ms between two beats, as planned")?.ratio, 0.05);
    assert.deepEqual(told("heartbeat's memory in swap at the end")?.samples, { ours: [0], reference: [512] });
    assert.equal(told("in the worst gap: ready without a processor")?.ours, 90);
    assert.equal(told("heartbeat's waits for a processor")?.ours, 2);
    assert.equal(told("heartbeat's pages read back from swap")?.ratio, null);
  });
});
