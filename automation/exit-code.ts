// How the command ends, for scripts that call it.
import { ConfigError, formatProblem } from "../config/problems";

/** Exit codes of `eks-swap`; they are part of its interface. */
export const EXIT = {
  done: 0,
  unexpected: 1,
  /** Wrong stack config, wrong arguments. */
  usage: 2,
  /** The engine could not bring the stack where it should be. */
  updateFailed: 4,
} as const;

/** Thrown for arguments that cannot be carried out; the message is for the user. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "UsageError";
  }
}

/** Thrown when an update failed; the engine's errors have been shown already. */
export class UpdateFailedError extends Error {
  constructor(cause: unknown) {
    super(
      "the update failed, see the errors above; what was done so far is recorded, and the next run goes on from there",
      { cause },
    );
    this.name = "UpdateFailedError";
  }
}

/** Reports an error and gives its exit code: a document on standard output for `--json`, words on standard error. */
export function reportError(error: unknown, json: boolean): number {
  if (error instanceof ConfigError) {
    if (json) writeJson({ problems: error.problems });
    for (const problem of error.problems) say(`${problem.severity}: ${formatProblem(problem)}`);
    return EXIT.usage;
  }
  if (error instanceof UsageError) {
    if (json) writeJson({ error: error.message });
    say(`error: ${error.message}`);
    return EXIT.usage;
  }
  if (error instanceof UpdateFailedError) {
    if (json) writeJson({ error: error.message });
    say(`error: ${error.message}`);
    return EXIT.updateFailed;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  if (json) writeJson({ error: text });
  say(text);
  return EXIT.unexpected;
}

/** One line for people. Standard output is kept for results. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** The one JSON document of `--json`. */
export function writeJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}
