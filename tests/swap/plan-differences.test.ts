// Nothing in a plan can differ without a line.
import assert from "node:assert/strict";
import { planPool, type SwapPlan } from "../../swap/plan";
import { planDifferences } from "../../swap/plan-differences";
import { ebsPool, everythingPool, instanceStorePool } from "../support/pools";

const PLANS = [
  planPool(ebsPool({}, { name: "one" }), "amd64", "node-config"),
  planPool(instanceStorePool({}, { name: "one" }), "amd64"),
  planPool({ ...everythingPool(), name: "one" }, "arm64"),
  planPool(ebsPool({}, { name: "one", swap: undefined }), "amd64"),
];

/** What decides nothing of its own, or has one value only. */
const WITHOUT_LINE = /^(pool|memoryRange|predicted|instanceStorePolicy|nodeConfig|kubelet\.(failSwapOn|memorySwap))\b/;

function leaves(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [path];
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) => leaves(inner, [...path, key]));
}

/** A copy of a plan with another value at a path. */
function changed(plan: SwapPlan, path: readonly string[]): SwapPlan {
  const copy = structuredClone(plan);
  const parent = path.slice(0, -1).reduce<object>((value, key) => {
    const inner: unknown = Reflect.get(value, key);
    assert.ok(typeof inner === "object" && inner !== null);
    return inner;
  }, copy);
  const key = path.at(-1) ?? "";
  const value: unknown = Reflect.get(parent, key);
  Reflect.set(parent, key, typeof value === "number" ? value + 1 : `${String(value)}x`);
  return copy;
}

describe("differences of plans", () => {
  it("are none between a plan and itself", () => {
    for (const plan of PLANS) assert.deepEqual(planDifferences(plan, structuredClone(plan)), []);
  });

  it("show every single value of a plan", () => {
    for (const plan of PLANS) {
      const paths = leaves(plan).filter((path) => !WITHOUT_LINE.test(path.join(".")));
      assert.ok(paths.length > 10);
      const withValue = paths.filter((path) => !(path.length === 1 && Reflect.get(plan, path[0] ?? "") === null));
      for (const path of withValue) {
        assert.notDeepEqual(planDifferences(plan, changed(plan, path)), [], path.join("."));
      }
    }
  });

  it("are the same backwards, with before and after exchanged", () => {
    for (const one of PLANS) {
      for (const other of PLANS) {
        const back = planDifferences(other, one).map(({ before, after, ...rest }) => ({
          ...rest,
          before: after,
          after: before,
        }));
        assert.deepEqual(planDifferences(one, other), back);
      }
    }
  });
});
