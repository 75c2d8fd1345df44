// Texts of users in SVG and HTML.
import { printableLine } from "../swap/printable";

const ENTITIES = new Map([
  ["&", "&amp;"],
  ["<", "&lt;"],
  [">", "&gt;"],
  ['"', "&quot;"],
]);

/** A text as the content of an element or within an attribute's double quotes. XML takes no control characters at all. */
export function svgText(text: string): string {
  return printableLine(text).replaceAll(/[&<>"]/g, (mark) => ENTITIES.get(mark) ?? mark);
}
