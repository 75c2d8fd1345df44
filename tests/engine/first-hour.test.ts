// The first hour on a terminal of 80 columns is what docs/first-hour.md shows; UPDATE_GOLDEN=1 writes it there.
import assert from "node:assert/strict";
import { COLUMNS, describeFirstHour, firstHour, putOnPage, shownOnPage, type ShownStep } from "./first-hour";

describe("the first hour", () => {
  let steps: readonly ShownStep[] = [];
  before(() => {
    steps = firstHour();
  });

  it("goes well", () => {
    assert.deepEqual(
      steps.map(({ command, code }) => [command, code]),
      steps.map(({ command }) => [command, 0]),
      steps.flatMap(({ lines }) => lines).join("\n"),
    );
  });

  it("has no line that the terminal had to break", () => {
    // A line that is broken within a word fills the whole width.
    const full = steps.flatMap(({ lines }) => lines).filter((line) => line.length > COLUMNS - 1 && !line.includes(" "));
    assert.deepEqual(full, []);
  });

  it("has one count of resources: in the preview, the update, the tree and the destroy", () => {
    const text = steps.flatMap(({ lines }) => lines).join("\n");
    const counts = [/: (\d+) to create/, /: (\d+) created/, /pulumi:pulumi:Stack \d+ of (\d+)/, /: (\d+) deleted/];
    const found = counts.map((pattern) => pattern.exec(text)?.[1]);
    assert.ok(found[0] !== undefined);
    assert.deepEqual(new Set(found).size, 1, found.join(", "));
  });

  it("shows what the change of a size does", () => {
    assert.match(steps[2]?.lines.join("\n") ?? "", /pool ebs: replaces its nodes: swap size 30Gi → 60Gi/);
  });

  it("is what docs/first-hour.md shows", () => {
    const recorded = describeFirstHour(steps);
    if (process.env["UPDATE_GOLDEN"] !== undefined) putOnPage(recorded);
    assert.equal(shownOnPage(), recorded, "UPDATE_GOLDEN=1 npm run test:engine -- --only first-hour writes the page");
  });
});
