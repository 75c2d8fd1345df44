// YAML that readers of version 1.1 and of version 1.2 take alike.
import assert from "node:assert/strict";
import fc from "fast-check";
import { load } from "js-yaml";
import { toYaml } from "../../userdata/yaml";

describe("toYaml", () => {
  it("is read back as it was", () => {
    const value = fc.jsonValue({ maxDepth: 4 }).map((json): unknown => JSON.parse(JSON.stringify(json)));
    fc.assert(fc.property(value, (given) => assert.deepEqual(load(toYaml(given)), given)));
  });

  // Texts that a reader of YAML 1.1 takes for a boolean, null, a number, a date, or a merge:
  // https://yaml.org/type/ (bool, null, int, float, timestamp, merge, value)
  const booleans = [
    "y",
    "Y",
    "yes",
    "Yes",
    "YES",
    "n",
    "N",
    "no",
    "No",
    "NO",
    "true",
    "True",
    "false",
    "on",
    "On",
    "off",
    "OFF",
  ];
  const numbers = [
    "017",
    "0o17",
    "0x1F",
    "0b11",
    "1_000",
    "685_230.15",
    "190:20:30",
    "1e3",
    "+1",
    "-.5",
    ".inf",
    "-.INF",
    ".NaN",
    "1.5",
  ];
  const others = ["", "~", "null", "Null", "2001-01-01", "2001-12-14t21:59:43.10-05:00", "<<", "="];
  for (const text of [...booleans, ...numbers, ...others]) {
    it(`quotes ${JSON.stringify(text)}`, () => {
      assert.match(toYaml({ [text]: text }), /^(['"]).*\1: (['"]).*\2\n$/);
    });
  }

  it("sorts keys, folds no line and makes no anchors", () => {
    const shared = { b: "word ".repeat(60).trim(), a: [1] };
    assert.equal(
      toYaml({ two: shared, one: shared }),
      ["one", "two"].map((key) => `${key}:\n  a:\n    - 1\n  b: ${shared.b}\n`).join(""),
    );
  });
});
