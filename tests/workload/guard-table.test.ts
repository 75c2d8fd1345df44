// docs/guard.md shows the guard's table beside the prediction. The suite tests/kube holds the guard's column against a
// real API server; here it is the prediction's.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { format } from "prettier";
import { predicted } from "../kube/guard/expectation";
import { TABLE } from "../kube/guard/pods";

const page = resolve(__dirname, "..", "..", "docs", "guard.md");
const PLACE = /(?<=<!-- guard and prediction -->)[^]*(?=<!-- end of guard and prediction -->)/;

function rows(): readonly string[] {
  return TABLE.map(([name, object, verdict]) => {
    const { swapping, qosClass } = predicted(object) ?? { swapping: [], qosClass: "" };
    const swap = swapping.length === 0 ? "none" : swapping.join(", ");
    return `| ${name} | ${qosClass} | ${swap} | ${verdict === "accepted" ? "accepted" : `refused: ${verdict}`} |`;
  });
}

describe("the guard's table", () => {
  it("is in docs/guard.md with its prediction (UPDATE_GOLDEN=1 writes it)", async () => {
    const text = readFileSync(page, "utf8");
    assert.match(text, PLACE);
    const table = [
      "| pod | QoS class | predicted swap | guard (`deny`) |",
      "| --- | --- | --- | --- |",
      ...rows(),
    ].join("\n");
    const options = { parser: "markdown", printWidth: 120, trailingComma: "all" } as const;
    const expected = await format(
      text.replace(PLACE, () => `\n\n${table}\n\n`),
      options,
    );
    if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(page, expected);
    assert.equal(readFileSync(page, "utf8"), expected);
  });
});
