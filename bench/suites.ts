// The suite that everybody runs, against the minute that it may take, and how long each of its parts took of that in the
// same run: npm itself writes that down (https://docs.npmjs.com/cli/v11/using-npm/config#timing).
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { z } from "zod";
import type { Benchmark } from "./benchmark";
import type { Measured } from "./figure";

const ROOT = resolve(__dirname, "..");
const WHOLE = "test";
/** What all of them may take. */
export const SECONDS_ALLOWED = 60;

/** The scripts of package.json, in the order of the picture: the first is all of the others, test:unit beside the rest. */
export const SUITES = [WHOLE, "test:lint", "test:format", "test:api", "test:unit"];

/** Name of the figure of a script. */
export function suiteName(script: string): string {
  return `suite, npm run ${script}`;
}

/** What npm writes of one of its processes, in milliseconds. */
const timing = z.object({
  metadata: z.object({ command: z.array(z.string()) }),
  timers: z.object({ npm: z.number() }),
});

export const suites: Benchmark = {
  name: "suites",
  about: "npm test, and its parts in the same run",
  measure: async (runs, say, keep) => {
    const rounds: Readonly<Record<string, number>>[] = [];
    while (rounds.length < runs) {
      // npm names its files by the millisecond in which a process began: two of the same one share a file.
      const seconds = runWhole() ?? runWhole();
      if (seconds === undefined) throw new Error(`npm did not tell the time of each of ${SUITES.join(", ")}, twice`);
      say(JSON.stringify(seconds));
      rounds.push(seconds);
      await keep(figuresOf(rounds));
    }
    return figuresOf(rounds);
  },
};

/** The whole by the minute, each part by the whole of the same run. */
export function figuresOf(rounds: readonly Readonly<Record<string, number>>[]): readonly Measured[] {
  const secondsOf = (script: string) => rounds.map((round) => round[script] ?? NaN);
  return SUITES.map((script): Measured => {
    const compared = script === WHOLE ? { limit: SECONDS_ALLOWED, goal: 1 } : { reference: secondsOf(WHOLE) };
    return { name: suiteName(script), unit: "s", ours: secondsOf(script), ...compared };
  });
}

/** A new run, and what npm tells of it. */
function runWhole(): Readonly<Record<string, number>> | undefined {
  const folder = mkdtempSync(join(tmpdir(), "eks-swap-bench-"));
  try {
    const { status, stdout, stderr } = spawnSync("npm", ["run", WHOLE], {
      cwd: ROOT,
      encoding: "utf8",
      env: { ...process.env, npm_config_timing: "true", npm_config_logs_dir: folder },
    });
    if (status !== 0) throw new Error(`npm test ended with ${String(status)}: ${stdout.slice(-2000)}${stderr}`);
    return readSeconds(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Seconds of each script, from the files that npm left in `folder`; nothing when it does not tell those of all. */
export function readSeconds(folder: string): Readonly<Record<string, number>> | undefined {
  const files = readdirSync(folder).filter((file) => file.endsWith("-timing.json"));
  const seconds = Object.fromEntries(
    files.flatMap((file) => {
      const { metadata, timers } = timing.parse(JSON.parse(readFileSync(join(folder, file), "utf8")));
      const script = SUITES.find((name) => name === metadata.command.at(-1));
      return script === undefined ? [] : [[script, timers.npm / 1000]];
    }),
  );
  return SUITES.every((script) => script in seconds) ? seconds : undefined;
}
