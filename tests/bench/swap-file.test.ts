// Figures of making swap files.
import assert from "node:assert/strict";
import { judge } from "../../bench/figure";
import { swapFileFigures, swapFileName } from "../../bench/swap-file/figures";

const round = (one: number, eight: number, thirty: number) =>
  new Map([
    [30, thirty],
    [8, eight],
    [1, one],
  ]);

describe("figures of swap files", () => {
  it("compare each size with the smallest of the same round", () => {
    const figures = swapFileFigures([round(20, 21, 26), round(22, 19, 23), round(21, 40, 24)]).map(judge);
    assert.deepEqual(
      figures.map(({ name, unit, samples, ratio }) => ({ name, unit, samples, ratio })),
      [
        { name: swapFileName(8), unit: "ms", samples: { eksSwap: [21, 19, 40], reference: [20, 22, 21] }, ratio: 1 },
        {
          name: swapFileName(30),
          unit: "ms",
          samples: { eksSwap: [26, 23, 24], reference: [20, 22, 21] },
          ratio: 1.143,
        },
      ],
    );
  });
});
