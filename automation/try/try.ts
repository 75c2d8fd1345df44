// npm run try: the dev stack on the real Pulumi engine and a fake cloud, on this machine, without an account.
import { existsSync, rmSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { CommandError, type OpMap } from "@pulumi/pulumi/automation";
import { formatProblem } from "../../config/catalogue/problems";
import { readSettings } from "../../config/settings";
import { summarizePool } from "../../swap/summary";
import { UpdateFailedError } from "../base/errors";
import { EXIT } from "../base/exit-codes";
import { say } from "../base/output";
import { reportError } from "../cli/report-error";
import { interruption } from "../base/interruption";
import { formatPools } from "../render/pools-table";
import { showProgress } from "../engine/progress";
import { findPulumiCli, NoPulumiCliError } from "../engine/pulumi-cli";
import { renderPools, writePools } from "../render/render";
import { openSandboxStack, type SandboxStack } from "./sandbox-stack";
import { ourConfig, readStackFile } from "../base/stack-file";

const STACK = "dev";

/** Everything that `try` makes: the engine's state, the sandbox's cloud, and the rendered files. */
const FOLDER = resolve(__dirname, "..", "..", ".try");

async function bringUp(signal: AbortSignal): Promise<number> {
  const config = readStackFile(resolve(__dirname, "..", ".."), STACK);
  const settings = readSettings(ourConfig(config));
  const pools = renderPools(settings);
  const rendered = join(FOLDER, "rendered");
  writePools(rendered, pools);
  const table = [
    formatPools(pools.map(({ plan }) => summarizePool(plan))),
    `files of each pool: ${relative("", rendered)}/POOL/`,
  ];
  try {
    const opened = await openSandboxStack({
      folder: FOLDER,
      stack: STACK,
      config,
      cli: await findPulumiCli(say, signal),
    });
    await attempt(opened, async ({ stack }) => {
      say(`bringing up the ${STACK} stack in the sandbox (Ctrl-C ends it)`);
      const progress = showProgress(process.stderr);
      const result = await stack.up({ onEvent: progress.onEvent, signal }).finally(progress.stop);
      say(describeChanges(result.summary.resourceChanges));
    });
  } catch (error) {
    if (!(error instanceof NoPulumiCliError)) throw error;
    for (const warning of settings.warnings) say(`warning: ${formatProblem(warning)}`);
    process.stdout.write(`${table.join("\n")}\n`);
    say(`error: ${error.message}`);
    return EXIT.unexpected;
  }
  process.stdout.write(`${table.join("\n")}\n`);
  say("again: npm run try (no changes); to destroy it: npm run try -- --destroy");
  return EXIT.done;
}

async function takeDown(signal: AbortSignal): Promise<number> {
  if (!existsSync(join(FOLDER, "backend"))) {
    // Rendered files may be there, from a run that got no CLI.
    rmSync(FOLDER, { recursive: true, force: true });
    say("there is nothing to destroy");
    return EXIT.done;
  }
  const config = readStackFile(resolve(__dirname, "..", ".."), STACK);
  const opened = await openSandboxStack({
    folder: FOLDER,
    stack: STACK,
    config,
    cli: await findPulumiCli(say, signal),
  });
  await attempt(opened, async ({ stack }) => {
    const progress = showProgress(process.stderr);
    const result = await stack.destroy({ onEvent: progress.onEvent, signal }).finally(progress.stop);
    say(describeChanges(result.summary.resourceChanges));
    await opened.remove();
    say("nothing is left");
  });
  return EXIT.done;
}

/** Ends the sandbox whatever happens. */
async function attempt(opened: SandboxStack, work: (opened: SandboxStack) => Promise<void>): Promise<void> {
  try {
    await work(opened);
  } catch (error) {
    throw error instanceof CommandError ? new UpdateFailedError(error) : error;
  } finally {
    await opened.close();
  }
}

function describeChanges(changes: OpMap = {}): string {
  const counts = Object.entries(changes).filter(([op, count]) => op !== "same" && count > 0);
  if (counts.length === 0) return "no changes";
  return counts.map(([op, count]) => `${count} ${op}`).join(", ");
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { destroy: { type: "boolean", default: false } } });
  const { signal, describe } = interruption();
  try {
    return await (values.destroy ? takeDown(signal) : bringUp(signal));
  } catch (error) {
    if (signal.aborted) {
      say(describe());
      return EXIT.unexpected;
    }
    return reportError(error, false);
  }
}

void main().then((code) => {
  process.exitCode = code;
});
