// Ends a run of the engine whose program failed and that would not end by itself.
import type { EngineEvent } from "@pulumi/pulumi/automation";
import { typeOf } from "../base/urn";

/** The signal for one run of the engine, and whether the program's failure ended the run. */
export interface ProgramWatch {
  /** Aborted with the caller's signal, and some seconds after the program failed. */
  readonly signal: AbortSignal;
  /** Takes the events of the run. */
  readonly onEvent: (event: EngineEvent) => void;
  /** Whether the run was ended because the program had failed. */
  readonly hasEndedRun: () => boolean;
  /** Called once, when the run has ended. */
  readonly stop: () => void;
}

/** Errors of the program that follow the first one within this time are shown too. */
const GRACE_MILLISECONDS = 5_000;

/** Types of what errors of the program itself belong to: the stack, or no resource. */
const PROGRAM_TYPES = ["pulumi:pulumi:Stack", ""];

/**
 * Watches one run. A failed look-up, such as that of a cluster that does not exist, rejects the inputs of resources, and
 * Pulumi's SDK waits for such resources without an end: it counts a resource as under way before it knows its inputs, and
 * ends the program only when none is (`waitForRPCs`, called by `disconnect`).
 * Source: https://github.com/pulumi/pulumi/blob/v3.248.0/sdk/nodejs/automation/server.ts
 * @param caller the caller's signal: each of its events is passed on, since a second one ends the engine at once
 */
export function watchProgram(caller: AbortSignal | undefined): ProgramWatch {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let hasEndedRun = false;
  const abort = (): void => {
    if (controller.signal.aborted) controller.signal.dispatchEvent(new Event("abort"));
    else controller.abort();
  };
  caller?.addEventListener("abort", abort);
  return {
    signal: controller.signal,
    onEvent: ({ diagnosticEvent }) => {
      const { severity, urn = "" } = diagnosticEvent ?? {};
      if (timer !== undefined || severity !== "error" || !PROGRAM_TYPES.includes(typeOf(urn))) return;
      timer = setTimeout(() => {
        hasEndedRun = true;
        abort();
      }, GRACE_MILLISECONDS);
    },
    hasEndedRun: () => hasEndedRun,
    stop: () => {
      clearTimeout(timer);
      caller?.removeEventListener("abort", abort);
    },
  };
}
