// The commands of a pipeline against a real API server, by the kubeconfig that the stack exports.
import assert from "node:assert/strict";
import { setTimeout as wait } from "node:timers/promises";
import { EXIT } from "../../../automation/base/exit-codes";
import type { Scenario } from "../scenario";
import { PATHS } from "./api";
import { LivePipeline } from "./live-pipeline";
import { LIVE_STEPS } from "./live-steps";

async function runSteps(live: LivePipeline): Promise<void> {
  for (const { command, code, says, then } of LIVE_STEPS) {
    const ended = await live.run(command);
    assert.equal(ended.code, code, `${command.join(" ")}: ${ended.stderr}`);
    for (const pattern of says) assert.match(ended.stderr, pattern);
    await then?.(live);
    if (command[0] === "verify" && code === EXIT.done) await endsWhenTold(live);
  }
  assert.deepEqual(live.pipeline.differences(), { doubled: [], lost: [], pending: 0 });
  assert.deepEqual(live.pipeline.leaks(), []);
}

/** A wait for nodes is no engine's work, and ends as every interrupted run does. */
async function endsWhenTold({ cluster, pipeline }: LivePipeline): Promise<void> {
  await cluster.addNodeClaim({ name: "late", pool: "instance-store" });
  const { child, ended, stderr } = pipeline.start(["verify", "--wait", "10m"]);
  while (!stderr().includes("late has not joined")) await wait(100);
  child.kill("SIGTERM");
  const { code, stderr: text } = await ended;
  assert.equal(code, EXIT.updateFailed, text);
  assert.match(text, /^error: interrupted: /m);
  await cluster.api.patch(`${PATHS.nodeClaims}/late`, { metadata: { finalizers: null } });
  await cluster.api.delete(`${PATHS.nodeClaims}/late`);
}

/** Preview, up, verify, a gate that is closed, drain and destroy. */
export const COMMANDS_SCENARIO: Scenario = {
  name: "the commands on a cluster",
  needs: "control plane",
  run: async ({ kubernetes }) => {
    const row = { scenario: "the commands on a cluster", kubernetes };
    try {
      const live = await LivePipeline.start(kubernetes);
      await runSteps(live).finally(async () => live.stop());
      return {
        ...row,
        result: "passed",
        message: null,
        remark: LIVE_STEPS.map(({ command }) => command[0]).join(", "),
      };
    } catch (error) {
      return { ...row, result: "failed", message: error instanceof Error ? error.message : String(error) };
    }
  },
};
