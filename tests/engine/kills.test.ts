// Updates killed with SIGKILL at random points, engine and all, and run again: nothing is lost and nothing doubled.
import assert from "node:assert/strict";
import { setTimeout } from "node:timers/promises";
import { killRun } from "./kill-run";
import { Pipeline } from "./pipeline";
import { randomNumbers } from "./random";
import { slowRequests } from "./slow-requests";

/** How many runs are killed; `run.ts --kills N` sets it. */
const kills = Number(process.env["EKS_SWAP_KILLS"] ?? "4");
const seed = Number(process.env["EKS_SWAP_SEED"] ?? "1");

describe(`${kills} updates killed at random points (seed ${seed})`, () => {
  const pipeline = new Pipeline();
  const random = randomNumbers(seed);
  let met = 0;
  before(async () => {
    await pipeline.open();
    pipeline.order(slowRequests(0.4));
  });
  after(async () => {
    await pipeline.close();
  });

  /** Runs the command; kills it when it has finished so many resources, and says whether it came to that. */
  async function runAndKill(parameters: readonly string[], deed: RegExp): Promise<boolean> {
    const after = Math.floor(random() * 25);
    const { child, stderr, ended } = pipeline.start([...parameters, "--cancel-stale-lock"]);
    const isOver = (): boolean => child.exitCode !== null;
    const begun = (): boolean => new RegExp(`^${parameters[0] ?? ""} of `, "m").test(stderr());
    while (!isOver() && !(begun() && (stderr().match(deed) ?? []).length >= after)) await setTimeout(20);
    await setTimeout(random() * 400);
    if (isOver() || child.pid === undefined) {
      const { code, stderr: text } = await ended;
      assert.equal(code, 0, text);
      return false;
    }
    killRun(child.pid);
    await ended;
    met += pipeline.differences().pending;
    // What was asked of the service is carried out, whoever asked.
    await setTimeout(1000);
    return true;
  }

  it("leave what an undisturbed run leaves", async () => {
    let killed = 0;
    let goal: "up" | "destroy" = "up";
    while (killed < kills) {
      const parameters = goal === "up" ? ["up", "--no-cluster"] : ["destroy", "--no-drain"];
      const deed = goal === "up" ? / created$/gm : / deleted$/gm;
      if (await runAndKill(parameters, deed)) killed += 1;
      else {
        assert.deepEqual(pipeline.differences(), { doubled: [], lost: [], pending: 0 }, `after ${goal}`);
        goal = goal === "up" ? "destroy" : "up";
      }
    }
    for (const parameters of [
      ["up", "--no-cluster"],
      ["destroy", "--no-drain"],
    ]) {
      const { code, stderr } = await pipeline.run([...parameters, "--cancel-stale-lock"]);
      assert.equal(code, 0, stderr);
      assert.deepEqual(pipeline.differences(), { doubled: [], lost: [], pending: 0 });
    }
    assert.ok(met > 0, "no kill met an operation under way");
    process.stderr.write(`    ${killed} runs killed, ${met} operations were under way\n`);
  });
});
