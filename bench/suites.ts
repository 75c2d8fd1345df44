// The suite that everybody runs, against the minute that it may take, and which of its parts takes how long on its own.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import type { Bench } from "./bench";
import type { Measured } from "./figure";

const ROOT = join(__dirname, "..");
const WHOLE = "npm test";
const SECONDS_ALLOWED = 60;

/** By the script of package.json that is one; the first four run one after the other, beside the last. */
const PARTS = ["test:types", "test:lint", "test:format", "test:api", "test:unit"];

/** The scripts, in the order of the picture. */
export const SUITES = [WHOLE, ...PARTS.map((part) => `npm run ${part}`)];

/** Name of the figure of a script. */
export function suiteName(script: string): string {
  return `suite, ${script}`;
}

export const suites: Bench = {
  name: "suites",
  about: "npm test, and its parts one by one",
  measure: async (runs, say) => {
    const rounds = Array.from({ length: runs }, () =>
      SUITES.map((script) => {
        const seconds = secondsOf(script);
        say(`${script}: ${seconds.toFixed(1)} s`);
        return seconds;
      }),
    );
    return SUITES.map((script, index): Measured => {
      const ours = rounds.map((round) => round[index] ?? NaN);
      const allowed = script === WHOLE ? { reference: ours.map(() => SECONDS_ALLOWED), goal: 1 } : {};
      return { name: suiteName(script), unit: "s", ours, ...allowed };
    });
  },
};

function secondsOf(script: string): number {
  const began = performance.now();
  const [program = "", ...parameters] = script.split(" ");
  const { status, stdout, stderr } = spawnSync(program, parameters, { cwd: ROOT, encoding: "utf8" });
  if (status !== 0) throw new Error(`${script} ended with ${String(status)}: ${stdout.slice(-2000)}${stderr}`);
  return (performance.now() - began) / 1000;
}
