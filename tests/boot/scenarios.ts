// All scenarios, and which of them a run takes.
import { choose, type Choice } from "../support/scenario-choice";
import type { Scenario } from "./scenario";
import { backings } from "./scenarios/backings";
import { controls } from "./scenarios/controls";
import { failures } from "./scenarios/failures";
import { interruptions } from "./scenarios/interruptions";
import { operations } from "./scenarios/operations";
import { pressure } from "./scenarios/pressure";
import { volumes } from "./scenarios/volumes";

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
export function chooseScenarios(choice: Choice): readonly Scenario[] {
  const chosen = choose(scenarios, __dirname, choice);
  return chosen.toSorted((one, other) => other.boots.length - one.boots.length);
}
