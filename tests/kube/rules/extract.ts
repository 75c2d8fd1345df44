// Every rule that Karpenter's kinds have for what can be sent, read from the CustomResourceDefinitions themselves.
import { z } from "zod";
import type { Kind } from "../karpenter-kinds";

/** Words of OpenAPI whose breach the API server refuses. Types are left out: the compiler sees to those. */
const WORDS = [
  "enum",
  "pattern",
  "minimum",
  "maximum",
  "minItems",
  "maxItems",
  "minLength",
  "maxLength",
  "minProperties",
  "maxProperties",
  "required",
] as const;

/** A rule, whatever form it has. */
export interface Rule {
  readonly kind: string;
  /** As in `spec.taints[].key` and `spec.tags{}`, for entries of lists and values of maps. */
  readonly path: string;
  /** `rule` for one in CEL, `set` for a list without repeated entries. */
  readonly word: (typeof WORDS)[number] | "rule" | "set";
  /** The message of a rule in CEL, else the limit. */
  readonly text: string;
  /** Unique in its kind and the same from release to release: path and message, or path and word. */
  readonly id: string;
}

const schemaSchema = z.looseObject({
  properties: z.record(z.string(), z.unknown()).default({}),
  items: z.unknown().optional(),
  additionalProperties: z.unknown().optional(),
  "x-kubernetes-list-type": z.string().optional(),
  "x-kubernetes-validations": z.array(z.looseObject({ message: z.string() })).default([]),
});

/** The rules for what a client sends of a kind: `status` is the controller's. */
export function rulesOf({ spec }: Kind): readonly Rule[] {
  const rules = rulesAt(spec.versions[0]?.schema.openAPIV3Schema, "");
  return rules
    .filter(({ path }) => !path.startsWith("status"))
    .map((rule) => ({ ...rule, kind: spec.names.kind, id: idOf(rule) }));
}

function rulesAt(node: unknown, path: string): readonly Omit<Rule, "kind" | "id">[] {
  const schema = schemaSchema.safeParse(node).data;
  if (schema === undefined) return [];
  return [
    ...schema["x-kubernetes-validations"].map(({ message }) => ({ path, word: "rule" as const, text: message })),
    ...WORDS.flatMap((word) => (word in schema ? [{ path, word, text: JSON.stringify(schema[word]) }] : [])),
    ...(schema["x-kubernetes-list-type"] === "set" ? [{ path, word: "set" as const, text: "no entry twice" }] : []),
    ...Object.entries(schema.properties).flatMap(([key, property]) =>
      rulesAt(property, path === "" ? key : `${path}.${key}`),
    ),
    ...rulesAt(schema.items, `${path}[]`),
    ...rulesAt(schema.additionalProperties, `${path}{}`),
  ];
}

function idOf({ path, word, text }: Omit<Rule, "kind" | "id">): string {
  return word === "rule" ? `${path}: ${text}` : `${path} ${word}`;
}

/** Whether a manifest has a value where the rule looks. */
export function isSent(manifest: unknown, path: string): boolean {
  const steps = path.split(/\.|(?=\[\]|\{\})/).filter((step) => step !== "");
  const values = steps.reduce<readonly unknown[]>(
    (found, step) => found.flatMap((value) => follow(value, step)),
    [manifest],
  );
  return values.length > 0;
}

function follow(value: unknown, step: string): readonly unknown[] {
  if (step === "[]") return Array.isArray(value) ? value : [];
  if (typeof value !== "object" || value === null) return [];
  if (step === "{}") return Object.values(value);
  const property: unknown = Reflect.get(value, step);
  return property === undefined ? [] : [property];
}
