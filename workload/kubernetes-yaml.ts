// YAML as Kubernetes reads it: version 1.1 with the departures of the Go package behind kubectl and the API server.
// Rules: https://github.com/yaml/go-yaml/blob/v2.4.2/resolve.go, which sigs.k8s.io/yaml uses. tests/workload/scalars has what
// it makes of scalars of every kind.
import { CORE_SCHEMA, defineScalarTag, mergeTag, NOT_RESOLVED } from "js-yaml";

const WORDS: ReadonlyMap<string, null | boolean | number> = new Map<string, null | boolean | number>([
  ...["", "~", "null", "Null", "NULL"].map((word) => [word, null] as const),
  ...["y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"].map((word) => [word, true] as const),
  ...["n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"].map((word) => [word, false] as const),
  ...[".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"].map((word) => [word, Infinity] as const),
  ...["-.inf", "-.Inf", "-.INF"].map((word) => [word, -Infinity] as const),
  ...[".nan", ".NaN", ".NAN"].map((word) => [word, NaN] as const),
]);

/** Digits by base, after the sign; Go reads a leading zero as octal, and falls back to a float where that fails. */
const INTEGERS: readonly (readonly [RegExp, number])[] = [
  [/^0[xX]([0-9a-fA-F]+)$/, 16],
  [/^0[bB]([01]+)$/, 2],
  [/^0[oO]([0-7]+)$/, 8],
  [/^0([0-7]+)$/, 8],
  [/^([1-9][0-9]*|0)$/, 10],
];
const FLOAT = /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/;

/** The value of a scalar without quotes; undefined for a text. */
function valueOf(source: string): null | boolean | number | undefined {
  const word = WORDS.get(source);
  if (word !== undefined) return word;
  if (!/^[-+.0-9]/.test(source)) return undefined;
  const plain = source.replaceAll("_", "");
  return (source.startsWith(".") ? undefined : integerOf(plain)) ?? floatOf(source.startsWith(".") ? source : plain);
}

/** What no float can hold stays a text. */
function floatOf(text: string): number | undefined {
  const value = FLOAT.test(text) ? Number(text) : Infinity;
  return Number.isFinite(value) ? value : undefined;
}

function integerOf(text: string): number | undefined {
  const [, sign = "", digits = ""] = /^([-+]?)(.*)$/s.exec(text) ?? [];
  for (const [pattern, base] of INTEGERS) {
    const [, number] = pattern.exec(digits) ?? [];
    if (number !== undefined)
      return (sign === "-" ? -1 : 1) * (base === 10 ? Number(number) : Number.parseInt(number, base));
  }
  return undefined;
}

function scalar<T>(name: string, accepts: (value: unknown) => value is T) {
  return defineScalarTag(`tag:yaml.org,2002:${name}`, {
    implicit: true,
    resolve: (source) => {
      const value = valueOf(source);
      return accepts(value) ? value : NOT_RESOLVED;
    },
    identify: accepts,
  });
}

const isNumber = (value: unknown): value is number => typeof value === "number";

/** For js-yaml. Merge keys are known to Kubernetes too; tags of other kinds leave a text a text. */
export const KUBERNETES_YAML = CORE_SCHEMA.withTags(
  mergeTag,
  scalar("null", (value): value is null => value === null),
  scalar("bool", (value): value is boolean => typeof value === "boolean"),
  scalar("int", (value): value is number => isNumber(value) && Number.isInteger(value)),
  scalar("float", isNumber),
  defineScalarTag("tag:yaml.org,2002:timestamp", { resolve: (source) => source, identify: () => false }),
  defineScalarTag("tag:yaml.org,2002:binary", {
    resolve: (source) => {
      const text = source.replaceAll(/\s/g, "");
      const isBase64 = /^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text);
      return isBase64 ? Buffer.from(text, "base64").toString("utf8") : NOT_RESOLVED;
    },
    identify: () => false,
  }),
  defineScalarTag("!", { matchByTagPrefix: true, resolve: (source) => source, identify: () => false }),
);
