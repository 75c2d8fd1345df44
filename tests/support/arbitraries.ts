// Arbitrary texts and fragments for property tests.
import fc from "fast-check";
import type { Fragment } from "../../userdata/fragments";

/** Characters that some reader of userData treats specially. */
const awkward = fc.constantFrom(...Array.from("\t -/:#'\"\\$`!*?~{}[]()<>|&;=%@,.\n"));

/** Any text that a shell variable can hold. */
export const anyText = fc
  .array(fc.oneof(awkward, fc.string({ unit: "binary", minLength: 1, maxLength: 1 })), { maxLength: 40 })
  .map((characters) => characters.join("").replaceAll("\0", ""));

const character = fc.oneof(
  awkward,
  fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)),
);

/** Printable ASCII with tabs and line feeds, no line of which would end a part. */
const asciiText = fc
  .array(character, { maxLength: 60 })
  .map((characters) => characters.join("").replaceAll(/^--\/\//gm, "-//"));

/** ASCII lines, each ended by a line feed. */
export const asciiLines = asciiText.map((text) => `${text}\n`);

const oneLine = asciiText.map((text) => text.replaceAll(/[\n\\]/g, " ").trim());
const variableName = fc.stringMatching(/^[A-Z][A-Z0-9_]{0,8}$/);
const path = fc.stringMatching(/^(\/[a-z '"$.-]{1,8}[a-z]){1,4}$/);
const unitName = fc.stringMatching(/^[a-z]{1,8}\.service$/);
const sectionName = fc.stringMatching(/^[A-Z][a-z]{1,6}$/);
/** What JSON and YAML both know. */
const scalar = fc.oneof(asciiText, fc.integer(), fc.boolean(), fc.constant(null));

/** Objects as code writes them, so that they equal what a reader gives. */
function dictionary<T>(
  keys: fc.Arbitrary<string>,
  values: fc.Arbitrary<T>,
  minKeys = 0,
): fc.Arbitrary<Record<string, T>> {
  return fc.dictionary(keys, values, { minKeys, maxKeys: 4, noNullPrototype: true });
}

const setting = fc.oneof(scalar, fc.array(scalar, { maxLength: 4 }), dictionary(variableName, scalar));

export const fragment: fc.Arbitrary<Fragment> = fc.oneof(
  dictionary(variableName, setting).map((spec): Fragment => ({ kind: "node-config", spec })),
  fc
    .tuple(dictionary(variableName, asciiText), fc.constantFrom("true\n", "# a comment\n", "remark  'a  b'\n"))
    .map(([variables, script]): Fragment => ({ kind: "shell", variables, script })),
  fc
    .tuple(path, fc.constantFrom<"0644" | "0755">("0644", "0755"), asciiLines)
    .map(([where, mode, content]): Fragment => ({ kind: "file", path: where, mode, content })),
  fc
    .tuple(unitName, dictionary(sectionName, dictionary(variableName, oneLine), 1))
    .map(([name, sections]): Fragment => ({ kind: "systemd-unit", name, sections })),
  fc
    .tuple(path, dictionary(variableName, asciiText))
    .map(([where, variables]): Fragment => ({ kind: "environment", path: where, variables })),
);
