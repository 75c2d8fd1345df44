// Ctrl-C, SIGTERM and SIGHUP: the first signal stops the operation and waits for it; a second one, or a timeout, kills it.
import { ExplainedError } from "./errors";
import { EXIT } from "./exit-codes";
import { say } from "./output";

/** Thrown when an operation was interrupted. */
export class InterruptedError extends ExplainedError {
  constructor(cause: unknown) {
    super(
      "interrupted",
      EXIT.updateFailed,
      "interrupted: the state has what was done so far, and the next run continues from there",
      { cause },
    );
    this.name = "InterruptedError";
  }
}

/** An interruption that may come. */
export interface Interruption {
  /** Aborted by the first signal. */
  readonly signal: AbortSignal;
  /** What happened, for the user. */
  readonly describe: () => string;
}

/** A cluster takes ten minutes to be made; a pipeline's runner does not wait as long, and sends a second signal itself. */
const GRACE_MILLISECONDS = 10 * 60_000;

/** After a second signal the engine saves its state at once. */
const HARD_MILLISECONDS = 15_000;

/**
 * npm passes a signal on that its child has from the terminal too: what comes within this time of the one before is the
 * same one.
 * Source: https://github.com/npm/run-script/blob/main/lib/signal-manager.js
 */
const SAME_MILLISECONDS = process.env["npm_command"] === undefined ? 0 : 1_000;

/**
 * Handles the signals. After the first the engine finishes the operations under way and begins no others. After the
 * second it ends at once: the state then names the operations under way, and the next run looks for their results.
 */
export function interruption(): Interruption {
  outliveTerminal();
  const controller = new AbortController();
  let received = "";
  let isHard = false;
  let last = 0;
  function end(): void {
    if (isHard) return;
    isHard = true;
    say("ending at once: the next run looks for the results of the operations under way");
    // The Automation API sends the CLI a SIGINT for each of these.
    controller.signal.dispatchEvent(new Event("abort"));
    setTimeout(() => process.exit(EXIT.updateFailed), HARD_MILLISECONDS).unref();
  }
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(name, () => {
      const isSame = Date.now() - last < SAME_MILLISECONDS;
      last = Date.now();
      if (controller.signal.aborted) {
        // The system, the shell and the end of the shell each send one for a terminal that is closed.
        if (name !== "SIGHUP" && !isSame) end();
        return;
      }
      received = name;
      say(
        `${name}: finishing the operations under way; a second signal ends them at once${name === "SIGINT" ? " (Ctrl-C again)" : ""}`,
      );
      controller.abort();
      setTimeout(end, GRACE_MILLISECONDS).unref();
    });
  }
  return {
    signal: controller.signal,
    describe: () =>
      `interrupted by ${received}: the state has what was done so far, and the next run continues from there`,
  };
}

/** A terminal that is closed takes nothing any more: what is written to it is lost, and the run goes on to its end. */
function outliveTerminal(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", () => undefined);
  }
}
