// The engine's connections on this machine, where a proxy is set.
import assert from "node:assert/strict";
import { spareLoopback } from "../../../automation/engine/loopback";

describe("a proxy in the environment", () => {
  it("is not for this machine, in both spellings, and the user's own hosts stay", () => {
    const environment = { https_proxy: "http://proxy:3128", NO_PROXY: "internal.example" };
    spareLoopback(environment);
    const hosts = "internal.example,localhost,127.0.0.1,::1";
    assert.deepEqual(environment, { https_proxy: "http://proxy:3128", NO_PROXY: hosts, no_proxy: hosts });
  });
});
