// The dashboard's variables, as Grafana fills in "All".
import assert from "node:assert/strict";
import { VARIABLES } from "../../monitoring/panels";

/** An expression of the dashboard without variables. */
export function withoutVariables(expr: string): string {
  const filled = Object.keys(VARIABLES).reduce((text, name) => text.replaceAll(`$${name}`, ".*"), expr);
  assert.doesNotMatch(filled, /\$/);
  return filled;
}
