// What the rounds of a density come to.
import assert from "node:assert/strict";
import { densityFigures, densityName } from "../../bench/density";
import { judge } from "../../bench/figure";
import type { Held } from "../../bench/peaks/ramp";

describe("figures of density", () => {
  it("compare what ours held with each of the others", () => {
    const held = (jobs: number, mebibytes: number): Held => ({ jobs, mebibytes, lost: jobs < 6 });
    const figures = densityFigures({
      "no swap": [held(3, 3000), held(3, 3100), held(3, 2900)],
      recipe: [held(3, 3300), held(4, 3900), held(4, 3800)],
      ours: [held(6, 5400), held(6, 5376), held(5, 4800)],
      "ours with zswap": [],
    }).map(judge);
    const ratioOf = (name: string) => figures.find((figure) => figure.name === name)?.ratio;
    assert.equal(ratioOf(densityName("jobs at their peak then", "no swap")), 2);
    assert.equal(ratioOf(densityName("jobs at their peak then", "recipe")), 1.5);
    assert.equal(ratioOf(densityName("memory of jobs when the first was lost", "no swap")), 1.792);
    assert.equal(figures.length, 4);
  });
});
