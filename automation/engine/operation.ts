// One operation of the engine: its events collected, its failures explained, passing ones and locks tried again.
import { CommandError, type EngineEvent } from "@pulumi/pulumi/automation";
import pRetry from "p-retry";
import { collectChanges, type ResourceChange } from "../base/changes";
import { withoutColourMarks } from "../base/colour-marks";
import { ExplainedError } from "../base/errors";
import { explainFailure, isTransient, saidBy, saysAll } from "./failure";
import { InterruptedError } from "../base/interruption";
import { StackLockedError } from "./lock";
import type { OpenStack } from "./open-stack";
import { refusalByPolicies } from "./policy-packs";
import type { StateResource } from "../base/state";
import type { OperationName, StackOptions } from "../base/stack-options";
import { unansweredCreations } from "./unanswered";

/** What an operation takes from here. */
interface EngineHooks {
  readonly onEvent: (event: EngineEvent) => void;
  readonly signal?: AbortSignal;
}

/** What an operation did. */
export interface Operation<T> {
  readonly result: T;
  readonly changes: readonly ResourceChange[];
  /** How long it took, attempts that failed included. */
  readonly seconds: number;
}

const LOCK_PAUSE_MILLISECONDS = 5_000;
/** Before the first new attempt; each further pause is twice as long, and chance adds up to as much again. */
const FIRST_PAUSE_MILLISECONDS = 2_500;
const RETRIES = 2;

/**
 * Runs an operation.
 * @param takeOver looks for what an attempt that failed may have created without being told
 * @throws ExplainedError when it fails for good
 */
export async function runOperation<T>(
  opened: OpenStack,
  options: StackOptions,
  name: OperationName,
  work: (hooks: EngineHooks) => Promise<T>,
  takeOver?: (creations: readonly StateResource[]) => Promise<void>,
): Promise<Operation<T>> {
  const { signal, say, retries = RETRIES, waitForLockMilliseconds = 0 } = options;
  const started = Date.now();
  const progress = options.progress?.(name);
  let events: EngineEvent[] = [];

  async function attempt(): Promise<T> {
    events = [];
    const onEvent = (event: EngineEvent): void => {
      events.push(event);
      progress?.onEvent(event);
    };
    try {
      const result = await work(signal === undefined ? { onEvent } : { onEvent, signal });
      // The CLI ends with 0 when it was told to stop between two resources.
      if (signal?.aborted === true) throw new InterruptedError(undefined);
      return result;
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      if (signal?.aborted === true) throw new InterruptedError(error);
      const explained = refusalByPolicies(events, name) ?? explainFailure(error, opened.stack.name, name);
      // Nothing was told by events: what the CLI wrote is all there is.
      if (errorsOf(events).length === 0 && !saysAll(explained)) say?.(saidBy(error));
      await lookFor(unansweredCreations(events));
      throw explained;
    }
  }

  async function lookFor(creations: readonly StateResource[]): Promise<void> {
    if (takeOver === undefined || creations.length === 0) return;
    const failed = events;
    // Where they cannot be looked for, nothing is tried again.
    events = [];
    await takeOver(creations);
    events = failed;
  }

  async function withoutStaleLock(): Promise<T> {
    try {
      return await attempt();
    } catch (error) {
      if (options.cancelStaleLock !== true || !(error instanceof StackLockedError) || !error.isStale) throw error;
      say?.(`${error.message}\nremoving it`);
      await opened.stack.cancel();
      return attempt();
    }
  }

  async function waitForLock(): Promise<T> {
    return pRetry(withoutStaleLock, {
      retries: Infinity,
      factor: 1,
      minTimeout: LOCK_PAUSE_MILLISECONDS,
      maxRetryTime: waitForLockMilliseconds,
      signal,
      shouldRetry: ({ error, attemptNumber }) => {
        const isLocked = error instanceof StackLockedError;
        if (isLocked && attemptNumber === 1) say?.(`${error.message}\nwaiting for it`);
        return isLocked;
      },
    });
  }

  const result = await pRetry(waitForLock, {
    retries,
    minTimeout: FIRST_PAUSE_MILLISECONDS,
    maxTimeout: 60_000,
    // So that runs that were throttled together do not march in step.
    randomize: true,
    signal,
    shouldRetry: ({ error, attemptNumber }) => {
      if (!(error instanceof ExplainedError) || !isTransient(errorsOf(events))) return false;
      say?.(`that may pass: trying again after a pause (${attemptNumber} of ${retries})`);
      return true;
    },
  }).finally(() => progress?.stop());
  return { result, changes: collectChanges(events), seconds: Math.round((Date.now() - started) / 1000) };
}

function errorsOf(events: readonly EngineEvent[]): readonly string[] {
  return events.flatMap(({ diagnosticEvent }) =>
    diagnosticEvent?.severity === "error" ? [withoutColourMarks(diagnosticEvent.message).trim()] : [],
  );
}
