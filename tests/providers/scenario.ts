// What a scenario of this suite is, and how its steps are told.
import type { Say } from "../kube/go";
import type { World } from "./world";

/** What became of a step. */
export interface StepRow {
  readonly scenario: string;
  readonly step: string;
  readonly result: "passed" | "failed";
  readonly seconds: number;
  readonly remark: string | null;
  readonly message: string | null;
}

/** What scenarios are given. */
export interface ScenarioContext {
  readonly world: World;
  /** A folder of the scenario's own. */
  readonly folder: string;
  /** Whether plans are recorded rather than compared. */
  readonly record: boolean;
  /** Runs a step and notes what became of it; a step that fails ends the scenario, but one with `goesOn` does not. */
  step(name: string, work: () => Promise<string | undefined>, goesOn?: boolean): Promise<void>;
}

/** A scenario. */
export interface Scenario {
  readonly name: string;
  run(context: ScenarioContext): Promise<void>;
}

/** Thrown to end a scenario whose step has failed and was noted. */
class StepFailed extends Error {}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Runs a scenario; gives a row for each step. */
export async function runScenario(
  scenario: Scenario,
  base: Pick<ScenarioContext, "world" | "folder" | "record">,
  say: Say,
): Promise<readonly StepRow[]> {
  const rows: StepRow[] = [];
  const step: ScenarioContext["step"] = async (name, work, goesOn = false) => {
    const started = Date.now();
    const note = (result: StepRow["result"], remark: string | null, message: string | null) => {
      const seconds = Math.round((Date.now() - started) / 1000);
      rows.push({ scenario: scenario.name, step: name, result, seconds, remark, message });
      say(`${result}: ${scenario.name}: ${name} (${seconds} s)${message === null ? "" : `\n${message}`}`);
    };
    try {
      const remark = await work();
      base.world.check();
      note("passed", remark ?? null, null);
    } catch (error) {
      note("failed", null, [error, ...base.world.failures].map(messageOf).join("\n"));
      if (!goesOn) throw new StepFailed();
    }
  };
  try {
    await scenario.run({ ...base, step });
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
  }
  return rows;
}
