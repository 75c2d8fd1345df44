// All scenarios, and which of them a run takes.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Scenario } from "./scenario";
import { backings } from "./scenarios-backings";
import { controls } from "./scenarios-controls";
import { failures } from "./scenarios-failures";
import { interruptions } from "./scenarios-interruptions";
import { operations } from "./scenarios-operations";
import { pressure } from "./scenarios-pressure";
import { volumes } from "./scenarios-volumes";

export interface Choice {
  /** Parts of names. */
  readonly only?: readonly string[] | undefined;
  /** `NAME` stands for the file NAME.txt beside this one: names of scenarios, one per line. */
  readonly set?: string | undefined;
}

const scenarios: readonly Scenario[] = [
  ...backings,
  ...volumes,
  ...failures,
  ...interruptions,
  ...operations,
  ...pressure,
  ...controls,
];

/** The chosen scenarios, those with the most boots first, so that machines side by side end together. */
export function chooseScenarios({ only, set }: Choice): readonly Scenario[] {
  const named = set === undefined ? scenarios : namesOfSet(set).map(scenarioByName);
  const chosen = named.filter(({ name }) => only?.some((part) => name.includes(part)) ?? true);
  if (chosen.length === 0) throw new Error("no scenario has such a name; --list shows them");
  return chosen.toSorted((one, other) => other.boots.length - one.boots.length);
}

function namesOfSet(set: string): readonly string[] {
  const lines = readFileSync(join(__dirname, `${set}.txt`), "utf8").split("\n");
  return lines.filter((line) => line !== "" && !line.startsWith("#"));
}

function scenarioByName(name: string): Scenario {
  const scenario = scenarios.find((candidate) => candidate.name === name);
  if (scenario === undefined) throw new Error(`a set names "${name}", which is no scenario; --list shows them`);
  return scenario;
}
