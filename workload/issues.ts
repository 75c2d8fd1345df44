// From what zod found in an object to problems that name rule and remedy.
import { z } from "zod";
import { own } from "../swap/own";
import { manifestProblem, type ManifestPlace, type ManifestProblem } from "./problem";
import { NOT_A_QUANTITY } from "./schema";

/** How a type is called in a message. */
const TYPES: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object of keys and values",
  record: "an object of keys and values",
};

const quantityParameters = z.object({ id: z.literal(NOT_A_QUANTITY) });

/** The problems that an issue stands for. The issue must carry its input: zod's `reportInput`. */
export function toManifestProblems(issue: z.core.$ZodIssue, place: ManifestPlace): readonly ManifestProblem[] {
  if (issue.code !== "unrecognized_keys") return [toManifestProblem(issue, place)];
  return issue.keys.map((key) => {
    const value = own(recordSchema.parse(issue.input), key);
    return manifestProblem("unknown-field", place, formatPath([...issue.path, key]), value, "is no field of resources");
  });
}

const recordSchema = z.record(z.string(), z.unknown());

function toManifestProblem(issue: z.core.$ZodIssue, place: ManifestPlace): ManifestProblem {
  const path = formatPath(issue.path);
  const { input } = issue;
  if (issue.code === "custom" && quantityParameters.safeParse(issue.params).success) {
    return manifestProblem("not-a-quantity", place, path, input, issue.message);
  }
  const id = input === undefined ? "missing-value" : "wrong-type";
  return manifestProblem(id, place, path, input, `must be ${expected(issue)}`);
}

/** `spec.containers[0].resources.limits.memory`. */
function formatPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === "number") return `${text}[${key}]`;
    return text === "" ? String(key) : `${text}.${String(key)}`;
  }, "");
}

function expected(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return TYPES[issue.expected] ?? issue.expected;
    case "invalid_value":
      return `one of ${issue.values.map(String).join(", ")}`;
    case "invalid_union":
      return "a text or a number";
    case "too_small":
      return issue.origin === "array" ? "a list with an entry" : `at least ${issue.minimum}`;
    default:
      return "as the API reference shows it";
  }
}
