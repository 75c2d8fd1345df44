// Which scenarios a run of a suite takes: by parts of their names, or by a set that a file names.
import { readFileSync } from "node:fs";
import { join } from "node:path";

export interface Choice {
  /** Parts of names. */
  readonly only?: readonly string[] | undefined;
  /** `NAME` stands for the file NAME.txt in the suite's folder: names of scenarios, one per line. */
  readonly set?: string | undefined;
}

/**
 * The chosen ones, in the order of the set or of `scenarios`.
 * @throws Error when there are none, or when the set names one that there is not
 */
export function choose<Scenario extends { readonly name: string }>(
  scenarios: readonly Scenario[],
  folder: string,
  { only, set }: Choice,
): readonly Scenario[] {
  const named =
    set === undefined ? scenarios : namesOfSet(join(folder, `${set}.txt`)).map((name) => find(scenarios, name));
  const chosen = named.filter(({ name }) => only?.some((part) => name.includes(part)) ?? true);
  if (chosen.length === 0) throw new Error("no scenario has such a name; --list shows them");
  return chosen;
}

function namesOfSet(file: string): readonly string[] {
  return readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
}

function find<Scenario extends { readonly name: string }>(scenarios: readonly Scenario[], name: string): Scenario {
  const scenario = scenarios.find((candidate) => candidate.name === name);
  if (scenario === undefined) throw new Error(`a set names "${name}", which is no scenario; --list shows them`);
  return scenario;
}
