// Texts of users as a person reads them: in a terminal, a log, an error message.

/** What steers a terminal, turns the direction of text, is not seen, or is half a character; line breaks among them. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** One line: whatever is no visible character is written as its code point, as in `\u{1b}`. */
export function printableLine(text: string): string {
  return text.replaceAll(UNPRINTABLE, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

/** The same for several lines, which stay lines. */
export function printable(text: string): string {
  return text.replaceAll(UNPRINTABLE, (character) =>
    character === "\n" || character === "\t" ? character : printableLine(character),
  );
}

/** A key of a path as it stands in a message: in quotes unless it is a plain word. */
export function printableKey(key: PropertyKey): string {
  const text = String(key);
  return /^[\w./@:-]+$/.test(text) ? text : printableLine(JSON.stringify(text));
}
