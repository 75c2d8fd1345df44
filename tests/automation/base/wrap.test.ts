// Lines that are too long for a terminal are broken between words, and only there.
import assert from "node:assert/strict";
import fc from "fast-check";
import { widthOf, wrap } from "../../../automation/base/wrap";

describe("wrap", () => {
  it("breaks between words and goes on a little deeper", () => {
    assert.equal(wrap("  pool ebs: replaces its nodes", 20), "  pool ebs: replaces\n    its nodes");
  });

  it("leaves lines that fit, and what is written to no terminal", () => {
    const table = "  swap         30Gi\n  root volume  56Gi gp3";
    assert.equal(wrap(table, 80), table);
    assert.equal(wrap("word ".repeat(50), undefined), "word ".repeat(50));
  });

  it("keeps a word that is longer than the line", () => {
    const path = `/tmp/${"x".repeat(90)}`;
    assert.equal(wrap(`wrote ${path} again`, 40), `wrote\n  ${path}\n  again`);
  });

  it("counts no colours", () => {
    assert.equal(widthOf("\u001B[31m+\u001B[39m vpc"), 5);
  });

  it("loses no word and cuts none, and no line of short words is too wide", () => {
    const words = fc.array(fc.stringMatching(/^[a-z:,.]{1,15}$/), { minLength: 1 });
    fc.assert(
      fc.property(words, fc.integer({ min: 20, max: 120 }), (list, columns) => {
        const wrapped = wrap(list.join(" "), columns);
        assert.deepEqual(wrapped.split(/\s+/), list);
        assert.ok(wrapped.split("\n").every((line) => line.length <= columns));
      }),
    );
  });
});
