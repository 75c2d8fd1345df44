// npm run try: the dev stack on the real Pulumi engine and a fake cloud, on this machine, without an account.
import { join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { formatProblem } from "../../config/catalogue/problems";
import { readSettings } from "../../config/settings";
import { summarizePool } from "../../swap/summary";
import { interruption } from "../base/interruption";
import { UsageError } from "../base/errors";
import { EXIT, type ExitCode } from "../base/exit-codes";
import { print, say, sayAll, statusLine } from "../base/output";
import { ourConfig, readStackFile } from "../base/stack-file";
import type { StackOptions } from "../base/stack-options";
import { reportError } from "../cli/report-error";
import { destroy } from "../destroy";
import { endEarlierRuns } from "../engine/earlier-runs";
import { showGroup } from "../engine/progress";
import { formatPools } from "../render/pools-table";
import { writeFolder } from "../render/output-folder";
import { renderFiles, renderPools } from "../render/render";
import { GATES, type Gate } from "../review/gates";
import { describeCounts, describeReview } from "../review/report";
import { up } from "../up";
import { forgetSandbox, hasState, sandboxOf } from "./sandbox";

const STACK = "dev";
const ROOT = resolve(__dirname, "..", "..");

/** Everything that `try` makes: the engine's state, the sandbox's cloud, and the rendered files. */
const SANDBOX = sandboxOf(ROOT);

function options(): StackOptions {
  return {
    stack: STACK,
    folder: ROOT,
    sandbox: SANDBOX,
    signal: interruption().signal,
    progress: (operation) =>
      showGroup(process.stderr, `${operation} of ${STACK}`, operation === "preview" ? "would" : "did"),
    say,
    status: statusLine(),
  };
}

async function bringUp(): Promise<void> {
  showPools();
  say(`creating or updating the ${STACK} stack in the sandbox, without an account (Ctrl-C ends it)`);
  const { counts, seconds } = await up({
    ...options(),
    // Nothing can be lost here, and the gates that an account would have closed are named.
    allow: Object.keys(GATES).filter(isGate),
    confirm: STACK,
    onReview: (review) => sayAll(describeReview(review)),
  });
  say(`up of ${STACK}: ${describeCounts(counts, "did")} (${seconds} s)`);
  say("Next: change the size of a pool in Pulumi.dev.yaml, and npm run try again shows what it does.");
  say("To destroy everything: npm run try -- --destroy");
}

/** What the config means, which needs no engine. */
function showPools(): void {
  const settings = readSettings(ourConfig(readStackFile(ROOT, STACK)));
  const pools = renderPools(settings);
  const rendered = join(SANDBOX.folder, "rendered");
  writeFolder(rendered, renderFiles(settings, pools, { monitoring: false }));
  for (const warning of settings.warnings) say(`warning: ${formatProblem(warning)}`);
  print(formatPools(pools.map(({ plan }) => summarizePool(plan))));
  print(`rendered files: ${relative("", rendered)}`);
}

async function takeDown(): Promise<void> {
  // Rendered files may be there, from a run that got no CLI or was ended before there was a stack.
  if (!hasState(SANDBOX.folder, STACK)) {
    forget();
    say("there is nothing to destroy");
    return;
  }
  const { counts, seconds } = await destroy({ ...options(), confirm: STACK });
  forgetSandbox(SANDBOX.folder);
  say(`destroy of ${STACK}: ${describeCounts(counts, "did")} (${seconds} s)`);
  say("nothing is left");
}

/** Forgets everything, whatever state it is in. */
function forget(): void {
  endEarlierRuns({ folder: SANDBOX.folder, stack: STACK, looks: false });
  forgetSandbox(SANDBOX.folder);
}

function isGate(name: string): name is Gate {
  return Object.hasOwn(GATES, name);
}

function parsedArguments() {
  try {
    return parseArgs({
      options: { destroy: { type: "boolean", default: false }, reset: { type: "boolean", default: false } },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

async function main(): Promise<ExitCode> {
  try {
    const { destroy: destroys, reset: resets } = parsedArguments();
    if (resets) {
      forget();
      say("everything is forgotten: the next npm run try begins from scratch");
    } else await (destroys ? takeDown() : bringUp());
    return EXIT.done;
  } catch (error) {
    return reportError(error, false);
  }
}

void main().then((code) => {
  process.exitCode = code;
});
