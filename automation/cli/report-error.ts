// The end of a command that failed: its error in words or as a document, and its exit code.
import { ConfigError, formatProblem } from "../../config/catalogue/problems";
import { formatManifestProblem, ManifestError } from "../../workload/problem";
import { ExplainedError } from "../base/errors";
import { EXIT, type ExitCode } from "../base/exit-codes";
import { say, writeJson } from "../base/output";

/** Reports an error and gives its exit code: a document on standard output for `--json`, words on standard error. */
export function reportError(error: unknown, json: boolean): ExitCode {
  if (error instanceof ConfigError) {
    if (json) writeJson({ problems: error.problems });
    for (const problem of error.problems) say(`${problem.severity}: ${formatProblem(problem)}`);
    return EXIT.usage;
  }
  if (error instanceof ManifestError) {
    if (json) writeJson({ problems: error.problems });
    for (const problem of error.problems) say(`error: ${formatManifestProblem(problem)}`);
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
