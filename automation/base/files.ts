// Files that users name: written with errors that name the path, the reason and the remedy.
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { describeNoFile, isDescriptor } from "../../workload/readable";
import { ExplainedError, UsageError } from "./errors";
import { EXIT } from "./exit-codes";
import { own } from "../../swap/own";

/** What the operating system says of a path, in words. */
const REASONS: Readonly<Record<string, string>> = {
  EACCES: "you may not use it (permission denied)",
  EPERM: "you may not use it (operation not permitted)",
  EROFS: "its file system is read-only",
  ENOENT: "it does not exist",
  ENOTDIR: "a file is in the place of a folder",
  EEXIST: "a file is in the place of a folder",
  EISDIR: "it is a folder, not a file",
  ELOOP: "its links lead in a circle",
  ENAMETOOLONG: "its name is too long",
  EMFILE: "too many files are open",
};

/** What is full, which no other path would help. */
const FULL: Readonly<Record<string, string>> = {
  ENOSPC: "no space is left on its disk",
  EDQUOT: "your quota on its disk is used up",
  EIO: "its disk has an error",
};

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "code" in error && "syscall" in error;
}

/**
 * The error for the user where a file could not be used; undefined for every other error.
 * @param path the file, where the error does not name it
 */
export function explainFileError(error: unknown, path?: string): ExplainedError | undefined {
  if (!isSystemError(error)) return undefined;
  const { code = "", path: failed = path, syscall = "" } = error;
  if (failed === undefined && !Object.hasOwn(FULL, code)) return undefined;
  const where = failed ?? "a file";
  const full = own(FULL, code);
  if (full !== undefined) return new ExplainedError("file", EXIT.unexpected, `cannot write ${where}: ${full}`);
  const verb = syscall === "mkdir" || syscall === "rm" || path !== undefined ? "write" : "use";
  const reason = own(REASONS, code) ?? code;
  return new UsageError(`cannot ${verb} ${where}: ${reason}. Name another path`, "file");
}

/**
 * Refuses a path that is no file, so that nothing waits for a pipe that nobody writes to.
 * @param what it is for, as in `plan`
 * @throws UsageError when it does not exist or is something else
 */
export function demandFile(what: string, path: string): void {
  if (!existsSync(path)) throw new UsageError(`there is no ${what} ${path}`);
  const wrong = describeNoFile(path);
  if (wrong !== undefined) throw new UsageError(`the ${what} ${path} ${wrong}. Name a file`, "file");
}

/**
 * The text of a file that the user named.
 * @param what it is for, as in `plan`
 * @throws UsageError when it cannot be read, with the path in words
 */
export function readIn(what: string, path: string): string {
  demandFile(what, path);
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw explainFileError(error) ?? error;
  }
}

/**
 * Makes a folder and those above it that are missing. Node's own recursive `mkdirSync` never returns for one below /proc.
 * @throws ExplainedError when that fails, with the path in words
 */
export function makeFolder(path: string): void {
  const missing: string[] = [];
  for (let folder = resolve(path); !existsSync(folder); folder = dirname(folder)) missing.unshift(folder);
  for (const folder of missing) {
    try {
      mkdirSync(folder);
    } catch (error) {
      if (!isSystemError(error)) throw error;
      // Another process has made it meanwhile.
      if (error.code === "EEXIST" && existsSync(folder)) continue;
      // Its parent is there: the file system is one of the kernel's, such as /proc.
      if (error.code !== "ENOENT") throw explainFileError(error) ?? error;
      throw new UsageError(
        `cannot write ${folder}: no folder can be made in ${dirname(folder)}. Name another path`,
        "file",
      );
    }
  }
}

/**
 * Refuses a path that nothing can be written to for good: a pipe without a reader is waited for without an end.
 * @throws UsageError when it is a named pipe or a folder
 */
export function demandWritable(path: string): void {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined || isDescriptor(path)) return;
  if (stats.isDirectory() || stats.isFIFO()) {
    throw new UsageError(`cannot write ${path}: it ${describeNoFile(path) ?? ""}. Name another path`, "file");
  }
}

/**
 * Writes a file, and the folders that it needs.
 * @throws ExplainedError when that fails, with the path in words
 */
export function writeOut(path: string, content: string): void {
  try {
    makeFolder(dirname(path));
    demandWritable(path);
    writeFileSync(path, content);
  } catch (error) {
    throw explainFileError(error, path) ?? error;
  }
}
