// How samples are judged, and that tables and figures are those of the results.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { BENCHMARKS } from "../../bench/benchmarks";
import { drawAll } from "../../bench/draw";
import { judge } from "../../bench/figure";
import { drawBars, textWidth } from "../../bench/figures/figure";
import { interleave } from "../../bench/interleave";
import { PAGE, renderPage, renderResult } from "../../bench/page";
import { pageOf, readResults } from "../../bench/results";

describe("a figure", () => {
  it("is the median of eks-swap by that of the reference, with the noise of both", () => {
    const figure = judge({ name: "x", unit: "s", eksSwap: [3, 1, 2, 9, 2.5], reference: [2, 1, 3, 2, 2], goal: 1.25 });
    assert.deepEqual(
      { eksSwap: figure.eksSwap, reference: figure.reference, ratio: figure.ratio, met: figure.met, runs: figure.runs },
      { eksSwap: 2.5, reference: 2, ratio: 1.25, met: true, runs: 5 },
    );
    assert.deepEqual(figure.spread, {
      eksSwap: { minimum: 1, median: 2.5, maximum: 9, noise: 3.2 },
      reference: { minimum: 1, median: 2, maximum: 3, noise: 1 },
    });
  });

  it("misses its goal above it, and has none without a reference", () => {
    assert.equal(judge({ name: "x", unit: "s", eksSwap: [1.26], reference: [1], goal: 1.25 }).met, false);
    const reported = judge({ name: "x", unit: "files", eksSwap: [0, 0] });
    assert.deepEqual([reported.met, reported.ratio, reported.spread.eksSwap.noise], [null, null, 0]);
    assert.throws(() => judge({ name: "x", unit: "s", eksSwap: [1], goal: 1 }), /a goal without a reference/);
  });

  it("has no ratio by nothing, and no noise around nothing", () => {
    const figure = judge({ name: "x", unit: "kills", eksSwap: [0, 0, 2], reference: [0, 1, 0], goal: 1 });
    assert.deepEqual([figure.ratio, figure.met, figure.spread.eksSwap.noise], [null, true, null]);
    assert.equal(judge({ name: "x", unit: "kills", eksSwap: [1, 1, 2], reference: [0, 1, 0], goal: 1 }).met, false);
  });

  it("is compared with a limit, of which nothing was measured", () => {
    const figure = judge({ name: "x", unit: "bytes", eksSwap: [5, 6], limit: 10, goal: 0.5 });
    assert.deepEqual([figure.reference, figure.ratio, figure.met], [10, 0.55, false]);
    assert.deepEqual([figure.spread.reference, figure.samples.reference], [null, []]);
    assert.throws(() => judge({ name: "x", unit: "s", eksSwap: [1], reference: [1], limit: 1 }), /a limit besides/);
  });

  it("is not made of sides that were measured differently often, nor of nothing", () => {
    assert.throws(() => judge({ name: "x", unit: "s", eksSwap: [1, 2], reference: [1] }), /2 runs of eks-swap and 1/);
    assert.throws(() => judge({ name: "x", unit: "s", eksSwap: [] }), /without samples/);
  });
});

describe("the rounds of a benchmark", () => {
  it("have both sides each, and alternate which comes first", async () => {
    const order: string[] = [];
    const side = (name: string) => async () => order.push(name);
    const { eksSwap, reference } = await interleave(3, side("eksSwap"), side("reference"));
    assert.deepEqual(order, ["eksSwap", "reference", "reference", "eksSwap", "eksSwap", "reference"]);
    assert.deepEqual(
      [eksSwap, reference],
      [
        [1, 4, 5],
        [2, 3, 6],
      ],
    );
  });
});

describe("the results of benchmarks", () => {
  const results = readResults(BENCHMARKS.map(({ name }) => name));

  it("are what docs/performance.md and bench/results/*.md say (npm run bench -- --draw writes them)", async () => {
    const page = readFileSync(PAGE, "utf8");
    assert.equal(await renderPage(page, results), page);
    for (const [name, result] of Object.entries(results)) {
      assert.equal(readFileSync(pageOf(name), "utf8"), renderResult(name, result));
    }
  });

  it("have each goal in one line of the page", async () => {
    const counts = (await renderPage(readFileSync(PAGE, "utf8"), results)).matchAll(
      /\((\d+) of (\d+)\)|(?:met|missed\*\*) +\|/g,
    );
    const listed = [...counts].reduce((sum, [, , all]) => sum + Number(all ?? 1), 0);
    const judged = Object.values(results).flatMap(({ figures }) => figures.filter(({ goal }) => goal !== null));
    assert.equal(listed, judged.length);
  });
});

describe("the figures of docs/figures", () => {
  const figures = drawAll(readResults(BENCHMARKS.map(({ name }) => name)));

  for (const [path, svg] of figures) {
    it(`are what is drawn of the results: ${basename(path)} (npm run bench -- --draw writes it)`, () => {
      assert.equal(readFileSync(path, "utf8"), svg);
    });
  }

  it("have titles of their own", () => {
    const titles = figures.map(([, svg]) => /<title>(.*)<\/title>/.exec(svg)?.[1]);
    assert.equal(new Set(titles).size, figures.length);
  });

  it("explain whiskers where there are any", () => {
    for (const [path, svg] of figures.filter(([, text]) => text.includes('aria-label="tick"'))) {
      assert.match(svg, /whisker: minimum to maximum/, path);
    }
  });

  it("have room for every label in a wide font", () => {
    const bars = (row: string, remark: string) =>
      drawBars({ title: "x", bars: [{ row, colour: "red", end: 1, remark }] }, 400);
    const { svg } = bars("a row with a long name", "a long remark");
    const [x1, width] = [
      Number(/<rect[^>]* x="([\d.]+)"/.exec(svg)?.[1]),
      Number(/<rect[^>]* width="([\d.]+)"/.exec(svg)?.[1]),
    ];
    assert.ok(x1 >= textWidth("a row with a long name"), `the bar starts at ${x1}`);
    assert.ok(400 - x1 - width >= textWidth("a long remark"), `the bar ends at ${x1 + width}`);
  });
});
