// Property values as the engine sends them.
import assert from "node:assert/strict";
import * as fc from "fast-check";
import {
  conceal,
  hasSecret,
  hasUnknown,
  isEqual,
  isValue,
  reveal,
  textsAt,
  UNKNOWN,
  valuesAt,
  type Value,
} from "../../../sandbox/provider/values";

const values: fc.Arbitrary<Value> = fc.jsonValue().map((value: unknown) => {
  assert.ok(isValue(value));
  return value;
});

describe("property values", () => {
  it("are found unknown or secret at any depth, and are laid open", () => {
    fc.assert(
      fc.property(values, (value) => {
        assert.ok(hasUnknown([{ a: [value, UNKNOWN] }]));
        assert.ok(hasSecret([{ a: conceal(value) }]));
        assert.deepEqual(reveal([{ a: conceal([conceal(value)]) }]), [{ a: [reveal(value)] }]);
      }),
    );
  });

  it("are equal when their JSON is, whatever the order of names", () => {
    fc.assert(
      fc.property(values, values, (left, right) => {
        const copy: unknown = JSON.parse(JSON.stringify(left));
        assert.ok(isValue(copy) && isEqual(left, copy));
        assert.equal(isEqual(left, right), canonical(left) === canonical(right));
      }),
    );
  });

  it("are found along a path through lists", () => {
    const inputs = { terms: [{ id: "a" }, { id: UNKNOWN }, {}, { id: ["b", "c"] }] };
    assert.deepEqual(textsAt(inputs, "terms.id"), ["a", "b", "c"]);
    assert.deepEqual(valuesAt(inputs, "terms.id").length, 4);
    assert.deepEqual(valuesAt(inputs, "nothing.here"), []);
  });
});

function canonical(value: Value): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([left], [right]) => (left < right ? -1 : 1)))
      : inner,
  );
}
