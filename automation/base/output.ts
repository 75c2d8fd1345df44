// What commands write: lines for people on standard error, one JSON document or one text on standard output.
import { printable } from "../../swap/printable";
import { wrapFor } from "./wrap";

/** Whether the last line on the terminal is one that changes in place. */
let hasStatus = false;

/** One line for people, broken between words where it is longer than the terminal. Standard output is kept for results. */
export function say(line: string): void {
  if (hasStatus) status(undefined);
  process.stderr.write(`${wrapFor(process.stderr, printable(line))}\n`);
}

/** Several lines for people. */
export function sayAll(lines: readonly string[]): void {
  for (const line of lines) say(line);
}

/**
 * A line that changes in place, for what takes minutes; undefined where standard error is no terminal for one.
 * @returns takes the text, and undefined to take the line away
 */
export function statusLine(): ((text: string | undefined) => void) | undefined {
  const isLive = process.stderr.isTTY && process.stderr.columns > 0 && process.env["CI"] === undefined;
  return isLive ? status : undefined;
}

function status(text: string | undefined): void {
  // A line as wide as the terminal would go on in the next one, which nothing takes away.
  process.stderr.write(`\r\u001B[2K${(text ?? "").slice(0, process.stderr.columns - 1)}`);
  hasStatus = text !== undefined;
}

/** The one JSON document of `--json`. */
export function writeJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** A result for people. On a terminal, lines that are too long for it are broken between words. */
export function print(text: string): void {
  process.stdout.write(`${wrapFor(process.stdout, printable(text))}\n`);
}

/** Passes lines on that differ from the one before. */
export function onlyNews(tell: (line: string) => void = () => undefined): (line: string) => void {
  let last = "";
  return (line) => {
    if (line !== last) tell(line);
    last = line;
  };
}
