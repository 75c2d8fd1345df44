// Start of the commands that need no engine, from the package as npm packs it, against a process that loads the
// libraries which parse their input, and does nothing.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { performance } from "node:perf_hooks";
import { z } from "zod";
import { installPackage } from "../tests/engine/package";
import type { Benchmark } from "./benchmark";
import type { Measured } from "./figure";
import { interleave } from "./interleave";

const ROOT = resolve(__dirname, "..");
const GOAL = 2;

/** Arguments, YAML, schemas, versions, CIDR ranges. */
const PARSERS = ["commander", "js-yaml", "zod", "semver", "ip-address"];

/** What takes a second to load, and what these commands do without. */
const SDKS = /^@(?:pulumi|aws-sdk|kubernetes)\//;

const COMMANDS: Readonly<Record<string, (folder: string) => readonly string[]>> = {
  "render --help": () => ["render", "--help"],
  "render --stack dev": (folder) => ["render", "--stack", "dev", "--cwd", ROOT, "--out", join(folder, "rendered")],
  predict: () => [
    ...["predict", "--file", join(ROOT, "examples", "predict", "spark-executor.yaml")],
    ...["--memory", "32Gi", "--swap", "30Gi"],
  ],
};

/** The commands, in the order of the picture. */
export const STARTED = Object.keys(COMMANDS);

/** Name of the figure of a command. */
export function startName(command: string): string {
  return `start, ${command}`;
}

/** Writes how many files of which package a process has loaded, when it ends. */
const LISTING = `process.on("exit", () => {
  const names = Object.keys(require.cache).flatMap((file) => /.*node_modules\\/((?:@[^/]+\\/)?[^/]+)/.exec(file)?.[1] ?? []);
  require("node:fs").writeFileSync(process.env.BENCH_LISTING, JSON.stringify(names));
});`;

export const start: Benchmark = {
  name: "start",
  about: "start of render and predict, from the packed package, against a process that only loads the same parsers",
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
        figures.push({ name: startName(name), unit: "s", ...sides, goal: GOAL });
        const loaded = Array.from({ length: runs }, () => sdkFiles(folder, command));
        figures.push({ name: `files of SDKs that ${name} loads`, unit: "files", ours: loaded });
      }
      return figures;
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

function seconds(command: readonly string[]): number {
  const began = performance.now();
  runNode(command, process.env);
  return (performance.now() - began) / 1000;
}

function sdkFiles(folder: string, command: readonly string[]): number {
  const [hook, listing] = [join(folder, "listing.cjs"), join(folder, "listing.json")];
  writeFileSync(hook, LISTING);
  runNode(["--require", hook, ...command], { ...process.env, BENCH_LISTING: listing });
  const names = z.array(z.string()).parse(JSON.parse(readFileSync(listing, "utf8")));
  for (const parser of PARSERS) {
    if (!names.includes(parser)) throw new Error(`the command does not load ${parser}: the reference loads too much`);
  }
  return names.filter((name) => SDKS.test(name)).length;
}

function runNode(parameters: readonly string[], environment: NodeJS.ProcessEnv): void {
  const { status, stderr } = spawnSync(process.execPath, parameters, { encoding: "utf8", env: environment });
  if (status !== 0) throw new Error(`${parameters.join(" ")} ended with ${String(status)}: ${stderr}`);
}
