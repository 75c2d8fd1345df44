// Finds the files that hold manifests and reads them.
import { existsSync, lstatSync, readdirSync, readFileSync, statSync, type Dirent } from "node:fs";
import { basename, join } from "node:path";
import { manifestProblem, type ManifestProblem } from "./problem";
import { describeNoFile } from "./readable";

/** A text with manifests, and where it comes from. */
export interface ManifestText {
  /** `-` for standard input. */
  readonly file: string;
  readonly text: string;
  /** Whether it lies in a folder whose manifests are to be rendered first. */
  readonly isOfKustomization?: boolean;
}

/** The file descriptor of standard input. */
const STANDARD_INPUT = 0;
const MANIFEST_FILE = /\.(?:ya?ml|json)$/;

/** https://kubectl.docs.kubernetes.io/references/kustomize/glossary/#kustomization */
const KUSTOMIZATIONS = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/**
 * Reads files, folders with everything below them (`*.yaml`, `*.yml`, `*.json`, in the order of their names) and, for
 * `-`, standard input. As with kubectl, no link is followed to another folder, so that none is read twice. What does not
 * exist, or is no file, is a problem; the lock files of editors are left out.
 */
export function readManifestFiles(paths: readonly string[]): {
  readonly texts: readonly ManifestText[];
  readonly problems: readonly ManifestProblem[];
} {
  const problems: ManifestProblem[] = [];
  const report = (file: string, message: string): readonly never[] => {
    problems.push(manifestProblem("no-such-file", { file, document: 1, object: "" }, "", undefined, message));
    return [];
  };
  const readOne = (file: string, isOfKustomization: boolean): readonly ManifestText[] => {
    const noFile = describeNoFile(file);
    return noFile === undefined
      ? [{ file, text: readFileSync(file, "utf8"), isOfKustomization }]
      : report(file, noFile);
  };
  const texts = paths.flatMap((path): readonly ManifestText[] => {
    if (path === "-") return [{ file: path, text: readFileSync(STANDARD_INPUT, "utf8") }];
    if (!existsSync(path)) return report(path, isLink(path) ? "is a link to what does not exist" : "does not exist");
    if (!statSync(path).isDirectory()) return readOne(path, false);
    return walk(path, false).flatMap(({ file, isOfKustomization }): readonly ManifestText[] => {
      if (!existsSync(file)) return report(file, "is a link to what does not exist");
      return readOne(file, isOfKustomization);
    });
  });
  return { texts, problems };
}

interface Found {
  readonly file: string;
  readonly isOfKustomization: boolean;
}

/** Files below a folder; a link to a folder is a file of no manifest's name, or of none that can be read. */
function walk(folder: string, isBelow: boolean): readonly Found[] {
  const entries = readdirSync(folder, { withFileTypes: true }).toSorted((one, other) =>
    one.name < other.name ? -1 : 1,
  );
  const isOfKustomization = isBelow || entries.some(({ name }) => KUSTOMIZATIONS.includes(name));
  return entries.flatMap((entry) => {
    const file = join(folder, entry.name);
    if (entry.isDirectory()) return walk(file, isOfKustomization);
    return isManifest(entry, file) ? [{ file, isOfKustomization }] : [];
  });
}

function isManifest(entry: Dirent, file: string): boolean {
  // Emacs locks a file by a link that leads nowhere: https://www.gnu.org/software/emacs/manual/html_node/emacs/Interlocking.html
  if (!MANIFEST_FILE.test(entry.name) || basename(file).startsWith(".#")) return false;
  if (entry.isFile()) return true;
  return entry.isSymbolicLink() && (!existsSync(file) || statSync(file).isFile());
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
}
