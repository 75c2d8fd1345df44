// Stack configs with every key, of which most are wrong somewhere, with texts that break readers and writers.
import fc from "fast-check";
import { keysAt, valueAt } from "../../config/value-at";
import { validConfigs } from "./valid-configs";

type Config = Readonly<Record<string, unknown>>;

/** Texts that end a fence, a cell, a quotation or a line somewhere, steer a terminal, or are a name that objects inherit. */
export const HOSTILE_TEXTS: readonly string[] = [
  "",
  " ",
  "a\nb",
  "a\r\nb",
  "\n```\n# heading",
  "`${HOME}`$(id)",
  "<script>alert(1)</script>",
  "a | b",
  "\\|",
  "[x](javascript:alert(1))",
  "\u001B[31mred\u001B[0m",
  "\u001B]0;title\u0007",
  "\u009B31m",
  "\u202Etxt.exe",
  "\u200Bzero",
  "\u2028",
  "\uD800",
  "\u0000",
  "'\"\\",
  '") or vector(1) or ("',
  "{{ $labels.pod }}",
  "%s%n",
  "constructor",
  "__proto__",
  "toString",
  "null",
  "0",
  "٣Gi",
  "1e400",
  "Infinity%",
  "NaN",
  "a".repeat(5000),
];

const HOSTILE_VALUES: readonly unknown[] = [
  ...HOSTILE_TEXTS,
  null,
  true,
  false,
  0,
  -1,
  1.5,
  5,
  2 ** 53,
  1e308,
  Number.MIN_VALUE,
  [],
  {},
  [null],
  [[]],
  { "": "" },
  JSON.parse('{"__proto__": {"a": 1}}'),
  "100%",
  "0.0000001%",
  "1Ei",
  "16Ti",
  "-1Gi",
];

/** Every path of a config, its inner nodes included. */
function pathsOf(config: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  return keysAt(config, path).flatMap((key) => [[...path, key], ...pathsOf(config, [...path, key])]);
}

function replaceAt(value: unknown, [key, ...rest]: readonly string[], next: unknown): unknown {
  if (key === undefined) return next;
  if (Array.isArray(value)) {
    return value.map((entry: unknown, index) => (String(index) === key ? replaceAt(entry, rest, next) : entry));
  }
  const entries = new Map(keysAt(value, []).map((name) => [name, valueAt(value, [name])]));
  entries.set(key, replaceAt(entries.get(key), rest, next));
  return Object.fromEntries(entries);
}

interface Change {
  readonly at: number;
  readonly value: unknown;
  /** A key to add below the place, instead of a value to put there. */
  readonly key: string | undefined;
}

const change: fc.Arbitrary<Change> = fc.record({
  at: fc.nat(),
  value: fc.constantFrom(...HOSTILE_VALUES),
  key: fc.option(fc.constantFrom(...HOSTILE_TEXTS), { nil: undefined, freq: 3 }),
});

function alter(config: Config, { at, value, key }: Change): Config {
  const paths = pathsOf(config);
  const path = paths[at % paths.length] ?? [];
  const altered = replaceAt(config, key === undefined ? path : [...path.slice(0, -1), key], value);
  return typeof altered === "object" && altered !== null ? Object.fromEntries(Object.entries(altered)) : config;
}

/** As many are as valid as they were drawn as are changed in one place, or in up to four. */
export const hostileConfigs: fc.Arbitrary<Config> = fc
  .tuple(
    validConfigs,
    fc.oneof(fc.constant([]), fc.array(change, { maxLength: 1 }), fc.array(change, { maxLength: 4 })),
  )
  .map(([config, changes]) => changes.reduce(alter, config));

/** The same config with the keys of every object the other way round. */
export function reversed(config: Config): Config {
  return Object.fromEntries(
    Object.entries(config)
      .toReversed()
      .map(([key, inner]) => [key, reversedValue(inner)]),
  );
}

function reversedValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversedValue);
  return typeof value === "object" && value !== null ? reversed(Object.fromEntries(Object.entries(value))) : value;
}
