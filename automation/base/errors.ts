// Errors whose message is written for the user, each with the exit code that it ends a command with.
import { EXIT, type ExitCode } from "./exit-codes";

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

  /** The same error, with more for the document of `--json`. */
  with(details: Readonly<Record<string, unknown>>): ExplainedError {
    const { kind, exitCode, message } = this;
    return new ExplainedError(kind, exitCode, message, { cause: this, details: { ...this.details, ...details } });
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
      "the update failed, see the errors above; the state has what was done so far, and the next run continues from there",
      { cause },
    );
    this.name = "UpdateFailedError";
  }
}
