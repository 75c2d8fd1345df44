// Files that users name: written with errors that name the path, the reason and the remedy.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
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
 * Writes a file, and the folders that it needs.
 * @throws ExplainedError when that fails, with the path in words
 */
export function writeOut(path: string, content: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  } catch (error) {
    throw explainFileError(error, path) ?? error;
  }
}
