// Finds the files that hold manifests and reads them.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { manifestProblem, type ManifestProblem } from "./problem";

/** A text with manifests, and where it comes from. */
export interface ManifestText {
  /** `-` for standard input. */
  readonly file: string;
  readonly text: string;
}

/** The file descriptor of standard input. */
const STANDARD_INPUT = 0;
const MANIFEST_FILE = /\.(?:ya?ml|json)$/;

/**
 * Reads files, folders with everything below them (`*.yaml`, `*.yml`, `*.json`, in the order of their names) and, for
 * `-`, standard input. What does not exist is a problem.
 */
export function readManifestFiles(paths: readonly string[]): {
  readonly texts: readonly ManifestText[];
  readonly problems: readonly ManifestProblem[];
} {
  const missing = paths.filter((path) => path !== "-" && !existsSync(path));
  const files = paths.filter((path) => !missing.includes(path)).flatMap(manifestFiles);
  return {
    texts: files.map((file) => ({ file, text: readFileSync(file === "-" ? STANDARD_INPUT : file, "utf8") })),
    problems: missing.map((file) =>
      manifestProblem("no-such-file", { file, document: 1, object: "" }, "", undefined, "does not exist"),
    ),
  };
}

function manifestFiles(path: string): readonly string[] {
  if (path === "-" || !statSync(path).isDirectory()) return [path];
  return readdirSync(path, { recursive: true, encoding: "utf8" })
    .filter((name) => MANIFEST_FILE.test(name))
    .toSorted()
    .map((name) => join(path, name))
    .filter((file) => statSync(file).isFile());
}
