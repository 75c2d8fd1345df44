// Figures of the rounds of jobs on the measuring machine.
import assert from "node:assert/strict";
import { judge } from "../../bench/figure";
import { MEASURES, ramForAllName, readaheadFigures, readaheadName, type Touched } from "../../bench/readahead/figures";
import { type HostBatch, TOUCHES } from "../../bench/readahead/host";

const batch = (seconds: number): HostBatch => ({ seconds, majorFaults: seconds * 100, readMiB: seconds * 2 });
const touched = (sequential: number, random: number): Touched => ({
  sequentially: batch(sequential),
  "at random": batch(random),
});
const figures = readaheadFigures(
  "x",
  {
    eksSwap: [touched(60, 80), touched(50, 70), touched(90, 99)],
    reference: [touched(120, 82), touched(100, 60), touched(300, 98)],
  },
  [batch(41), batch(42), batch(43)],
).map(judge);
const told = (name: string) => figures.find((figure) => figure.name === name);

describe("figures of readahead", () => {
  it("compare each measure of both ways to touch memory", () => {
    const of = (measure: string) => TOUCHES.map((touch) => told(readaheadName("x", measure, touch)));
    assert.deepEqual(
      of("batch done").map((figure) => [figure?.eksSwap, figure?.reference, figure?.ratio]),
      [
        [60, 120, 0.5],
        [80, 82, 0.976],
      ],
    );
    assert.deepEqual(
      of("major faults").map((figure) => figure?.samples.reference),
      [
        [12_000, 10_000, 30_000],
        [8200, 6000, 9800],
      ],
    );
    assert.deepEqual(
      of("read from swap").map((figure) => [figure?.unit, figure?.samples.eksSwap]),
      [
        ["MiB", [120, 100, 180]],
        ["MiB", [160, 140, 198]],
      ],
    );
  });

  it("report the seconds with RAM for all, and have no goal", () => {
    assert.deepEqual(told(ramForAllName("x"))?.samples, { eksSwap: [41, 42, 43], reference: [] });
    assert.equal(figures.length, TOUCHES.length * MEASURES.length + 1);
    assert.deepEqual(
      figures.filter(({ goal }) => goal !== null),
      [],
    );
  });
});
