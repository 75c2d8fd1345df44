// What stands on a terminal after everything that was written to it: enough of one for a live tree and a status line.

/** A control sequence, or one character. https://ecma-international.org/publications-and-standards/standards/ecma-48/ */
const PIECE = /\p{Cc}\[([0-9;?]*)([A-Za-z])|([^])/gu;

/** Lines on a terminal of this width, from the first; those that it breaks by itself are two. */
export function screenOf(written: string, columns: number): readonly string[] {
  const lines: string[] = [];
  let [row, column] = [0, 0];
  const put = (character: string): void => {
    if (column === columns) [row, column] = [row + 1, 0];
    const line = (lines[row] ?? "").padEnd(column);
    lines[row] = `${line.slice(0, column)}${character}${line.slice(column + 1)}`;
    column += 1;
  };
  for (const [, parameter = "", command, character = ""] of written.matchAll(PIECE)) {
    if (command === "A") row = Math.max(0, row - Number(parameter || 1));
    else if (command === "B") row += Number(parameter || 1);
    else if (command === "G") column = Number(parameter || 1) - 1;
    else if (command === "K") lines[row] = parameter === "2" ? "" : (lines[row] ?? "").slice(0, column);
    else if (command === "J") lines.splice(row + 1);
    else if (command !== undefined) continue;
    else if (character === "\r") column = 0;
    else if (character === "\n") row += 1;
    else put(character);
  }
  return Array.from(lines, (line: string | undefined) => line?.trimEnd() ?? "");
}
