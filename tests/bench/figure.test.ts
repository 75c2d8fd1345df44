// What samples come to, and that tables and pictures are those of the results.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { benchmarks } from "../../bench/benchmarks";
import { drawPictures } from "../../bench/draw";
import { judge } from "../../bench/figure";
import { interleave } from "../../bench/interleave";
import { PAGE, renderPage } from "../../bench/page";
import { memoryName, operationName, OPERATIONS } from "../../bench/program/bench";
import { growthOf } from "../../bench/program/growth";
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

  it("has no ratio by nothing, and no noise around nothing", () => {
    const figure = judge({ name: "x", unit: "kills", ours: [0, 0, 2], reference: [0, 1, 0], goal: 1 });
    assert.deepEqual([figure.ratio, figure.met, figure.spread.ours.noise], [null, true, null]);
    assert.equal(judge({ name: "x", unit: "kills", ours: [1, 1, 2], reference: [0, 1, 0], goal: 1 }).met, false);
  });

  it("is compared with a limit, of which nothing was measured", () => {
    const figure = judge({ name: "x", unit: "bytes", ours: [5, 6], limit: 10, goal: 0.5 });
    assert.deepEqual([figure.reference, figure.ratio, figure.met], [10, 0.55, false]);
    assert.deepEqual([figure.spread.reference, figure.samples.reference], [null, []]);
    assert.throws(() => judge({ name: "x", unit: "s", ours: [1], reference: [1], limit: 1 }), /a limit besides/);
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

describe("the growth with the number of pools", () => {
  const { machine } = Object.values(readResults(["user-data"]))[0] ?? assert.fail("userData was not measured");
  const measured = (pools: number, seconds: number) => ({
    machine,
    figures: [
      ...OPERATIONS.map((operation) => operationName(operation, pools)).map((name) =>
        judge({ name, unit: "s" as const, ours: [seconds], reference: [seconds / 2] }),
      ),
      judge({ name: memoryName(pools), unit: "MiB", ours: [100 + pools], reference: [100] }),
    ],
  });

  it("is what each further pool costs, between neighbouring sizes", () => {
    const growth = growthOf({ "program-1": measured(1, 10), "program-16": measured(16, 40), start: measured(2, 1) });
    assert.deepEqual(
      growth.filter(({ of }) => of === "up" || of === "peak memory"),
      [
        { of: "up", unit: "s", fromPools: 1, toPools: 16, ours: 2, reference: 1 },
        { of: "peak memory", unit: "MiB", fromPools: 1, toPools: 16, ours: 1, reference: 0 },
      ],
    );
  });

  it("is told only when there are two sizes", () => {
    assert.deepEqual(growthOf({ "program-4": measured(4, 10) }), []);
  });
});

describe("the results of benchmarks", () => {
  const results = readResults(benchmarks.map(({ name }) => name));

  it("are what the tables of docs/performance.md say", async () => {
    const page = readFileSync(PAGE, "utf8");
    assert.equal(await renderPage(page, results), page, "npm run bench -- --draw writes them anew");
  });

  it("leave no table behind when they go", async () => {
    const page = await renderPage(readFileSync(PAGE, "utf8"), {});
    assert.match(page, /<!-- measured: user-data -->\s+<!-- end of user-data -->/);
  });

  it("are what the pictures show", () => {
    for (const [path, svg] of drawPictures(results)) assert.equal(readFileSync(path, "utf8"), svg, path);
  });
});
