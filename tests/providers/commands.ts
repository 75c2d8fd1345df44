// The command `eks-swap` on the real providers, from a folder with a stack file; and a run that is killed half-way.
import assert from "node:assert/strict";
import { setTimeout as wait } from "node:timers/promises";
import { dump } from "js-yaml";
import { Pipeline, type Ended } from "../engine/pipeline";
import type { Scenario, ScenarioContext } from "./scenario";
import { stackConfig } from "./stacks";

/** A run is killed once it has made so many resources: the cluster is then there, and Karpenter is not. */
const MADE_BEFORE_KILL = 45;

/** preview, up, verify, drain, destroy, and an up that is killed and run again. */
export const COMMANDS_SCENARIO: Scenario = {
  name: "the command eks-swap",
  run: async (context) => {
    const pipeline = new Pipeline("dev");
    pipeline.addStack("dev", dump({ config: stackConfig("dev") }));
    try {
      await runCommands(context, pipeline);
    } finally {
      await pipeline.close();
    }
  },
};

async function runCommands(context: ScenarioContext, pipeline: Pipeline): Promise<void> {
  const { environment } = context.world;
  const run = async (...parameters: readonly string[]): Promise<Ended> => {
    const ended = await pipeline.run(parameters, environment);
    assert.equal(ended.code, 0, ended.stderr);
    return ended;
  };
  await context.step("eks-swap preview", async () => lastLine(await run("preview", "--no-cluster")));
  await context.step("eks-swap up, killed", async () => {
    const { child, stderr, ended } = pipeline.start(["up", "--no-cluster"], environment);
    const made = (): number => (stderr().match(/ created$/gm) ?? []).length;
    while (made() < MADE_BEFORE_KILL && child.exitCode === null) await wait(50);
    assert.ok(child.pid !== undefined && child.exitCode === null, stderr());
    process.kill(-child.pid, "SIGKILL");
    await ended;
    return `after ${made()} resources`;
  });
  await context.step("eks-swap up, again", async () =>
    lastLine(await run("up", "--no-cluster", "--cancel-stale-lock")),
  );
  await context.step("eks-swap up, without a change", async () => {
    const ended = await run("up");
    assert.match(ended.stderr, /no changes/);
    return lastLine(ended);
  });
  await context.step("eks-swap verify", async () => lastLine(await run("verify")), true);
  await context.step("eks-swap drain", async () => lastLine(await run("drain")), true);
  await context.step("eks-swap destroy", async () => lastLine(await run("destroy")));
}

function lastLine({ stderr }: Ended): string {
  return stderr.trimEnd().split("\n").at(-1) ?? "";
}
