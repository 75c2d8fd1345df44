// A wrong stack config ends the program before the engine has any resource but the Stack.
import assert from "node:assert/strict";
import { typeOf } from "../../automation/base/urn";
import { NAMESPACE } from "../../config/namespace";
import { BAD_CONFIGS } from "../config/bad-configs";
import { VALID_CONFIG, withChanges } from "../config/configs";
import { EngineStack } from "./stack";

describe("wrong stack configs on the real engine", () => {
  it("are refused with every problem at once, and nothing but the Stack is registered", async () => {
    const stack = new EngineStack();
    const faults = BAD_CONFIGS.filter(({ name }) =>
      ["version too old", "Karpenter too old", "size-without-unit", "little-nvme", "budget"].includes(name),
    );
    const bad = withChanges(VALID_CONFIG, Object.fromEntries(faults.flatMap(({ change }) => Object.entries(change))));
    const config = Object.fromEntries(Object.entries(bad).map(([key, value]) => [`${NAMESPACE}:${key}`, value]));
    try {
      await assert.rejects(stack.up({ "aws:region": "eu-central-1", ...config }), (error) => {
        assert.ok(error instanceof Error);
        for (const { ids } of faults) for (const id of ids) assert.ok(error.message.includes(`[${id}]`), id);
        return true;
      });
      const types = (await stack.resources(config)).map(typeOf);
      assert.deepEqual(
        types.filter((type) => type !== "pulumi:pulumi:Stack"),
        [],
      );
    } finally {
      stack.remove();
    }
  });
});
