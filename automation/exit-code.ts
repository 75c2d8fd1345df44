// How the command ends, for scripts that call it.
import { ConfigError, formatProblem } from "../config/problems";

/** Exit codes of `eks-swap`; they are part of its interface. */
export const EXIT = {
  done: 0,
  unexpected: 1,
  /** Wrong stack config, wrong arguments. */
  usage: 2,
} as const;

/** Thrown for arguments that cannot be carried out; the message is for the user. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "UsageError";
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
