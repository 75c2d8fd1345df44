// Bash: the one place that quotes, writes here-documents and makes the shell part of the userData.
import { UserDataError } from "./fragments";

/** Ends a here-document; short, since it stands twice per file in userData. */
const FILE_END = "EOF";

/** A word that bash reads back as exactly this text. */
export function quoteWord(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** An assignment of exactly this text. */
export function assignVariable(name: string, value: string): string {
  checkVariableName(name);
  return `${name}=${quoteWord(value)}`;
}

/** @throws UserDataError for a name that a shell variable cannot have */
export function checkVariableName(name: string): void {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw new UserDataError(`"${name}" is not a shell variable's name`);
}

/** Lines that write a file byte for byte and set its mode, making its folder if need be. */
export function writeFileLines(path: string, mode: string, content: string): readonly string[] {
  const lines = toLines(content);
  if (lines.includes(FILE_END)) throw new UserDataError(`${path} has a line "${FILE_END}", which ends it on the node`);
  return [`install -D -m ${mode} /dev/stdin ${quoteWord(path)} <<'${FILE_END}'`, ...lines, FILE_END];
}

/**
 * A script as it is shipped: without indentation and full-line comments, which cost room in the 16 KiB of userData, but
 * with its first line. Not for scripts with texts of several lines in which indentation matters.
 */
export function shrinkScript(script: string): string {
  const kept = toLines(script).filter(
    (line, index) => (index === 0 && line.startsWith("#!")) || !/^\s*(#|$)/.test(line),
  );
  return joinLines(kept.map((line) => line.trimStart()));
}

/** The lines of a text each of whose lines is ended by LF. */
export function toLines(text: string): readonly string[] {
  if (text === "") return [];
  if (!text.endsWith("\n"))
    throw new UserDataError(`text does not end with a line feed: ${JSON.stringify(text.slice(-40))}`);
  return text.slice(0, -1).split("\n");
}

/** A text of these lines, each ended by LF. */
export function joinLines(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join("");
}
