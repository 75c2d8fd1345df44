// Hostile configs are refused in words, or become files that do not depend on the order of keys.
import assert from "node:assert/strict";
import fc from "fast-check";
import { judge } from "./fuzz";
import { hostileConfigs } from "./hostile-configs";

describe("hostile stack configs", () => {
  // tests/kube, "fuzz", takes 20,000, and gives what is accepted to Karpenter and to API servers.
  it("are refused in words, or become files that do not depend on the order of keys", () => {
    let accepted = 0;
    fc.assert(
      fc.property(hostileConfigs, (config) => {
        if (judge(config).pools.length > 0) accepted += 1;
      }),
      { numRuns: 300 },
    );
    assert.ok(accepted > 60 && accepted < 240, `${accepted} of 300 were accepted`);
  });
});
