// The policy pack, enforced by the real engine on stacks of the program.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { CommandError } from "@pulumi/pulumi/automation";
import { findPulumiCli } from "../../automation/pulumi-cli";
import { openSandboxStack } from "../../automation/sandbox-stack";
import { readStackFile } from "../../automation/stack-file";

const root = resolve(__dirname, "..", "..");
const dev = readStackFile(root, "dev");

/**
 * What starts a pack in Node.js: Pulumi's releases bring such a script (sdk/nodejs/dist/pulumi-analyzer-policy); a CLI
 * that is built from Go modules has none.
 */
const analyzer = `#!/bin/sh
exec node "$(node --print 'require.resolve("@pulumi/pulumi/cmd/run-policy-pack")')" "$@"
`;

describe("the policy pack on the real engine", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "eks-swap-policy-"));
    writeFileSync(join(folder, "pulumi-analyzer-policy-nodejs"), analyzer, { mode: 0o755 });
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Runs `up` with the pack and tells all that the engine said. */
  async function up(config: Readonly<Record<string, unknown>>, packConfig: unknown = {}): Promise<string> {
    const cli = await findPulumiCli((line) => process.stderr.write(`${line}\n`), new AbortController().signal);
    const { stack, close } = await openSandboxStack({ folder: join(folder, "stack"), stack: "test", config, cli });
    const packConfigFile = join(folder, "pack.json");
    writeFileSync(packConfigFile, JSON.stringify(packConfig));
    stack.workspace.envVars["PATH"] = [folder, process.env["PATH"] ?? ""].join(delimiter);
    try {
      const { stdout } = await stack.up({
        policyPacks: [join(root, "policy")],
        policyPackConfigs: [packConfigFile],
      });
      return stdout;
    } finally {
      await close();
    }
  }

  it("lets the dev stack up", async () => {
    const output = await up(dev);
    assert.match(output, /✅ eks-swap@v/);
    assert.match(output, /ebs-node-pool created/);
  });

  it("refuses an AMI that is not pinned, and no node class is made", async () => {
    await assert.rejects(up({ ...dev, "eks-swap:ami": { alias: "al2023@latest" } }), (error) => {
      assert.ok(error instanceof CommandError);
      assert.match(error.message, /\[mandatory\] +ami-pinned +\(/);
      assert.match(error.message, /al2023@latest follows every release: write al2023@vYYYYMMDD\./);
      assert.doesNotMatch(error.message, /node-class created/);
      return true;
    });
  });

  it("refuses swap on a pool that its config names as one for system components", async () => {
    const packConfig = { "no-swap-on-system-pools": { systemPools: ["ebs"] } };
    await assert.rejects(up(dev, packConfig), (error) => {
      assert.ok(error instanceof CommandError);
      assert.match(error.message, /\[mandatory\] +no-swap-on-system-pools/);
      assert.match(error.message, /NodePool ebs is for the cluster's own components/);
      return true;
    });
  });
});
