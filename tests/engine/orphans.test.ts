// What Karpenter leaves in the account: it stands in the way of a destroy, and is found by tag.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { findOrphans, type Orphan } from "../../automation/recovery/orphans";
import { findPulumiCli } from "../../automation/engine/pulumi-cli";
import { openSandboxStack, type SandboxStack } from "../../automation/try/sandbox-stack";
import { readStackFile } from "../../automation/base/stack-file";
import { AWS_TYPES } from "../../sandbox/aws/types";
import { KUBERNETES_TYPES } from "../../sandbox/kubernetes/objects";
import { Store } from "../../sandbox/provider/store";

describe("what is left of a cluster", () => {
  const folder = mkdtempSync(join(tmpdir(), "eks-swap-orphans-"));
  const cluster = "eks-swap-dev";
  let opened: SandboxStack;
  before(async () => {
    const cli = await findPulumiCli((line) => process.stderr.write(`${line}\n`), new AbortController().signal);
    const config = readStackFile(resolve(__dirname, "..", ".."), "dev");
    opened = await openSandboxStack({ folder, stack: "dev", config, cli });
  });
  after(async () => {
    await opened.close();
    rmSync(folder, { recursive: true });
  });

  async function kinds(): Promise<readonly Orphan["kind"][]> {
    return [...new Set((await findOrphans(opened.stack, cluster)).map(({ kind }) => kind))];
  }

  it("is nothing, or is listed by its kind and id until somebody removes it", async () => {
    const { stack } = opened;
    await stack.up();
    const leave = { operation: "delete", fault: "leave", times: 9 };
    const types = [KUBERNETES_TYPES.nodePool, KUBERNETES_TYPES.nodeClass];
    writeFileSync(join(folder, "faults.json"), JSON.stringify(types.map((type) => ({ ...leave, type }))));
    await assert.rejects(stack.destroy(), /DependencyViolation: The subnet '.*' has dependencies|DeleteConflict/);

    const left = ["instance", "instance profile", "launch template", "network interface", "volume"];
    assert.deepEqual(await kinds(), left);
    assert.deepEqual(await findOrphans(stack, "another"), []);

    const cloud = new Store(folder);
    for (const type of [AWS_TYPES.instance, AWS_TYPES.instanceProfile, AWS_TYPES.networkInterface]) {
      for (const { id } of cloud.list(type)) cloud.remove(type, id);
    }
    await stack.destroy();
    assert.deepEqual(await kinds(), ["launch template", "volume"]);
    assert.deepEqual(
      [...new Set(cloud.list().map(({ type }) => type))].toSorted(),
      [AWS_TYPES.launchTemplate, AWS_TYPES.volume].toSorted(),
    );
  });
});
