// The commands of a stack: arguments in, library function called, result told. All else is in the functions.
import { type Command, InvalidArgumentError, Option } from "commander";
import { parseDuration } from "../../swap/duration";
import { parseOverrides } from "../base/override";
import { EXIT, type ExitCode } from "../base/exit-codes";
import { say, writeJson } from "../base/output";
import { GATES, type Gate } from "../review/gates";
import { interruption } from "../base/interruption";
import { orWriteFailure, writeMarkdown } from "../review/markdown-files";
import { reasonsToRefuse } from "../review/refusal";
import { describeCounts, describeReview, reviewDocument } from "../review/report";
import type { LoadFunctions } from "./sdk-functions";
import type { StackOptions } from "../base/stack-options";

interface CommonFlags {
  readonly stack: string;
  readonly cwd: string;
  readonly config: readonly string[];
  readonly json: boolean;
  readonly parallel?: number;
  readonly message?: string;
  readonly waitForLock?: number;
  readonly cancelStaleLock?: boolean;
}

interface ReviewFlags extends CommonFlags {
  readonly allow: readonly Gate[];
  readonly cluster: boolean;
  readonly comment?: string;
  readonly policyPack: readonly string[];
  readonly policyPackConfig: readonly string[];
}

/** Adds the commands; `end` takes the exit code of what ended without an error. */
export function addStackCommands(program: Command, load: LoadFunctions, end: (code: ExitCode) => void): void {
  reviewCommand(program, "preview", "show what an update would do, and which gates are closed")
    .option("--save-plan <file>", "write the plan that `up --plan` is held to")
    .action(async (flags: ReviewFlags & { readonly savePlan?: string }) => {
      const result = await orWriteFailure({ ...flags, operation: "preview" }, async () =>
        load().preview({ ...stackOptions(flags, load), ...reviewOptions(flags), savePlan: flags.savePlan }),
      );
      writeMarkdown(result, flags.comment);
      if (flags.json) writeJson(reviewDocument(result));
      tell(describeReview(result));
      const reasons = reasonsToRefuse(result);
      if (reasons.length === 0) return;
      tell(reasons.map((reason) => `\`up\` would be refused: ${reason}`));
      end(EXIT.refused);
    });

  reviewCommand(program, "up", "bring the stack where its config wants it: preview, gates, update")
    .option("--plan <file>", "do nothing beyond the plan of a preview")
    .option("--confirm <name>", "repeat the stack's name, which a protected stack wants where a gate is opened")
    .action(async (flags: ReviewFlags & { readonly plan?: string; readonly confirm?: string }) => {
      const result = await orWriteFailure({ ...flags, operation: "up" }, async () =>
        load().up({
          ...stackOptions(flags, load),
          ...reviewOptions(flags),
          plan: flags.plan,
          confirm: flags.confirm,
          onReview: (review) => {
            writeMarkdown(review, flags.comment);
            tell(describeReview(review));
          },
        }),
      );
      const document = { ...reviewDocument(result.review), changes: result.counts, seconds: result.seconds };
      if (flags.json) writeJson(document);
      say(`up of ${flags.stack}: ${describeCounts(result.counts, "did")} (${result.seconds} s)`);
    });

  updateCommand(program, "refresh", "bring the state up to what exists").action(async (flags: CommonFlags) => {
    const result = await load().refresh(stackOptions(flags, load));
    if (flags.json) writeJson(result);
    say(`refresh of ${flags.stack}: ${describeCounts(result.counts, "did")} (${result.seconds} s)`);
  });

  stackCommand(program, "verify", "look whether the nodes of the running cluster have what was promised")
    .option("--wait <duration>", "wait until everything is right, at most as long as in 15m", seconds)
    .option("--allow-degraded", "take less swap, or swap on a later backing, for right", false)
    .option("--canary", "start a small pod in each pool and read its limit", false)
    .option(
      "--canary-image <image>",
      "with --canary: an image with `cat`, for clusters that pull from their own registry",
    )
    .option("--kubeconfig <file>", "instead of the stack's own")
    .action(
      async (
        flags: CommonFlags & {
          readonly wait?: number;
          readonly allowDegraded: boolean;
          readonly canary: boolean;
          readonly canaryImage?: string;
          readonly kubeconfig?: string;
        },
      ) => {
        const { wait: waitSeconds, allowDegraded, canary, canaryImage: image, kubeconfig: kubeconfigFile } = flags;
        const result = await load().verify({
          ...stackOptions(flags, load),
          waitSeconds,
          allowDegraded,
          canary: canary && { image },
          kubeconfigFile,
        });
        if (flags.json) writeJson(result);
        for (const { pool, status, reasons, nodes } of result.pools) {
          tell([`pool ${pool}: ${[status, ...reasons].join("; ")}`]);
          tell(nodes.map((node) => `  ${node.node}: ${[node.status, ...node.reasons].join("; ")}`));
        }
        if (!result.ok) end(EXIT.verificationFailed);
      },
    );

  updateCommand(program, "drain", "let the nodes of pools go; the next update brings the pools back")
    .option("--pool <name>", "only this pool; can be repeated", collect, [])
    .option("--deadline <duration>", "report what is left after this time", seconds)
    .action(async (flags: CommonFlags & { readonly pool: readonly string[]; readonly deadline?: number }) => {
      const result = await load().drain({
        ...stackOptions(flags, load),
        deadlineSeconds: flags.deadline,
        pools: flags.pool.length === 0 ? undefined : flags.pool,
      });
      if (flags.json) writeJson(result);
      tell(
        result.remaining.map(
          ({ pool, node, nodeClaim, reasons }) => `${pool}: ${node ?? nodeClaim} ${reasons.join("; ")}`,
        ),
      );
      say(result.drained ? "no nodes are left" : "nodes are left");
      if (!result.drained) end(EXIT.updateFailed);
    });

  updateCommand(program, "destroy", "drain the nodes, then destroy everything")
    .option("--no-drain", "leave the nodes to the engine's own deletion of the NodePools")
    .option("--deadline <duration>", "give the drain up after this time", seconds)
    .option("--confirm <name>", "repeat the stack's name, which a protected stack wants")
    .action(
      async (
        flags: CommonFlags & { readonly drain: boolean; readonly deadline?: number; readonly confirm?: string },
      ) => {
        const { drain, deadline: deadlineSeconds, confirm } = flags;
        const result = await load().destroy({ ...stackOptions(flags, load), drain, deadlineSeconds, confirm });
        if (flags.json) writeJson(result);
        say(`destroy of ${flags.stack}: ${describeCounts(result.counts, "did")} (${result.seconds} s)`);
      },
    );

  stackCommand(program, "outputs", "show what the stack exports, as JSON")
    .option("--show-secrets", "show secrets in plain text", false)
    .action(async (flags: CommonFlags & { readonly showSecrets: boolean }) => {
      writeJson(await load().outputs({ ...stackOptions(flags, load), showSecrets: flags.showSecrets }));
    });
}

function stackCommand(program: Command, name: string, description: string): Command {
  return program
    .command(name)
    .description(description)
    .requiredOption("-s, --stack <name>", "stack whose config is in Pulumi.NAME.yaml")
    .option("-C, --cwd <folder>", "folder of Pulumi.yaml and the stack files", ".")
    .option("-c, --config <key=value>", "a value over the stack file's, as in pools.ebs.swap.size=60Gi", collect, [])
    .option("--json", "print one JSON document", false);
}

function updateCommand(program: Command, name: string, description: string): Command {
  return stackCommand(program, name, description)
    .option("-p, --parallel <n>", "most resources at a time", positive)
    .option("-m, --message <text>", "message in the stack's history [commit and run of the pipeline]")
    .option("--wait-for-lock <duration>", "wait for another run, at most as long as in 10m", seconds)
    .option("--cancel-stale-lock", "remove a lock whose process ran on this machine and is gone");
}

function reviewCommand(program: Command, name: string, description: string): Command {
  const allow = new Option("--allow <gate>", "open a gate for this update; can be repeated")
    .choices(Object.keys(GATES))
    .argParser(gate)
    .default([]);
  return updateCommand(program, name, description)
    .addOption(allow)
    .option("--no-cluster", "do not ask the running cluster for nodes and for swap in use")
    .option("--policy-pack <folder>", "let a policy pack judge it; can be repeated", collect, [])
    .option("--policy-pack-config <file>", "configuration of a pack, in the packs' order; can be repeated", collect, [])
    .option("--comment <file>", "write the preview as Markdown, for a pull request's comment");
}

function stackOptions(flags: CommonFlags, load: LoadFunctions): StackOptions {
  return {
    stack: flags.stack,
    folder: flags.cwd,
    config: parseOverrides(flags.config),
    parallel: flags.parallel,
    message: flags.message,
    waitForLockMilliseconds: (flags.waitForLock ?? 0) * 1000,
    cancelStaleLock: flags.cancelStaleLock,
    signal: interruption().signal,
    progress: (operation) =>
      load().showGroup(process.stderr, `${operation} of ${flags.stack}`, operation === "preview" ? "would" : "did"),
    say,
  };
}

function reviewOptions({ allow, cluster, policyPack, policyPackConfig }: ReviewFlags) {
  return { allow, cluster, policyPacks: policyPack, policyPackConfigs: policyPackConfig };
}

function tell(lines: readonly string[]): void {
  for (const line of lines) say(line);
}

function collect(value: string, values: readonly string[]): readonly string[] {
  return [...values, value];
}

function gate(value: string, gates: readonly Gate[]): readonly Gate[] {
  const found = Object.keys(GATES)
    .filter(isGate)
    .find((name) => name === value);
  if (found === undefined) throw new InvalidArgumentError(`The gates are ${Object.keys(GATES).join(", ")}.`);
  return [...gates, found];
}

function isGate(name: string): name is Gate {
  return name in GATES;
}

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError("It must be a whole number above 0.");
  return value;
}

function seconds(text: string): number {
  if (!/^(\d+[hms])+$/.test(text)) throw new InvalidArgumentError("Write a duration such as 90s, 10m or 1h30m.");
  return parseDuration(text);
}
