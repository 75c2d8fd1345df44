// All scenarios, and which of them a run takes.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { admissionScenarios } from "./admission";
import { chartsScenario } from "./charts";
import { canaryScenario } from "./cluster/canary";
import { drainScenario } from "./cluster/drain";
import { realNodeScenario } from "./cluster/real-node";
import { verifyScenario } from "./cluster/verify";
import { guardScenarios } from "./guard/scenarios";
import { nodeScenarios } from "./node/scenarios";
import { predictScenarios } from "./predict/scenarios";
import { rulesScenario } from "./rules/rules";
import type { Scenario } from "./scenario";

export interface Choice {
  /** Parts of names. */
  readonly only?: readonly string[] | undefined;
  /** `NAME` stands for the file NAME.txt beside this one: names of scenarios, one per line. */
  readonly set?: string | undefined;
}

const scenarios: readonly Scenario[] = [
  ...admissionScenarios,
  rulesScenario,
  chartsScenario,
  ...predictScenarios,
  ...guardScenarios,
  verifyScenario,
  canaryScenario,
  drainScenario,
  realNodeScenario,
  ...nodeScenarios,
];

/** The chosen scenarios. */
export function chooseScenarios({ only, set }: Choice): readonly Scenario[] {
  const named = set === undefined ? scenarios : namesOfSet(set).map(scenarioByName);
  const chosen = named.filter(({ name }) => only?.some((part) => name.includes(part)) ?? true);
  if (chosen.length === 0) throw new Error("no scenario has such a name; --list shows them");
  return chosen;
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
