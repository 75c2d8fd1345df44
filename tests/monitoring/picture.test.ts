// The dashboard over the samples of the real node: every query is answered, and the picture in the docs is what it draws.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { DrawnPanel } from "./draw";
import { askPanels, drawPicture, PICTURE } from "./picture";

/** What a node with swap has nothing of. */
const EMPTY = ["{{pool}}: without swap"];

describe("the dashboard over samples of a real node", () => {
  let panels: readonly DrawnPanel[];
  before(async () => {
    panels = await askPanels();
  });

  it("has finite numbers for every query, but for nodes without swap", () => {
    const unanswered = panels.flatMap(({ panel, lines }) =>
      panel.queries.filter((_, index) => {
        const numbers = (lines[index] ?? []).flatMap(({ values }) => values.map(([, value]) => Number(value)));
        return numbers.length === 0 || !numbers.every(Number.isFinite);
      }),
    );
    assert.deepEqual(
      unanswered.map(({ legend }) => legend),
      EMPTY,
    );
  });

  it("draws docs/figures/dashboard.svg (node --import tsx tests/monitoring/run.ts)", () => {
    assert.equal(drawPicture(panels), readFileSync(PICTURE, "utf8"));
  });
});
