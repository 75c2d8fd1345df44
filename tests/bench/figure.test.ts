// What samples come to, and that tables and pictures are those of the results.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { benches } from "../../bench/bench";
import { drawPictures } from "../../bench/draw";
import { judge } from "../../bench/figure";
import { interleave } from "../../bench/interleave";
import { PAGE, renderPage } from "../../bench/page";
import { readResults } from "../../bench/results";

describe("a figure", () => {
  it("is the median of ours by that of the reference, with the noise of both", () => {
    const figure = judge({ name: "x", unit: "s", ours: [3, 1, 2, 9, 2.5], reference: [2, 1, 3, 2, 2], goal: 1.25 });
    assert.deepEqual(
      { ours: figure.ours, reference: figure.reference, ratio: figure.ratio, met: figure.met, runs: figure.runs },
      { ours: 2.5, reference: 2, ratio: 1.25, met: true, runs: 5 },
    );
    assert.deepEqual(figure.spread, {
      ours: { minimum: 1, median: 2.5, maximum: 9, noise: 3.2 },
      reference: { minimum: 1, median: 2, maximum: 3, noise: 1 },
    });
  });

  it("misses its goal above it, and has none without a reference", () => {
    assert.equal(judge({ name: "x", unit: "s", ours: [1.26], reference: [1], goal: 1.25 }).met, false);
    const told = judge({ name: "x", unit: "files", ours: [0, 0] });
    assert.deepEqual([told.met, told.ratio, told.spread.ours.noise], [null, null, 0]);
    assert.throws(() => judge({ name: "x", unit: "s", ours: [1], goal: 1 }), /a goal without a reference/);
  });

  it("is not made of sides that were measured differently often, nor of nothing", () => {
    assert.throws(() => judge({ name: "x", unit: "s", ours: [1, 2], reference: [1] }), /2 runs of ours and 1/);
    assert.throws(() => judge({ name: "x", unit: "s", ours: [] }), /without samples/);
  });
});

describe("the rounds of a benchmark", () => {
  it("have both sides each, and alternate which comes first", async () => {
    const order: string[] = [];
    const side = (name: string) => async () => order.push(name);
    const { ours, reference } = await interleave(3, side("ours"), side("reference"));
    assert.deepEqual(order, ["ours", "reference", "reference", "ours", "ours", "reference"]);
    assert.deepEqual(
      [ours, reference],
      [
        [1, 4, 5],
        [2, 3, 6],
      ],
    );
  });
});

describe("the results of benchmarks", () => {
  const results = readResults(benches.map(({ name }) => name));

  it("are what the tables of docs/performance.md say", async () => {
    const page = readFileSync(PAGE, "utf8");
    assert.equal(await renderPage(page, results), page, "npm run bench -- --draw writes them anew");
  });

  it("are what the pictures show", () => {
    for (const [path, svg] of drawPictures(results)) assert.equal(readFileSync(path, "utf8"), svg, path);
  });
});
