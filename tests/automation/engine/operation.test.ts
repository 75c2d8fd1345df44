// How often an operation of the engine is tried, and how it ends. The clock is the test's own.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { mock } from "node:test";
import { CommandError, type EngineEvent } from "@pulumi/pulumi/automation";
import { runOperation } from "../../../automation/engine/operation";
import { ExplainedError } from "../../../automation/base/errors";
import { StackLockedError } from "../../../automation/engine/lock";
import { RunRecord, runSchema } from "../../../automation/engine/runs";
import type { StackOptions } from "../../../automation/base/stack-options";
import type { StateResource } from "../../../automation/base/state";

const THROTTLED = "creating IAM Role: ThrottlingException: Rate exceeded";
const URN = "urn:pulumi:dev::eks-swap::aws:ec2/vpc:Vpc::network";

function locked(host: string, pid: number): CommandError {
  const holder = `created by me@${host} (pid ${pid}) at 2026-01-02T03:04:05Z`;
  return new CommandError(`the stack is currently locked by 1 lock(s). ${holder}`);
}

function errorEvent(message: string, urn = URN): EngineEvent {
  const diagnosticEvent = { message, color: "never", severity: "error", urn } as const;
  return { sequence: 0, timestamp: 0, diagnosticEvent };
}

const STEP = { op: "create", urn: URN, type: "aws:ec2/vpc:Vpc", provider: "" } as const;
const ASKED = { type: STEP.type, urn: URN, custom: true, id: "", parent: "", inputs: {}, outputs: {}, provider: "" };

/** An attempt: it sends events, and fails where there is an error. */
interface Attempt {
  readonly events?: readonly EngineEvent[];
  /** It does not end before its signal is aborted. */
  readonly hangs?: boolean;
  readonly error?: Error;
}

const FAILS: Attempt = { events: [errorEvent(THROTTLED)], error: new CommandError("update failed") };

/** Runs attempts one after the other, the last one again and again, and moves the clock while there is a pause. */
async function run(attempts: readonly Attempt[], options: Partial<StackOptions> = {}, takeOver?: () => Promise<void>) {
  const seen = { attempts: 0, cancelled: 0, stopped: 0, said: new Array<string>(), taken: new Array<StateResource>() };
  const stack = {
    name: "dev",
    cancel: async () => {
      seen.cancelled += 1;
    },
  };
  const running = runOperation(
    { stack },
    {
      stack: "dev",
      say: (line) => seen.said.push(line),
      progress: () => ({ onEvent: () => undefined, stop: () => (seen.stopped += 1) }),
      ...options,
    },
    "up",
    async ({ onEvent, signal }) => {
      const { events = [], error, hangs = false } = attempts[Math.min(seen.attempts, attempts.length - 1)] ?? {};
      seen.attempts += 1;
      events.forEach(onEvent);
      if (hangs) await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
      if (error !== undefined) throw error;
      return "result";
    },
    async (creations) => {
      seen.taken.push(...creations);
      await takeOver?.();
    },
  ).then(
    ({ result, changes }) => ({ result, changes, error: undefined }),
    (error: unknown) => ({ result: undefined, changes: undefined, error }),
  );
  const clock = { runs: true };
  const ended = running.finally(() => (clock.runs = false));
  while (clock.runs) {
    await new Promise((resolve) => setImmediate(resolve));
    mock.timers.tick(1000);
  }
  assert.equal(seen.stopped, 1);
  return { ...seen, ...(await ended) };
}

describe("an operation of the engine", () => {
  const state = mkdtempSync(join(tmpdir(), "eks-swap-operation-"));
  const runs = join(state, "eks-swap", "runs");
  const outside = process.env["XDG_STATE_HOME"];
  process.env["XDG_STATE_HOME"] = state;
  after(() => {
    if (outside === undefined) delete process.env["XDG_STATE_HOME"];
    else process.env["XDG_STATE_HOME"] = outside;
    rmSync(state, { recursive: true });
  });

  before(() => {
    mock.timers.enable({ apis: ["setTimeout", "Date"] });
  });
  after(() => {
    mock.timers.reset();
  });

  it("gives its result and the changes of the attempt that worked", async () => {
    const created: EngineEvent = { sequence: 0, timestamp: 0, resourcePreEvent: { metadata: { ...STEP, new: ASKED } } };
    const { attempts, result, changes } = await run([FAILS, { events: [created] }]);
    assert.deepEqual([attempts, result, changes?.map(({ name }) => name)], [2, "result", ["network"]]);
  });

  it("is tried again twice where every error is transient, and as often as the options say", async () => {
    const twice = await run([FAILS]);
    assert.deepEqual([twice.attempts, twice.said.length], [3, 2]);
    assert.match(String(twice.error), /the update failed/);
    assert.equal((await run([FAILS], { retries: 0 })).attempts, 1);
    assert.equal((await run([FAILS], { retries: 4 })).attempts, 5);
  });

  it("is not tried again after other errors, nor after errors that are none of the engine's", async () => {
    const limit = { ...FAILS, events: [errorEvent(THROTTLED), errorEvent("creating EC2 VPC: VpcLimitExceeded")] };
    assert.equal((await run([limit])).attempts, 1);
    const error = new TypeError("not a command");
    assert.equal((await run([{ error }])).error, error);
  });

  it("is ended where the program failed and the engine waits for resources that will never come", async () => {
    const ends: readonly (readonly [urn: string, attempt: Attempt])[] = [
      ["urn:pulumi:dev::eks-swap::pulumi:pulumi:Stack::eks-swap-dev", {}],
      ["", { error: new CommandError("preview failed") }],
    ];
    for (const [urn, attempt] of ends) {
      const failure = errorEvent("reading EKS Cluster (nosuch): couldn't find resource", urn);
      const ended = await run([{ ...attempt, events: [failure], hangs: true }]);
      assert.ok(ended.error instanceof ExplainedError);
      assert.deepEqual([ended.attempts, ended.error.kind], [1, "update-failed"]);
    }
  });

  it("reports a lock at once, or waits for it as long as the options say", async () => {
    const lock = { error: locked("another-host", 7) };
    const atOnce = await run([lock, {}]);
    assert.ok(atOnce.error instanceof StackLockedError);
    assert.equal(atOnce.attempts, 1);
    const waited = await run([lock, lock, {}], { waitForLockMilliseconds: 60_000 });
    assert.deepEqual([waited.attempts, waited.result, waited.said.length], [3, "result", 1]);
    const inVain = await run([lock], { waitForLockMilliseconds: 12_000 });
    assert.ok(inVain.error instanceof StackLockedError);
    assert.equal(inVain.attempts, 4);
  });

  it("removes a lock only with --cancel-stale-lock, and only when its process is gone", async () => {
    const { pid } = spawnSync(process.execPath, ["--version"]);
    const stale = { error: locked(hostname(), pid) };
    // Without a run that is known, it may be one of a container that has the same host name.
    assert.equal((await run([stale, {}], { cancelStaleLock: true })).cancelled, 0);
    new RunRecord({ folder: "/", stack: "dev", looks: false }).engine(pid);
    for (const name of readdirSync(runs)) {
      // Another command's.
      const { command, ...record } = runSchema.parse(JSON.parse(readFileSync(join(runs, name), "utf8")));
      writeFileSync(join(runs, name), JSON.stringify({ ...record, command: { ...command, pid } }));
    }
    const removed = await run([stale, {}], { cancelStaleLock: true });
    assert.deepEqual([removed.cancelled, removed.attempts, removed.result], [1, 2, "result"]);
    assert.equal((await run([stale, {}])).cancelled, 0);
    assert.equal((await run([{ error: locked(hostname(), process.pid) }, {}], { cancelStaleLock: true })).cancelled, 0);
  });

  it("looks for creations without an answer, and ends where that fails", async () => {
    const unanswered: Attempt = {
      events: [
        errorEvent("read tcp: connection reset by peer"),
        { sequence: 0, timestamp: 0, resOpFailedEvent: { metadata: { ...STEP, new: ASKED }, status: 0, steps: 0 } },
      ],
      error: new CommandError("update failed"),
    };
    const found = await run([unanswered, {}]);
    assert.deepEqual([found.attempts, found.taken.map(({ urn }) => urn), found.result], [2, [URN], "result"]);
    const failure = new Error("ambiguous");
    const ended = await run([unanswered, {}], {}, async () => Promise.reject(failure));
    assert.deepEqual([ended.attempts, ended.error], [1, failure]);
  });

  it("does not begin, and is not tried again, once it is aborted", async () => {
    assert.equal((await run([{}], { signal: AbortSignal.abort() })).attempts, 0);
    const controller = new AbortController();
    const aborted = await run([FAILS], { signal: controller.signal, say: () => controller.abort() });
    assert.equal(aborted.attempts, 1);
  });
});
