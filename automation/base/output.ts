// What commands write: lines for people on standard error, one JSON document on standard output.

/** One line for people. Standard output is kept for results. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** The one JSON document of `--json`. */
export function writeJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** Several lines for people. */
export function sayAll(lines: readonly string[]): void {
  for (const line of lines) say(line);
}
