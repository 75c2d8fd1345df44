// What commands write: lines for people on standard error, one JSON document on standard output.
import { printable } from "../../swap/printable";

/** One line for people, or several. Standard output is kept for results. */
export function say(line: string): void {
  process.stderr.write(`${printable(line)}\n`);
}

/** A result for people. */
export function print(text: string): void {
  process.stdout.write(`${printable(text)}\n`);
}

/** The one JSON document of `--json`. */
export function writeJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** Passes lines on that differ from the one before. */
export function onlyNews(tell: (line: string) => void = () => undefined): (line: string) => void {
  let last = "";
  return (line) => {
    if (line !== last) tell(line);
    last = line;
  };
}

/** Several lines for people. */
export function sayAll(lines: readonly string[]): void {
  for (const line of lines) say(line);
}
