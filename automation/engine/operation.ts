// One operation of the engine: its events collected, its failures explained, transient failures and locks tried again.
import { setTimeout } from "node:timers/promises";
import { CommandError, type EngineEvent, type Stack } from "@pulumi/pulumi/automation";
import { collectChanges, type ResourceChange } from "../base/changes";
import { withoutColourMarks } from "../base/colour-marks";
import { ExplainedError } from "../base/errors";
import { InterruptedError } from "../base/interruption";
import type { OperationName, OperationProgress, StackOptions } from "../base/stack-options";
import type { StateResource } from "../base/state";
import { nameOf } from "../base/urn";
import { explainFailure, isTransient, saidBy, saysAll } from "./failure";
import { StackLockedError } from "./lock";
import { refusalByPolicies } from "./policy-packs";
import { watchProgram } from "./program-watch";
import { unansweredCreations } from "./unanswered";

/** What an operation takes from here. */
interface EngineHooks {
  readonly onEvent: (event: EngineEvent) => void;
  readonly signal: AbortSignal;
}

/** What an operation did. */
export interface Operation<T> {
  readonly result: T;
  readonly changes: readonly ResourceChange[];
  /** How long it took, attempts that failed included. */
  readonly seconds: number;
}

/** What is run, the same in each attempt. */
interface Run<T> {
  readonly stack: Pick<Stack, "name" | "cancel">;
  readonly options: StackOptions;
  readonly name: OperationName;
  readonly work: (hooks: EngineHooks) => Promise<T>;
  readonly takeOver: ((creations: readonly StateResource[]) => Promise<void>) | undefined;
  readonly progress: OperationProgress | undefined;
}

/** How an attempt ended, where it did not end for good. */
type Outcome<T> =
  | { readonly kind: "done"; readonly result: T; readonly changes: readonly ResourceChange[] }
  | { readonly kind: "locked"; readonly error: StackLockedError }
  | { readonly kind: "failed"; readonly error: ExplainedError; readonly isTransient: boolean };

const LOCK_PAUSE_MILLISECONDS = 5_000;
/** Before the first new attempt; each further pause is twice as long, and chance adds up to as much again. */
const FIRST_PAUSE_MILLISECONDS = 2_500;
const LONGEST_PAUSE_MILLISECONDS = 60_000;
const RETRIES = 2;

/**
 * Runs an operation.
 * @param takeOver looks for what an attempt that failed may have created without an answer
 * @throws ExplainedError when it fails for good
 */
export async function runOperation<T>(
  { stack }: { readonly stack: Pick<Stack, "name" | "cancel"> },
  options: StackOptions,
  name: OperationName,
  work: (hooks: EngineHooks) => Promise<T>,
  takeOver?: (creations: readonly StateResource[]) => Promise<void>,
): Promise<Operation<T>> {
  const started = Date.now();
  const progress = options.progress?.(name);
  try {
    const { result, changes } = await retryTransient({ stack, options, name, work, takeOver, progress });
    return { result, changes, seconds: Math.round((Date.now() - started) / 1000) };
  } finally {
    progress?.stop();
  }
}

async function retryTransient<T>(run: Run<T>): Promise<Outcome<T> & { readonly kind: "done" }> {
  const { say, signal, retries = RETRIES } = run.options;
  for (let retry = 1; ; retry++) {
    const outcome = await waitForLock(run);
    if (outcome.kind === "done") return outcome;
    if (outcome.kind === "locked" || !outcome.isTransient || retry > retries) throw outcome.error;
    say?.(`that may pass: trying again after a pause (${retry} of ${retries})`);
    // By chance, so that runs that were throttled together do not march in step.
    const pause = FIRST_PAUSE_MILLISECONDS * 2 ** (retry - 1) * (1 + Math.random());
    await setTimeout(Math.min(pause, LONGEST_PAUSE_MILLISECONDS), undefined, { signal });
  }
}

async function waitForLock<T>(run: Run<T>): Promise<Outcome<T>> {
  const { say, signal, waitForLockMilliseconds = 0 } = run.options;
  const deadline = Date.now() + waitForLockMilliseconds;
  for (let isFirst = true; ; isFirst = false) {
    const outcome = await removeStaleLock(run);
    const left = deadline - Date.now();
    if (outcome.kind !== "locked" || left <= 0) return outcome;
    if (isFirst) say?.(`${outcome.error.message}\nwaiting for it`);
    await setTimeout(Math.min(LOCK_PAUSE_MILLISECONDS, left), undefined, { signal });
  }
}

async function removeStaleLock<T>(run: Run<T>): Promise<Outcome<T>> {
  const outcome = await attempt(run);
  const { sandbox, cancelStaleLock = sandbox !== undefined, say } = run.options;
  if (outcome.kind !== "locked" || !cancelStaleLock || !outcome.error.isStale) return outcome;
  say?.(`${outcome.error.message}\nremoving it`);
  await run.stack.cancel();
  return attempt(run);
}

async function attempt<T>({ stack, options, name, work, takeOver, progress }: Run<T>): Promise<Outcome<T>> {
  const { signal, say } = options;
  // The CLI would not notice a signal that was aborted before it started.
  signal?.throwIfAborted();
  const events: EngineEvent[] = [];
  const watch = watchProgram(signal);
  const tellUnderWay = (): void => {
    const names = stepsUnderWay(events);
    if (names.length > 0) say?.(`under way: ${names.join(", ")}`);
  };
  signal?.addEventListener("abort", tellUnderWay, { once: true });
  const onEvent = (event: EngineEvent): void => {
    events.push(event);
    progress?.onEvent(event);
    watch.onEvent(event);
  };
  try {
    const result = await work({ onEvent, signal: watch.signal });
    // The CLI ends with 0 when it is interrupted between two resources.
    if (signal?.aborted === true) throw new InterruptedError(undefined);
    if (watch.hasEndedRun()) throw new CommandError("the program failed");
    return { kind: "done", result, changes: collectChanges(events) };
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    if (signal?.aborted === true) throw new InterruptedError(error);
    const explained = refusalByPolicies(events, name) ?? explainFailure(error, stack.name, name);
    const errors = errorsOf(events);
    // Without an event, what the CLI wrote is all there is.
    if (errors.length === 0 && !saysAll(explained)) say?.(saidBy(error));
    const creations = unansweredCreations(events);
    // An error here ends the operation: where they cannot be looked for, nothing is tried again.
    if (creations.length > 0) await takeOver?.(creations);
    if (explained instanceof StackLockedError) return { kind: "locked", error: explained };
    return { kind: "failed", error: explained, isTransient: isTransient(errors) };
  } finally {
    signal?.removeEventListener("abort", tellUnderWay);
    watch.stop();
  }
}

function errorsOf(events: readonly EngineEvent[]): readonly string[] {
  return events.flatMap(({ diagnosticEvent }) =>
    diagnosticEvent?.severity === "error" ? [withoutColourMarks(diagnosticEvent.message).trim()] : [],
  );
}

/** What the engine has begun and not ended: of each resource its name and what is done with it. */
function stepsUnderWay(events: readonly EngineEvent[]): readonly string[] {
  const begun = new Map<string, string>();
  for (const { resourcePreEvent, resOutputsEvent, resOpFailedEvent } of events) {
    const { op, urn } = resourcePreEvent?.metadata ?? {};
    // Components have no request of their own that could be under way.
    const { custom = false } = resourcePreEvent?.metadata.new ?? resourcePreEvent?.metadata.old ?? {};
    if (urn !== undefined && op !== undefined && op !== "same" && custom) begun.set(urn, `${op} ${nameOf(urn)}`);
    const ended = (resOutputsEvent ?? resOpFailedEvent)?.metadata.urn;
    if (ended !== undefined) begun.delete(ended);
  }
  return [...begun.values()];
}
