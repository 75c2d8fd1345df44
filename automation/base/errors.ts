// How the command ends, for scripts that call it.
import { ConfigError, formatProblem } from "../../config/catalogue/problems";

/** Exit codes of `eks-swap`; they are part of its interface. */
export const EXIT = {
  done: 0,
  unexpected: 1,
  /** Wrong stack config, wrong arguments, a stack that is not there, a passphrase that does not fit. */
  usage: 2,
  /** A gate refused the update; nothing was touched. */
  refused: 3,
  /** The engine could not bring the stack where it should be. */
  updateFailed: 4,
  /** What runs on the cluster is not what was promised. */
  verificationFailed: 5,
} as const;

/** One of {@link EXIT}. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** An error whose message is written for the user, with the exit code that it ends the command with. */
export class ExplainedError extends Error {
  /** One word for scripts, such as `stack-locked`. */
  readonly kind: string;
  readonly exitCode: ExitCode;
  /** What else the document of `--json` holds. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    kind: string,
    exitCode: ExitCode,
    message: string,
    options: ErrorOptions & { readonly details?: Readonly<Record<string, unknown>> } = {},
  ) {
    super(message, options);
    this.name = "ExplainedError";
    this.kind = kind;
    this.exitCode = exitCode;
    this.details = options.details ?? {};
  }
}

/** Thrown for arguments that cannot be carried out; the message is for the user. */
export class UsageError extends ExplainedError {
  constructor(message: string, kind = "usage") {
    super(kind, EXIT.usage, message);
    this.name = "UsageError";
  }
}

/** Thrown when an update failed; the engine's errors have been shown already. */
export class UpdateFailedError extends ExplainedError {
  constructor(cause: unknown) {
    super(
      "update-failed",
      EXIT.updateFailed,
      "the update failed, see the errors above; what was done so far is recorded, and the next run goes on from there",
      { cause },
    );
    this.name = "UpdateFailedError";
  }
}

/** Reports an error and gives its exit code: a document on standard output for `--json`, words on standard error. */
export function reportError(error: unknown, json: boolean): ExitCode {
  if (error instanceof ConfigError) {
    if (json) writeJson({ problems: error.problems });
    for (const problem of error.problems) say(`${problem.severity}: ${formatProblem(problem)}`);
    return EXIT.usage;
  }
  if (error instanceof ExplainedError) {
    if (json) writeJson({ error: error.message, kind: error.kind, ...error.details });
    say(`error: ${error.message}`);
    return error.exitCode;
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  if (json) writeJson({ error: text, kind: "unexpected" });
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
