// One operation of the engine: its events collected, its failures explained, passing ones and locks tried again.
import { CommandError, type EngineEvent } from "@pulumi/pulumi/automation";
import { collectChanges, type ResourceChange } from "./changes";
import { EXIT, ExplainedError } from "./exit-code";
import { explainFailure, isTransient } from "./failure";
import { isStale, StackLockedError } from "./lock";
import type { OpenStack } from "./open-stack";
import { backoff, retry } from "./retry";
import type { OperationName, StackOptions } from "./stack-options";

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
const FIRST_PAUSE_MILLISECONDS = 5_000;
const RETRIES = 2;

/**
 * Runs an operation.
 * @throws ExplainedError when it fails for good
 */
export async function runOperation<T>(
  opened: OpenStack,
  options: StackOptions,
  name: OperationName,
  work: (hooks: EngineHooks) => Promise<T>,
): Promise<Operation<T>> {
  const { signal, say, retries = RETRIES, waitForLockMilliseconds = 0 } = options;
  const started = Date.now();
  const progress = options.progress?.(name);
  let events: EngineEvent[] = [];
  let transientFailures = 0;
  let told = false;

  async function attempt(): Promise<T> {
    events = [];
    const onEvent = (event: EngineEvent): void => {
      events.push(event);
      progress?.onEvent(event);
    };
    try {
      const result = await work(signal === undefined ? { onEvent } : { onEvent, signal });
      // The CLI ends with 0 when it was told to stop between two resources.
      if (signal?.aborted === true) throw interrupted(undefined);
      return result;
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      if (signal?.aborted === true) throw interrupted(error);
      throw explainFailure(error, opened.stack.name, name);
    }
  }

  async function pauseForLock(error: StackLockedError): Promise<number | undefined> {
    if (options.cancelStaleLock === true && error.locks.length > 0 && error.locks.every(isStale)) {
      say?.(`${error.message}\nremoving it`);
      await opened.stack.cancel();
      return 0;
    }
    if (Date.now() - started >= waitForLockMilliseconds) return undefined;
    if (!told) say?.(`${error.message}\nwaiting for it`);
    told = true;
    return LOCK_PAUSE_MILLISECONDS;
  }

  const result = await retry(attempt, {
    signal,
    pause: async (error) => {
      if (error instanceof StackLockedError) return pauseForLock(error);
      if (!(error instanceof ExplainedError) || !isTransient(errorsOf(events)) || transientFailures >= retries) {
        return undefined;
      }
      transientFailures += 1;
      const milliseconds = backoff(transientFailures, FIRST_PAUSE_MILLISECONDS);
      say?.(`that may pass: trying again in ${Math.round(milliseconds / 1000)} s (${transientFailures} of ${retries})`);
      return milliseconds;
    },
  }).finally(() => progress?.stop());
  return { result, changes: collectChanges(events), seconds: Math.round((Date.now() - started) / 1000) };
}

function errorsOf(events: readonly EngineEvent[]): readonly string[] {
  return events.flatMap(({ diagnosticEvent }) =>
    diagnosticEvent?.severity === "error" ? [diagnosticEvent.message.replaceAll(/<\{%.*?%\}>/g, "").trim()] : [],
  );
}

function interrupted(cause: unknown): ExplainedError {
  return new ExplainedError(
    "interrupted",
    EXIT.updateFailed,
    "interrupted: what was done so far is recorded, and the next run goes on from there",
    { cause },
  );
}
