// Locks of other runs, and signals to one's own, on the real engine.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { hostname } from "node:os";
import { setTimeout } from "node:timers/promises";
import { identify } from "../../automation/base/process";
import { Pipeline, type Ended } from "./pipeline";

/** A process that is gone. */
function deadProcess(): number {
  return spawnSync(process.execPath, ["--version"]).pid;
}

describe("locks and signals on the real engine", () => {
  const pipeline = new Pipeline();
  before(async () => {
    await pipeline.open();
    await run(0, "up");
  });
  after(async () => pipeline.close());

  async function run(code: number, ...parameters: readonly string[]): Promise<Ended> {
    const ended = await pipeline.run(parameters);
    assert.equal(ended.code, code, ended.stderr);
    return ended;
  }

  afterEach(() => pipeline.unlock());

  it("waits for the lock", async () => {
    pipeline.lock("another-host", 4711);
    const { ended, stderr } = pipeline.start(["refresh", "--wait-for-lock", "5m"]);
    while (!stderr().includes("waiting for it")) await setTimeout(100);
    pipeline.unlock();
    const { code, stderr: text } = await ended;
    assert.equal(code, 0, text);
  });

  it("removes the lock of a process of this machine that is gone", async () => {
    const engine = identify(deadProcess());
    pipeline.lock(hostname(), engine.pid);
    pipeline.recordRun(engine);
    assert.match((await run(4, "refresh")).stderr, /that process is gone.*\n.*--cancel-stale-lock/);
    await run(0, "refresh", "--cancel-stale-lock");
    assert.deepEqual(pipeline.locks(), []);
  });

  for (const [other, change] of [
    ["another start of the machine", { boot: "another" }],
    ["a container with the same host name", { namespace: "pid:[1]" }],
  ] as const) {
    it(`keeps a lock of ${other}, and says how to force it`, async () => {
      const engine = { ...identify(deadProcess()), ...change };
      pipeline.lock(hostname(), engine.pid);
      pipeline.recordRun(engine);
      const { stderr } = await run(4, "refresh", "--cancel-stale-lock");
      assert.match(
        stderr,
        /somebody@\S+, process \d+, since 2026-01-02T03:04:05Z: .* cannot be known here\n.*`pulumi cancel --stack dev`/,
      );
      assert.equal(pipeline.locks().length, 1);
    });
  }

  for (const [signals, seconds] of [
    [["SIGTERM"], 0.5],
    [["SIGINT", "SIGINT"], 600],
  ] as const) {
    it(`ends by ${signals.join(" and ")} with the state saved and no lock, exit code 4`, async () => {
      pipeline.order([
        { type: "aws:sqs/queue:Queue", operation: "delete", fault: "slow", seconds: Math.min(seconds, 20) },
      ]);
      const { child, ended, stderr } = pipeline.start(["destroy", "--no-drain", "--confirm", "dev"]);
      while (!/ deleted$/m.test(stderr())) await setTimeout(20);
      for (const signal of signals) {
        child.kill(signal);
        // A second signal comes while the first is handled: a process that is about to exit has no handlers any more.
        while (!stderr().includes("a second signal ends them at once")) await setTimeout(5);
      }
      const { code, stderr: text } = await ended;
      assert.equal(code, 4, text);
      assert.match(text, /interrupted/);
      assert.deepEqual(pipeline.locks(), []);
      pipeline.order([]);
      await run(0, "up", "--no-cluster");
      assert.deepEqual(pipeline.differences(), { doubled: [], lost: [], pending: 0 });
    });
  }
});
