// The folder that `render` writes to: it holds what the last run wrote, and nothing of an earlier one.
import { existsSync, readdirSync, readFileSync, rmdirSync, rmSync, statSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path";
import { UsageError } from "../base/errors";
import { explainFileError, writeOut } from "../base/files";

/** Names the files of the folder that eks-swap wrote, one a line. */
const LIST = ".eks-swap-files";

/**
 * Writes files to a folder, and removes those of an earlier run that are no longer among them.
 * @param files content by path below the folder
 * @returns the paths of the files
 * @throws UsageError before anything is written, when the folder has files that eks-swap did not write
 * @throws ExplainedError when a file cannot be written
 */
export function writeFolder(folder: string, files: Readonly<Record<string, string>>): readonly string[] {
  const before = listed(folder);
  const names = Object.keys(files);
  // First, so that a run that is cut short leaves nothing that the next one does not know.
  writeList(folder, [...new Set([...before, ...names])]);
  for (const name of before.filter((old) => !names.includes(old))) remove(folder, name);
  for (const [name, content] of Object.entries(files)) writeOut(join(folder, name), content);
  writeList(folder, names);
  return names.map((name) => join(folder, name));
}

function writeList(folder: string, names: readonly string[]): void {
  writeOut(join(folder, LIST), `${names.toSorted().join("\n")}\n`);
}

/** The files of the earlier run. */
function listed(folder: string): readonly string[] {
  try {
    if (!existsSync(folder)) return [];
    if (!statSync(folder).isDirectory()) throw new UsageError(`--out ${folder} is not a folder. Name another path`);
    const list = join(folder, LIST);
    if (existsSync(list)) {
      const names = readFileSync(list, "utf8").split("\n").filter(Boolean);
      if (names.every((name) => !isAbsolute(name) && !name.split("/").includes(".."))) return names;
    } else if (readdirSync(folder).length === 0) return [];
  } catch (error) {
    throw explainFileError(error, folder) ?? error;
  }
  throw new UsageError(
    `--out ${folder} has files that eks-swap did not write (${readdirSync(folder).slice(0, 3).join(", ")}), which a render could mix up with its own. Name a new or an empty folder`,
  );
}

function remove(folder: string, name: string): void {
  const path = join(folder, name);
  try {
    rmSync(path, { force: true });
    const parent = dirname(path);
    if (parent !== folder && existsSync(parent) && readdirSync(parent).length === 0) rmdirSync(parent);
  } catch (error) {
    throw explainFileError(error, path) ?? error;
  }
}
