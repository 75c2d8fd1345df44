// Takes wrong values out of a config, so that what stands beside them can still be checked.
import type { z } from "zod";
import { configSchema, type StackConfig } from "./schema/config";

/** Stands in where a key is required and its value is wrong; what follows from such a value is never reported. */
const SAMPLES: Readonly<Record<string, unknown>> = {
  cluster: { name: "sample" },
  name: "sample",
  securityGroupIds: ["sg-0123456789abcdef0"],
  subnetIds: ["subnet-0123456789abcdef0"],
  pools: {},
  swap: { size: 0 },
  size: 0,
};

/** Keys and values behind wrong keys are looked at again, so a few rounds are needed; each takes something away. */
const MOST_ROUNDS = 10;

/** The config without what `issues` complain of, or undefined where nothing sensible is left. */
export function forgetFaults(config: unknown, issues: readonly z.core.$ZodIssue[]): StackConfig | undefined {
  const repaired: unknown = structuredClone(config);
  let left = issues;
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    for (const path of faultyPaths(left)) remove(repaired, path);
    const parsed = configSchema.safeParse(repaired);
    if (parsed.success) return parsed.data;
    left = parsed.error.issues;
  }
  return undefined;
}

/** What to take out: each place once, and the entries of a list from its end, so that the indices before them stay. */
function faultyPaths(issues: readonly z.core.$ZodIssue[]): readonly (readonly PropertyKey[])[] {
  const paths = issues.flatMap((issue) =>
    issue.code === "unrecognized_keys" ? issue.keys.map((key) => [...issue.path, key]) : [wholeEntry(issue.path)],
  );
  const distinct = new Map(paths.map((path) => [path.map(String).join("\0"), path]));
  return [...distinct.values()].toSorted((left, right) => lastIndex(right) - lastIndex(left));
}

/** An entry of a list goes as a whole: what is left of it would only be incomplete. */
function wholeEntry(path: readonly PropertyKey[]): readonly PropertyKey[] {
  const index = path.findIndex((key) => typeof key === "number");
  return index >= 0 ? path.slice(0, index + 1) : path;
}

function lastIndex(path: readonly PropertyKey[]): number {
  const last = path.at(-1);
  return typeof last === "number" ? last : -1;
}

function remove(config: unknown, path: readonly PropertyKey[]): void {
  const parent = path.slice(0, -1).reduce<unknown>((value, key) => {
    return typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
  }, config);
  const key = path.at(-1);
  if (typeof parent !== "object" || parent === null || key === undefined) return;
  if (Array.isArray(parent)) parent.splice(Number(key), 1);
  else if (Reflect.has(parent, key)) Reflect.deleteProperty(parent, key);
  else if (SAMPLES[String(key)] !== undefined) Reflect.set(parent, key, structuredClone(SAMPLES[String(key)]));
}
