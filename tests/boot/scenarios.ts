// All scenarios, and which of them a run takes.
import { choose, type Choice } from "../support/scenario-choice";
import type { Scenario } from "./scenario";
import { BACKINGS } from "./scenarios/backings";
import { CONTROLS } from "./scenarios/controls";
import { FAILURES } from "./scenarios/failures";
import { INTERRUPTIONS } from "./scenarios/interruptions";
import { operations } from "./scenarios/operations";
import { PRESSURE } from "./scenarios/pressure";
import { VOLUMES } from "./scenarios/volumes";

const SCENARIOS: readonly Scenario[] = [
  ...BACKINGS,
  ...VOLUMES,
  ...FAILURES,
  ...INTERRUPTIONS,
  ...operations,
  ...PRESSURE,
  ...CONTROLS,
];

/** The chosen scenarios, those with the most boots first, so that machines side by side end together. */
export function chooseScenarios(choice: Choice): readonly Scenario[] {
  const chosen = choose(SCENARIOS, __dirname, choice);
  return chosen.toSorted((one, other) => other.boots.length - one.boots.length);
}
