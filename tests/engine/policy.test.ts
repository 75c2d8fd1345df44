// The policy pack, enforced by the real engine on stacks of the program.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { CommandError } from "@pulumi/pulumi/automation";
import { findPulumiCli } from "../../automation/engine/pulumi-cli";
import { openSandboxStack } from "./sandbox-stack";
import { readStackFile } from "../../automation/base/stack-file";
import { POLICY_HOST } from "./checkout";
import { Pipeline } from "./pipeline";

const root = resolve(__dirname, "..", "..");
const dev = readStackFile(root, "dev");

describe("the policy pack on the real engine", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "eks-swap-policy-"));
    writeFileSync(join(folder, "pulumi-analyzer-policy-nodejs"), `#!/bin/sh\n${POLICY_HOST}\n`, { mode: 0o755 });
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

describe("eks-swap with a policy pack", () => {
  const pipeline = new Pipeline();
  const pack = ["--policy-pack", join(root, "policy")];
  const latest = ["--config", "ami.alias=al2023@latest"];
  before(async () => {
    await pipeline.open();
    pipeline.program("pulumi-analyzer-policy-nodejs", POLICY_HOST);
  });
  after(async () => pipeline.close());

  for (const command of ["preview", "up"]) {
    it(`${command} is refused by a policy before anything is made, exit code 3`, async () => {
      const comment = join(pipeline.folder, "comment.md");
      const { code, stdout, stderr } = await pipeline.run([
        command,
        "--json",
        "--comment",
        comment,
        ...pack,
        ...latest,
      ]);
      assert.equal(code, 3, stderr);
      assert.match(stdout, /"kind": "policy"/);
      assert.match(stderr, /^error: refused by policy, and nothing was changed:\n {2}- policy eks-swap\/ami-pinned, /m);
      assert.match(readFileSync(comment, "utf8"), new RegExp(`^### No ${command} of \`dev\`\n[^]*eks-swap/ami-pinned`));
      assert.deepEqual(pipeline.store.list(), []);
    });
  }

  it("up goes through where a policy only advises, and shows what it says", async () => {
    const config = join(pipeline.folder, "pack.json");
    writeFileSync(config, JSON.stringify({ "ami-pinned": { enforcementLevel: "advisory" } }));
    const { code, stderr } = await pipeline.run(["up", ...pack, "--policy-pack-config", config, ...latest]);
    assert.equal(code, 0, stderr);
    assert.match(
      stderr,
      /^warning: policy eks-swap\/ami-pinned, ebs-node-class: .*al2023@latest follows every release/m,
    );
  });

  it("names a pack that is not there, exit code 2", async () => {
    const { code, stderr } = await pipeline.run(["preview", "--policy-pack", "nowhere"]);
    assert.equal(code, 2, stderr);
    assert.match(stderr, /^error: there is no policy pack, or configuration of one, at nowhere$/m);
  });
});
