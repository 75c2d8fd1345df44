// Finds the files that hold manifests and reads them.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { manifestProblem, type ManifestProblem } from "./problem";
import { describeNoFile } from "./readable";

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
 * `-`, standard input. What does not exist, and what is no file, is a problem.
 */
export function readManifestFiles(paths: readonly string[]): {
  readonly texts: readonly ManifestText[];
  readonly problems: readonly ManifestProblem[];
} {
  const wrong = paths.flatMap((path) => {
    const words = describePath(path);
    return words === undefined ? [] : [{ path, words }];
  });
  const files = paths.filter((path) => wrong.every((other) => other.path !== path)).flatMap(manifestFiles);
  return {
    texts: files.map((file) => ({ file, text: readFileSync(file === "-" ? STANDARD_INPUT : file, "utf8") })),
    problems: wrong.map(({ path: file, words }) =>
      manifestProblem("no-such-file", { file, document: 1, object: "" }, "", undefined, words),
    ),
  };
}

/** Why nothing can be read of a path; undefined for a file and a folder. */
function describePath(path: string): string | undefined {
  if (path === "-") return undefined;
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return "does not exist";
  return stats.isDirectory() ? undefined : describeNoFile(path);
}

function manifestFiles(path: string): readonly string[] {
  if (path === "-" || !statSync(path).isDirectory()) return [path];
  return readdirSync(path, { recursive: true, encoding: "utf8" })
    .filter((name) => MANIFEST_FILE.test(name))
    .toSorted()
    .map((name) => join(path, name))
    .filter((file) => statSync(file).isFile());
}
