// Whether an object comes back from the API server as it was sent, and what the server added.
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import type { Kind } from "./karpenter-kinds";

/** A value at a path, lists written `[]`. */
export interface Addition {
  readonly path: string;
  readonly value: unknown;
}

/** What comparing gave. */
export interface Comparison {
  /** Paths that were sent and came back otherwise or not at all. */
  readonly changed: readonly string[];
  readonly added: readonly Addition[];
}

/** Every object has these: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/object-meta/ */
export const SERVER_METADATA = ["creationTimestamp", "generation", "managedFields", "resourceVersion", "uid"].map(
  (field) => `metadata.${field}`,
);

/** Compares what came back with what was sent. */
export function compare(sent: unknown, received: unknown, path = ""): Comparison {
  if (Array.isArray(sent) && Array.isArray(received)) {
    if (sent.length !== received.length) return { changed: [path], added: [] };
    return merge(sent.map((entry, index) => compare(entry, received[index], `${path}[]`)));
  }
  if (!isObject(sent) || !isObject(received)) {
    return { changed: isDeepStrictEqual(sent, received) ? [] : [path], added: [] };
  }
  const at = (key: string) => (path === "" ? key : `${path}.${key}`);
  const common = Object.keys(sent).map((key) => compare(sent[key], received[key], at(key)));
  const added = Object.keys(received).flatMap((key) => (key in sent ? [] : [{ path: at(key), value: received[key] }]));
  return merge([...common, { changed: [], added }]);
}

const schemaSchema = z.looseObject({
  default: z.unknown().optional(),
  properties: z.record(z.string(), z.unknown()).default({}),
  items: z.unknown().optional(),
});

/** The defaults of a kind. An object that is added whole takes with it the defaults below. */
export function defaultsOf({ spec }: Kind): readonly Addition[] {
  return defaultsAt(spec.versions[0]?.schema.openAPIV3Schema, "");
}

function defaultsAt(node: unknown, path: string): readonly Addition[] {
  const schema = schemaSchema.safeParse(node).data;
  if (schema === undefined) return [];
  return [
    ...(schema.default === undefined ? [] : [{ path, value: schema.default }]),
    ...Object.entries(schema.properties).flatMap(([key, property]) =>
      defaultsAt(property, path === "" ? key : `${path}.${key}`),
    ),
    ...defaultsAt(schema.items, `${path}[]`),
  ];
}

function merge(parts: readonly Comparison[]): Comparison {
  return { changed: parts.flatMap(({ changed }) => changed), added: parts.flatMap(({ added }) => added) };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
