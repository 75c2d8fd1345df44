// One thing that is wrong with a stack config, in words, and the error that carries all of them.
import { CATALOGUE, type ProblemId } from "./catalogue";
import { own } from "../../swap/own";
import { printableKey, printableLine } from "../../swap/printable";

/** What fills the `{words}` of a catalogue entry. */
export type ProblemParameters = Readonly<Record<string, string | number>>;

/** One thing that is wrong with a stack config. */
export interface Problem {
  readonly id: ProblemId;
  /** Dotted, from the config's namespace on: `pools.ebs.swap.size`. */
  readonly path: string;
  /** What stands there; undefined when nothing does. */
  readonly value: unknown;
  readonly message: string;
  readonly remedy: string;
  readonly severity: "error" | "warning";
}

/** A problem of the catalogue. `path` is a list of keys and indices. */
export function describeProblem(
  id: ProblemId,
  path: readonly PropertyKey[],
  value: unknown,
  parameters: ProblemParameters = {},
): Problem {
  const { severity, rule, remedy } = CATALOGUE[id];
  const shown = value === undefined ? "" : ` is ${printableLine(shorten(JSON.stringify(value)))}, which`;
  return {
    id,
    path: path.map(String).join("."),
    value,
    message: `eks-swap:${path.map(printableKey).join(".")}${shown} ${fill(rule, parameters)}.`,
    remedy: fill(remedy, parameters),
    severity,
  };
}

/** A key without which there is nothing to go by; `id` says what its value must be. */
export function describeMissing(id: ProblemId, path: readonly PropertyKey[], parameters: ProblemParameters): Problem {
  const { rule, remedy } = CATALOGUE[id];
  const expected = `a value that ${fill(rule, parameters)}. ${fill(remedy, parameters).replace(/\.$/, "")}`;
  return describeProblem("missing-key", path, undefined, { expected });
}

/** One line for a person. */
export function formatProblem({ id, message, remedy }: Problem): string {
  return `${message} ${remedy} [${id}]`;
}

/** Thrown when a stack config has errors: all of them, and the warnings. */
export class ConfigError extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(formatProblem).join("\n"));
    this.name = "ConfigError";
    this.problems = problems;
  }
}

/** A value that would hide the message is cut. */
function shorten(text: string): string {
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
}

function fill(text: string, parameters: ProblemParameters): string {
  return text.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = own(parameters, name);
    if (value === undefined) throw new Error(`a problem's text needs {${name}}: ${text}`);
    return printableLine(String(value));
  });
}
