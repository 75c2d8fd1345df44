// YAML aliases that have no end, or stand for far more values than the text has.
import assert from "node:assert/strict";
import { load } from "js-yaml";
import { describeAliases } from "../../workload/aliases";

/** Lists of nine aliases to the list before, this many times: 9 to that power. */
function bomb(levels: number): string {
  const lines = Array.from({ length: levels }, (_, level) => {
    const entries = Array.from({ length: 9 }, () => (level === 0 ? "x" : `*a${level - 1}`));
    return `a${level}: &a${level} [${entries.join(", ")}]`;
  });
  return lines.join("\n");
}

describe("YAML aliases", () => {
  it("may repeat a value", () => {
    assert.equal(describeAliases(load(bomb(3))), undefined);
  });

  it("are refused where they have no end", () => {
    assert.match(describeAliases(load("a: &a { b: [*a] }")) ?? "", /no end/);
  });

  it("are refused where they stand for too many values", () => {
    assert.match(describeAliases(load(bomb(12))) ?? "", /more than 1000000 values/);
  });
});
