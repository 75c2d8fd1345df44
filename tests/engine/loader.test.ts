// The program of a checkout, as `pulumi up` runs it: with the entry point and the TypeScript loader that Pulumi chooses,
// types checked, not with tsx as the tests do.
import assert from "node:assert/strict";
import { findPulumiCli } from "../../automation/engine/pulumi-cli";
import { Checkout } from "./checkout";

describe("the command pulumi in a checkout", () => {
  let checkout: Checkout;
  before(async () => {
    checkout = await Checkout.make();
  });
  after(async () => checkout.remove());

  it("previews the whole dev stack", async () => {
    const { command } = await findPulumiCli((line) => process.stderr.write(`${line}\n`), new AbortController().signal);
    const made = await checkout.run(command, ["stack", "init", "dev"]);
    assert.equal(made.code, 0, made.output);
    const { code, output } = await checkout.run(command, ["preview", "--stack", "dev", "--non-interactive"]);
    assert.equal(code, 0, output);
    assert.match(output, /karpenter\.sh\/v1:NodePool instance-store-node-pool create/);
    assert.match(output, /clusterName: "eks-swap-dev"/);
  });
});
