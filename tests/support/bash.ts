// Bash as a reader of what the program writes for it.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";

/** A file that a shell part writes. */
export interface WrittenFile {
  readonly path: string;
  readonly mode: string;
  readonly content: string;
}

export interface ShellPartRun {
  readonly files: readonly WrittenFile[];
  /** What it does, in its order: `write PATH`, or another command with its arguments. */
  readonly steps: readonly string[];
}

/** Texts that a script prints, each ended by a NUL. Fails when the script does, or says anything on standard error. */
export function printedBy(script: string): readonly string[] {
  const { status, stdout, stderr, error } = spawnSync("bash", ["--noprofile", "--norc"], {
    input: script,
    encoding: "utf8",
    env: { LC_ALL: "C.UTF-8", PATH: process.env["PATH"] },
    maxBuffer: 64 * 1024 * 1024,
  });
  assert.deepEqual({ error, status, stderr }, { error: undefined, status: 0, stderr: "" });
  return stdout.split("\0").slice(0, -1);
}

/**
 * Runs the shell part of a userData without touching this machine: it finds no commands but bash's own, `install`
 * which tells what it would write, and those named, which tell that they were called.
 */
export function runShellPart(script: string, commands: readonly string[]): ShellPartRun {
  const printed = printedBy(
    [
      "PATH=/nonexistent",
      `install() {
        [[ $# == 5 && $1 == -D && $2 == -m && $4 == /dev/stdin ]] || { echo "install $*" >&2; return 1; }
        local content
        IFS= read -r -d '' content || :
        printf 'write\\0%s\\0%s\\0%s\\0' "$5" "$3" "$content"
      }`,
      ...commands.map((name) => `${name}() { printf '${name}\\0%s\\0\\0\\0' "$*"; }`),
      script,
    ].join("\n"),
  );
  const calls = Array.from({ length: printed.length / 4 }, (_, index) => printed.slice(4 * index, 4 * index + 4));
  return {
    files: calls.flatMap(([kind, path = "", mode = "", content = ""]) =>
      kind === "write" ? [{ path, mode, content }] : [],
    ),
    steps: calls.map(([kind = "", argument = ""]) => `${kind} ${argument}`),
  };
}
