// Lines for a terminal: broken between words, since a terminal breaks within them.
import { stripVTControlCharacters } from "node:util";

/** On a narrower terminal a break between words helps nobody. */
const LEAST_COLUMNS = 20;

/** How much deeper than its first line a broken line goes on. */
const HANGING = 2;

/**
 * Text whose lines fit a terminal. A word that is longer than a line, such as a path, stays whole.
 * @param columns width of the terminal; undefined for what is no terminal, where lines stay as they are
 */
export function wrap(text: string, columns: number | undefined): string {
  if (columns === undefined || columns < LEAST_COLUMNS) return text;
  return text
    .split("\n")
    .flatMap((line) => wrapLine(line, columns))
    .join("\n");
}

/** How wide a stream is: columns of a terminal. */
export interface Width {
  readonly isTTY: boolean;
  readonly columns: number;
}

/** The same for what is written to a stream. */
export function wrapFor({ isTTY, columns }: Width, text: string): string {
  return wrap(text, isTTY ? columns : undefined);
}

/** How many columns a text takes; what colours it takes none. */
export function widthOf(text: string): number {
  return stripVTControlCharacters(text).length;
}

function wrapLine(line: string, columns: number): readonly string[] {
  if (widthOf(line) <= columns) return [line];
  const indent = /^ */.exec(line)?.[0] ?? "";
  const next = " ".repeat(indent.length + HANGING);
  const lines: string[] = [];
  let current = indent;
  // Each word with what stands before it: columns that are aligned stay so.
  for (const [, gap = "", word = ""] of line.slice(indent.length).matchAll(/( *)([^ ]+)/g)) {
    if (widthOf(current + gap + word) <= columns || current.trim() === "") current += gap + word;
    else {
      lines.push(current);
      current = next + word;
    }
  }
  return [...lines, current];
}
