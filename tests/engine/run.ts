// npm run test:engine: the program on the real Pulumi engine and the sandbox. `--only TEXT`, which can be repeated, `--set ci`
// for the files that ci.txt names, `--report FILE`, `--kills N`, `--moments N` and `--seed N` for the runs that are
// killed and interrupted, and `--prepare`, which only sees to it that a CLI is there.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import Mocha from "mocha";
import { say } from "../../automation/base/output";
import { findPulumiCli } from "../../automation/engine/pulumi-cli";
import { provideMoto } from "../support/moto";
import { choose } from "../support/scenario-choice";

/** Scenarios of a file share their stack: a set takes whole files. */
const files = [
  "lifecycle",
  "stacks",
  "bad-configs",
  "try",
  "interrupts",
  "loader",
  "policy",
  "commands",
  "locks",
  "faults",
  "kills",
  "orphans",
  "workflow",
  "monitoring",
  "examples",
  "instance-types",
  "transforms",
  "recorded-plans",
].map((name) => ({ name }));

const { values } = parseArgs({
  options: {
    only: { type: "string", multiple: true },
    set: { type: "string" },
    report: { type: "string" },
    kills: { type: "string" },
    seed: { type: "string" },
    moments: { type: "string" },
    prepare: { type: "boolean", default: false },
  },
});

/** The longest that a scenario may take: far above what thirty killed updates, or the build of a CLI, need on a busy machine. */
const TIMEOUT = 60 * 60_000;

function runScenarios(): void {
  if (values.kills !== undefined) process.env["EKS_SWAP_KILLS"] = values.kills;
  if (values.seed !== undefined) process.env["EKS_SWAP_SEED"] = values.seed;
  if (values.moments !== undefined) process.env["EKS_SWAP_MOMENTS"] = values.moments;
  const chosen = values.only?.map((text) => text.replace(/[$()*+.?[\\\]^{|}]/g, "\\$&")).join("|");
  const mocha = new Mocha({ timeout: TIMEOUT, ...(chosen === undefined ? {} : { grep: chosen }) });
  for (const { name } of choose(files, __dirname, { set: values.set }))
    mocha.addFile(join(__dirname, `${name}.test.ts`));
  const rows: { scenario: string; result: "passed" | "failed"; message: string | null }[] = [];
  const runner = mocha.run((failures) => {
    if (values.report !== undefined) writeFileSync(values.report, `${JSON.stringify(rows, null, 2)}\n`);
    if (rows.length === 0) say("no scenario has such a name");
    process.exitCode = failures > 0 || rows.length === 0 ? 1 : 0;
  });
  runner.on("pass", (test) => rows.push({ scenario: test.fullTitle(), result: "passed", message: null }));
  runner.on("fail", (test, error: Error) =>
    rows.push({ scenario: test.fullTitle(), result: "failed", message: error.message }),
  );
}

async function main(): Promise<void> {
  const { command, version } = await findPulumiCli(say, new AbortController().signal);
  say(`Pulumi CLI ${version?.version ?? ""} (${command})`);
  provideMoto(say);
  if (!values.prepare) runScenarios();
}

void main();
