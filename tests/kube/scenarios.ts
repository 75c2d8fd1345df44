// All scenarios, and which of them a run takes.
import { choose, type Choice } from "../support/scenario-choice";
import { admissionScenarios } from "./admission";
import { chartsScenario } from "./charts";
import { canaryScenario } from "./cluster/canary";
import { commandsScenario } from "./cluster/commands";
import { drainScenario } from "./cluster/drain";
import { realNodeScenario } from "./cluster/real-node";
import { verifyScenario } from "./cluster/verify";
import { guardScenarios } from "./guard/scenarios";
import { nodeScenarios } from "./node/scenarios";
import { predictScenarios } from "./predict/scenarios";
import { rulesScenario } from "./rules/rules";
import type { Scenario } from "./scenario";

const scenarios: readonly Scenario[] = [
  ...admissionScenarios,
  rulesScenario,
  chartsScenario,
  ...predictScenarios,
  ...guardScenarios,
  verifyScenario,
  canaryScenario,
  drainScenario,
  commandsScenario,
  realNodeScenario,
  ...nodeScenarios,
];

/** The chosen scenarios. */
export function chooseScenarios(choice: Choice): readonly Scenario[] {
  return choose(scenarios, __dirname, choice);
}
