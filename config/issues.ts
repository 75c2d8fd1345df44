// From what zod found to problems of the catalogue.
import leven from "leven";
import { z } from "zod";
import { CATALOGUE, type ProblemId } from "./catalogue/catalogue";
import { describeMissing, describeProblem, type Problem, type ProblemParameters } from "./catalogue/problems";
import { configSchema } from "./schema/config";
import { NAMESPACE } from "./namespace";
import { keysAt, valueAt } from "./value-at";
import { own } from "../swap/own";

type Issue = z.core.$ZodIssue;

/** What the schemas of eks-swap attach to an issue. */
const attachedSchema = z.object({
  id: z.custom<ProblemId>((id) => typeof id === "string" && Object.hasOwn(CATALOGUE, id)),
  parameters: z.record(z.string(), z.union([z.string(), z.number()])).default({}),
});

/** How a type is called in a message, and an example of it. */
const TYPES: Readonly<Record<string, { readonly name: string; readonly example: string }>> = {
  string: { name: "a text", example: "it in quotes" },
  boolean: { name: "true or false", example: "true or false, without quotes" },
  int: { name: "a whole number", example: "it as in 3" },
  number: { name: "a number", example: "it as in 3" },
  array: { name: "a list", example: "each entry on a line of its own, after a hyphen" },
  object: { name: "an object of keys and values", example: "its keys on lines of their own, indented" },
  record: { name: "an object of keys and values", example: "its keys on lines of their own, indented" },
};

/** The problems that an issue stands for: one, or one for each unknown key. */
export function toProblems(issue: Issue, config: unknown): readonly Problem[] {
  const value = valueAt(config, issue.path);
  const report = (id: ProblemId, parameters?: ProblemParameters): readonly Problem[] => [
    describeProblem(id, issue.path, value, parameters),
  ];
  switch (issue.code) {
    case "custom":
      return reportAttached(issue, config) ?? report("wrong-type", typeParameters("object"));
    case "unrecognized_keys":
      return issue.keys.map((key) => unknownKey([...issue.path, key], value));
    case "invalid_type":
      return value === undefined
        ? report("missing-key", { expected: typeParameters(issue.expected).expected })
        : report("wrong-type", typeParameters(issue.expected));
    case "invalid_value":
      if (value === undefined) return report("missing-key", { expected: `one of ${issue.values.join(", ")}` });
      return report("not-one-of", { allowed: issue.values.join(", ") });
    case "too_small":
      return report("out-of-range", { range: `at least ${issue.minimum}${unitOf(issue.origin)}` });
    case "too_big":
      if (issue.origin === "array") return report("too-many-entries", { most: Number(issue.maximum) });
      return report("out-of-range", { range: `at most ${issue.maximum}${unitOf(issue.origin)}` });
    case "invalid_key":
      return issue.issues.flatMap(
        (inner) => reportAttached({ ...inner, path: issue.path }, config, issue.path.at(-1)) ?? [],
      );
    default:
      return report("wrong-type", typeParameters("object"));
  }
}

function reportAttached(issue: Issue, config: unknown, key?: PropertyKey): readonly Problem[] | undefined {
  if (issue.code !== "custom") return undefined;
  const attached = attachedSchema.safeParse(issue.params);
  if (!attached.success) return undefined;
  const value = key === undefined ? valueAt(config, issue.path) : String(key);
  if (value === undefined) return [describeMissing(attached.data.id, issue.path, attached.data.parameters)];
  return [describeProblem(attached.data.id, issue.path, value, attached.data.parameters)];
}

function unknownKey(path: readonly PropertyKey[], parent: unknown): Problem {
  const known = knownKeys(configSchema, path.slice(0, -1));
  const key = String(path.at(-1));
  if (path.length === 1 && key === NAMESPACE) {
    const inner = keysAt(parent, [key])[0] ?? known[0] ?? "";
    const nearest = `Write its keys side by side, each with the namespace before it: ${NAMESPACE}:${inner}.`;
    return describeProblem("unknown-key", path, valueAt(parent, [key]), { nearest });
  }
  const nearest = known.toSorted((left, right) => leven(key, left) - leven(key, right))[0];
  const close = nearest !== undefined && leven(key, nearest) <= Math.max(2, Math.floor(key.length / 3));
  const below = known.find((sibling) => knownKeys(configSchema, [...path.slice(0, -1), sibling]).includes(key));
  const elsewhere =
    below === undefined ? `Remove it; known here are ${known.join(", ")}.` : `Move it below ${below}: ${below}.${key}.`;
  const remedy = close ? `Did you mean ${nearest}?` : elsewhere;
  return describeProblem("unknown-key", path, valueAt(parent, [key]), { nearest: remedy });
}

/** The keys that the schema has at a path; the keys of pools, labels and the like stand for any. */
function knownKeys(schema: unknown, path: readonly PropertyKey[]): readonly string[] {
  const inner = unwrap(schema);
  const [key, ...rest] = path;
  if (inner instanceof z.ZodRecord) return key === undefined ? [] : knownKeys(inner.valueType, rest);
  if (inner instanceof z.ZodArray) return key === undefined ? [] : knownKeys(inner.element, rest);
  if (!(inner instanceof z.ZodObject)) return [];
  const shape: Readonly<Record<string, unknown>> = inner.shape;
  return key === undefined ? Object.keys(shape) : knownKeys(valueAt(shape, [key]), rest);
}

/** The schema behind defaults, options and transformations. */
function unwrap(schema: unknown): unknown {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional) {
    return unwrap(schema.unwrap());
  }
  return schema instanceof z.ZodPipe ? unwrap(schema.in) : schema;
}

function typeParameters(type: string) {
  const { name, example } = own(TYPES, type) ?? { name: type, example: "a value of that type" };
  return { expected: name, example };
}

function unitOf(origin: string): string {
  return origin === "array" ? " entries" : origin === "string" ? " characters" : "";
}
