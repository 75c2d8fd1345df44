// All scenarios, and which of them a run takes.
import { choose, type Choice } from "../support/scenario-choice";
import { ADMISSION_SCENARIOS } from "./admission";
import { chartsScenario } from "./charts";
import { canaryScenario } from "./cluster/canary";
import { COMMANDS_SCENARIO } from "./cluster/commands";
import { drainScenario } from "./cluster/drain";
import { REAL_NODE_SCENARIO } from "./cluster/real-node";
import { verifyScenario } from "./cluster/verify";
import { FUZZ_SCENARIOS } from "./fuzz";
import { GUARD_SCENARIOS } from "./guard/scenarios";
import { kubectlScenario } from "./kubectl";
import { NODE_SCENARIOS } from "./node/scenarios";
import { PREDICT_SCENARIOS } from "./predict/scenarios";
import { rulesScenario } from "./rules/rules";
import type { Scenario } from "./scenario";

const SCENARIOS: readonly Scenario[] = [
  ...ADMISSION_SCENARIOS,
  ...FUZZ_SCENARIOS,
  rulesScenario,
  kubectlScenario,
  chartsScenario,
  ...PREDICT_SCENARIOS,
  ...GUARD_SCENARIOS,
  verifyScenario,
  canaryScenario,
  drainScenario,
  COMMANDS_SCENARIO,
  REAL_NODE_SCENARIO,
  ...NODE_SCENARIOS,
];

/** The chosen scenarios. */
export function chooseScenarios(choice: Choice): readonly Scenario[] {
  return choose(SCENARIOS, __dirname, choice);
}
