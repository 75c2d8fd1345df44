// YAML scalars and keys as Kubernetes' own reader takes them: tests/workload/scalars/main.go wrote what it makes of each.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { load, YAMLException } from "js-yaml";
import { z } from "zod";
import { KUBERNETES_YAML } from "../../workload/kubernetes-yaml";

const rows = z
  .array(z.tuple([z.string(), z.string().nullable()]))
  .parse(JSON.parse(readFileSync(join(__dirname, "scalars", "expected.json"), "utf8")));

/** What is read, as JSON; null for what cannot be read, or has no JSON. */
function read(row: string, isKey: boolean): string | null {
  const text = isKey ? `${row.slice(1)}: v\n` : `v: ${row}\n`;
  try {
    return JSON.stringify(load(text, { schema: KUBERNETES_YAML }), (_, value: unknown) => {
      if (typeof value === "number" && !Number.isFinite(value)) throw new YAMLException("no JSON");
      return value;
    });
  } catch (error) {
    if (error instanceof YAMLException) return null;
    throw error;
  }
}

/** The last rows are keys, after a question mark. */
const FIRST_KEY = rows.length - 14;

/** Where js-yaml reads more than Kubernetes does, which refuses these. */
const READ_HERE_ONLY = new Map([
  ['"\\/"', "an escape of YAML 1.2"],
  ["?null", "a key that is no text"],
  ["?~", "a key that is no text"],
]);

describe("YAML as Kubernetes reads it", () => {
  it("is compared over at least 200 scalars", () => {
    assert.ok(rows.length >= 200);
  });

  for (const [index, [row, expected]] of rows.entries()) {
    // A set is a rarity that js-yaml has no reader for.
    if (row.startsWith("!!set")) continue;
    it(`${JSON.stringify(row)} is ${expected ?? "refused"}`, () => {
      const found = read(row, index >= FIRST_KEY);
      if (READ_HERE_ONLY.has(row)) {
        assert.equal(expected, null);
        assert.notEqual(found, null);
        return;
      }
      // JSON of Go keeps the sign of zero, and integers of more digits than a number has.
      const same = (json: string | null): unknown => (json === null ? null : JSON.parse(json.replace("-0}", "0}")));
      assert.deepEqual(same(found), same(expected));
    });
  }
});
