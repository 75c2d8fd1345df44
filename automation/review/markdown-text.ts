// Texts of users in GitHub's Markdown: each is shown as it is written, whatever it holds.
// Rules: https://github.github.com/gfm/#backslash-escapes, #code-spans, #fenced-code-blocks, #tables-extension-
import { printable, printableLine } from "../../swap/printable";

/** Characters of one text that are shown. */
const MOST_OF_A_LINE = 1000;

/**
 * A line of words. What stands between two backticks is code, as in our own messages; everything else is plain text, which
 * mentions nobody. Right in a table's cell too.
 */
export function words(text: string): string {
  return cut(text)
    .split(/(`[^`]+`)/)
    .map((part, index) => (index % 2 === 1 ? code(part.slice(1, -1)) : plain(part)))
    .join("");
}

/** A name. Right in a table's cell too, where a pipe would end the cell even here. */
export function code(text: string): string {
  const content = cut(text);
  if (content.trim() === "") return "` `";
  const fence = "`".repeat(longestRun(content) + 1);
  // Outside of a table a code span keeps the backslash before a pipe, so that such a name is no code.
  if (content.includes("|")) return plain(content);
  const pad = /^[` ]|[` ]$/.test(content) ? " " : "";
  return `${fence}${pad}${content}${pad}${fence}`;
}

/** Several lines as they are. */
export function fence(text: string): string {
  const content = printable(text);
  const marks = "`".repeat(Math.max(3, longestRun(content) + 1));
  return [`${marks}text`, content, marks].join("\n");
}

/**
 * What has a meaning within a line, mathematics of GitHub included; a line never begins with it. The comment after an at sign
 * keeps GitHub from telling somebody.
 */
function plain(text: string): string {
  return text
    .replaceAll(/[\\`*_~$|&<>[\]]/g, (mark) => `\\${mark}`)
    .replaceAll("@", "@<!-- -->")
    .replaceAll(/^ | $/g, "&#32;");
}

/** No name or sentence of this program is that long; the log has all of it. */
function cut(text: string): string {
  return printableLine(text.length > MOST_OF_A_LINE ? `${text.slice(0, MOST_OF_A_LINE)}…` : text);
}

function longestRun(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
}
