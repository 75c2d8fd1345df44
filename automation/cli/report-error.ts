// The end of a command that failed: its error in words or as a document, and its exit code.
import { ConfigError, formatProblem } from "../../config/catalogue/problems";
import { UserDataError } from "../../userdata/fragments";
import { formatManifestProblem, ManifestError } from "../../workload/problem";
import { ExplainedError } from "../base/errors";
import { explainFileError } from "../base/files";
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
  if (error instanceof UserDataError) {
    if (json) writeJson({ error: error.message, kind: "user-data" });
    for (const line of error.message.split("\n")) say(`error: ${line}`);
    return EXIT.usage;
  }
  const explained = error instanceof ExplainedError ? error : explainFileError(error);
  if (explained !== undefined) {
    if (json) writeJson({ error: explained.message, kind: explained.kind, ...explained.details });
    say(`error: ${explained.message}`);
    return explained.exitCode;
  }
  const message = error instanceof Error ? error.message : String(error);
  const trace = error instanceof Error && process.env["EKS_SWAP_DEBUG"] !== undefined ? error.stack : undefined;
  if (json) writeJson({ error: message, kind: "unexpected" });
  say(trace ?? `error: ${message} (unexpected; with EKS_SWAP_DEBUG=1 the command shows where)`);
  return EXIT.unexpected;
}
