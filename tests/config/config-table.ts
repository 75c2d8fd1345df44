// The table of config keys, made from the schema: README.md shows it, and a test compares the two.
import { z } from "zod";
import { configSchema } from "../../config/schema/config";

/** A key of the stack config. */
export interface ConfigKey {
  /** Dotted, with NAME for the name of a pool. */
  readonly path: string;
  readonly fallback: string;
  readonly description: string;
}

interface Unwrapped {
  readonly schema: unknown;
  readonly fallback: unknown;
  readonly optional: boolean;
  readonly description: string;
}

/** Every key that has a value of its own, in the order of the schema. */
export function configKeys(): readonly ConfigKey[] {
  return keysOf(configSchema, []);
}

/** The rows of a Markdown table. */
export function tableRows(): readonly string[] {
  return configKeys().map(({ path, fallback, description }) => `| \`${path}\` | ${fallback} | ${description} |`);
}

function keysOf(schema: unknown, path: readonly string[]): readonly ConfigKey[] {
  const { schema: inner, fallback, optional, description } = unwrap(schema);
  if (inner instanceof z.ZodObject) {
    return Object.entries(inner.shape).flatMap(([key, value]) => keysOf(value, [...path, key]));
  }
  if (inner instanceof z.ZodRecord && path.join(".") === "pools") return keysOf(inner.valueType, [...path, "NAME"]);
  return [{ path: path.join("."), fallback: describeFallback(fallback, optional), description }];
}

function describeFallback(fallback: unknown, optional: boolean): string {
  if (fallback === undefined) return optional ? "" : "required";
  return `\`${typeof fallback === "string" ? fallback : JSON.stringify(fallback)}\``;
}

function unwrap(schema: unknown): Unwrapped {
  const description = schema instanceof z.ZodType ? (schema.description ?? "") : "";
  if (schema instanceof z.ZodDefault) {
    const inner = unwrap(schema.unwrap());
    return { ...inner, fallback: schema.def.defaultValue, description: description || inner.description };
  }
  if (schema instanceof z.ZodOptional) {
    const inner = unwrap(schema.unwrap());
    return { ...inner, optional: true, description: description || inner.description };
  }
  if (schema instanceof z.ZodPrefault) return unwrap(schema.unwrap());
  if (schema instanceof z.ZodPipe) {
    const inner = unwrap(schema.in);
    return { ...inner, description: description || inner.description };
  }
  return { schema, fallback: undefined, optional: false, description };
}
