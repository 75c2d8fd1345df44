// What `eks-swap render` writes into manifests/, applied by kubectl as a user does it.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { renderFiles, renderPools } from "../../automation/render/render";
import { readSettings } from "../../config/settings";
import { say } from "../boot/table";
import type { ControlPlane } from "./control-plane";
import { EXAMPLE_STACKS } from "./manifests";
import { provideKubernetes } from "./programs";
import { onControlPlane, type Scenario } from "./scenario";
import { NEWEST_KUBERNETES } from "./versions";

/** Run manually: kubectl takes minutes to build, and nothing else needs it. */
export const kubectlScenario: Scenario = onControlPlane(
  "render: kubectl applies manifests/, the guards with them, and again without a change",
  { karpenterCrds: true },
  async (_client, server) => {
    const kubectl = provideKubernetes("kubectl", NEWEST_KUBERNETES, say);
    const counts: string[] = [];
    for (const [name, config] of Object.entries(EXAMPLE_STACKS)) {
      counts.push(`${name}: ${applyTwice(kubectl, server, config)}`);
    }
    return `objects of ${counts.join(", ")}`;
  },
);

function applyTwice(kubectl: string, server: ControlPlane, config: Readonly<Record<string, unknown>>): number {
  const folder = mkdtempSync(join(tmpdir(), "eks-swap-manifests-"));
  try {
    const settings = readSettings(config);
    for (const [path, text] of Object.entries(renderFiles(settings, renderPools(settings), { monitoring: false }))) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const [first = [], second = []] = [1, 2].map(() => {
      const parameters = ["--kubeconfig", server.kubeconfigFile, "apply", "-R", "-f", join(folder, "manifests")];
      const { status, stdout, stderr } = spawnSync(kubectl, parameters, { encoding: "utf8" });
      assert.equal(status, 0, stderr);
      return stdout.trim().split("\n");
    });
    assert.equal(first.length, second.length);
    const guarded = settings.pools.filter(({ guard, plan }) => guard !== "off" && plan.swap !== null);
    assert.equal(first.length, 2 * settings.pools.length + 3 * guarded.length, first.join("\n"));
    assert.deepEqual(
      second.filter((line) => !line.endsWith(" unchanged")),
      [],
    );
    return first.length;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
