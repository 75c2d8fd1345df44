// Start of the commands that need no engine, from the package as npm packs it, compared with a process that only loads the
// libraries which parse their input.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { performance } from "node:perf_hooks";
import { installPackage } from "../tests/engine/package";
import type { Benchmark } from "./benchmark";
import type { Measured } from "./figure";
import { interleave } from "./interleave";

const ROOT = resolve(__dirname, "..");
const GOAL = 2;

/** Arguments, YAML, schemas, versions, CIDR ranges. */
const PARSERS = ["commander", "js-yaml", "zod", "semver", "ip-address"];

const COMMANDS: Readonly<Record<string, (folder: string) => readonly string[]>> = {
  "render --help": () => ["render", "--help"],
  "render --stack dev": (folder) => ["render", "--stack", "dev", "--cwd", ROOT, "--out", join(folder, "rendered")],
  predict: () => [
    ...["predict", "--file", join(ROOT, "examples", "predict", "spark-executor.yaml")],
    ...["--memory", "32Gi", "--swap", "30Gi"],
  ],
};

export const START: Benchmark = {
  name: "start",
  about:
    "start of render and predict, from the packed package, compared with a process that only loads the same parsers",
  measure: async (runs, say) => {
    const folder = mkdtempSync(join(tmpdir(), "eks-swap-bench-"));
    try {
      installPackage(folder);
      const program = join(folder, "node_modules", "eks-swap", "automation", "eks-swap.mjs");
      const bare = join(folder, "bare.cjs");
      writeFileSync(bare, PARSERS.map((name) => `require(${JSON.stringify(name)});\n`).join(""));
      const figures: Measured[] = [];
      for (const [name, parameters] of Object.entries(COMMANDS)) {
        say(name);
        const command = [program, ...parameters(folder)];
        const sides = await interleave(
          runs,
          async () => seconds(command),
          async () => seconds([bare]),
        );
        figures.push({ name: `start, ${name}`, unit: "s", ...sides, goal: GOAL });
      }
      return figures;
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

function seconds(command: readonly string[]): number {
  const began = performance.now();
  const { status, stderr } = spawnSync(process.execPath, command, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${command.join(" ")} ended with ${String(status)}: ${stderr}`);
  return (performance.now() - began) / 1000;
}
