// The suite that everybody runs, against the minute that it may take.
import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { performance } from "node:perf_hooks";
import type { Benchmark } from "./benchmark";
import type { Measured } from "./figure";

const ROOT = resolve(__dirname, "..");
const SECONDS_ALLOWED = 60;

export const SUITES: Benchmark = {
  name: "suites",
  about: "npm test",
  measure: async (runs, say, keep) => {
    const seconds: number[] = [];
    while (seconds.length < runs) {
      seconds.push(runWhole());
      say(`npm test: ${seconds.at(-1)} s`);
      await keep(figuresOf(seconds));
    }
    return figuresOf(seconds);
  },
};

function figuresOf(seconds: readonly number[]): readonly Measured[] {
  return [{ name: "suite, npm run test", unit: "s", eksSwap: seconds, limit: SECONDS_ALLOWED, goal: 1 }];
}

function runWhole(): number {
  const began = performance.now();
  const { status, stdout, stderr } = spawnSync("npm", ["test"], { cwd: ROOT, encoding: "utf8" });
  if (status !== 0) throw new Error(`npm test ended with ${String(status)}: ${stdout.slice(-2000)}${stderr}`);
  return (performance.now() - began) / 1000;
}
