// What goes before a run: an engine that an earlier one left at work, and in a sandbox any other run that is there.
import { setTimeout } from "node:timers/promises";
import { InterruptedError } from "../base/interruption";
import { stateOf, type Process } from "../base/process";
import type { StackOptions } from "../base/stack-options";
import { StackLockedError } from "./lock";
import { forgetRuns, recordedRuns, type RecordedRun } from "./runs";

/** The stack of a run, and the folder of its file or of its sandbox. */
export interface RunPlace {
  readonly folder: string;
  readonly stack: string;
  /** Whether the run changes nothing. */
  readonly looks: boolean;
}

const PAUSE_MILLISECONDS = 200;

/**
 * Waits for the engine of a run that was killed: what it has under way it still records. An interruption is passed on to
 * it. In a sandbox another run is waited for as `waitForLockMilliseconds` says: its cloud has no locks of its own.
 * A run that only looks waits for none.
 * @param since when this run began: of two that begin at once the older one goes on
 * @throws StackLockedError when another run is at work in the sandbox
 */
export async function awaitEarlierRuns(place: RunPlace, options: StackOptions, since: string): Promise<void> {
  if (place.looks) return;
  const deadline = Date.now() + (options.waitForLockMilliseconds ?? 0);
  for (let isFirst = true; options.sandbox !== undefined; isFirst = false) {
    const other = otherRun(place, since);
    if (other === undefined) break;
    const error = lockedBy(other);
    if (!other.isEnding && Date.now() >= deadline) throw error;
    if (isFirst)
      options.say?.(
        `${other.isEnding ? `the run of ${other.since} was interrupted and ends` : error.message}\nwaiting for it`,
      );
    await setTimeout(PAUSE_MILLISECONDS, undefined, { signal: options.signal });
  }
  // Their records stay: the lock that a killed engine has left names it, and only they say whether it is gone.
  for (const { run, engine } of orphans(place)) await awaitEngine(run, engine, options);
}

/**
 * Ends the engines that earlier runs left at work, at once.
 * @throws StackLockedError when a run is at work whose command is there
 */
export function endEarlierRuns(place: RunPlace): void {
  const other = otherRun(place, new Date().toISOString());
  if (other !== undefined) throw lockedBy(other);
  for (const { engine } of orphans(place)) process.kill(engine.pid, "SIGKILL");
  forgetRuns(place);
}

/** Engines of this stack that are at work although their command is gone. */
function orphans(place: RunPlace): readonly { readonly run: RecordedRun; readonly engine: Process }[] {
  return runsOf(place).flatMap((run) => {
    const { command, engine } = run;
    return engine !== undefined && stateOf(command) === "gone" && stateOf(engine) === "there" ? [{ run, engine }] : [];
  });
}

/** Another run of this stack whose command is there. */
function otherRun(place: RunPlace, since: string): RecordedRun | undefined {
  return runsOf(place).find((run) => !run.looks && stateOf(run.command) === "there" && run.since <= since);
}

/** The error for a run that meets another one in its sandbox. */
function lockedBy({ stack, command, since }: RecordedRun): StackLockedError {
  return new StackLockedError(
    `another run is at work on stack ${stack} in this sandbox: process ${command.pid}, since ${since}. Run this again when it has ended, or end it with \`kill ${command.pid}\``,
    [],
  );
}

function runsOf({ folder, stack }: RunPlace): readonly RecordedRun[] {
  return recordedRuns().filter((run) => run.folder === folder && run.stack === stack);
}

async function awaitEngine({ since }: RecordedRun, engine: Process, { say, signal }: StackOptions): Promise<void> {
  say?.(
    `the run of ${since} was killed, and its engine (process ${engine.pid}) still finishes what it has under way: waiting for it; Ctrl-C ends it`,
  );
  const interrupt = (): void => {
    if (stateOf(engine) === "there") process.kill(engine.pid, "SIGINT");
  };
  signal?.addEventListener("abort", interrupt);
  try {
    while (stateOf(engine) === "there") await setTimeout(PAUSE_MILLISECONDS);
  } finally {
    signal?.removeEventListener("abort", interrupt);
  }
  if (signal?.aborted === true) throw new InterruptedError(undefined);
}
