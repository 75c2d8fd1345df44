// What the commands have in common: their options, how texts of the command line are read, and what a command is given.
import { type Command, InvalidArgumentError, Option } from "commander";
import { DurationError, parseDuration } from "../../swap/duration";
import type { ExitCode } from "../base/exit-codes";
import { UsageError } from "../base/errors";
import { demandWritable } from "../base/files";
import { interruption } from "../base/interruption";
import { say, statusLine } from "../base/output";
import { parseOverrides } from "../base/override";
import type { SandboxPlace, StackOptions } from "../base/stack-options";
import type { LoadEc2 } from "../predict/instance-type-source";
import { GATES, type Gate } from "../review/gates";
import type { ReviewOptions } from "../review/review";
import type * as sdkFunctions from "./sdk-functions";

/** Loads the functions that need the SDKs of Pulumi and Kubernetes. */
type LoadFunctions = () => typeof sdkFunctions;

/** Loads what makes the sandbox of a folder of stack files. */
type LoadSandbox = () => { readonly sandboxOf: (folder: string) => SandboxPlace };

/** What a command is given. */
export interface CommandContext {
  readonly load: LoadFunctions;
  readonly loadEc2: LoadEc2;
  /** Loads the fake cloud; undefined in the package, which has none. */
  readonly loadSandbox: LoadSandbox | undefined;
  /** Of the package. */
  readonly version: string;
  /** Takes the exit code of a command that has a result and still does not end with 0. */
  readonly end: (code: ExitCode) => void;
}

/** Flags of every command of a stack. */
export interface StackFlags {
  readonly stack: string;
  readonly cwd: string;
  readonly config: readonly string[];
  readonly json: boolean;
}

/** Flags of every command that runs the engine. */
export interface UpdateFlags extends StackFlags {
  readonly parallel?: number;
  readonly message?: string;
  readonly waitForLock?: number;
  readonly cancelStaleLock?: boolean;
  readonly sandbox?: boolean;
}

/** Flags of the commands that preview. */
export interface ReviewFlags extends UpdateFlags {
  readonly allow: readonly Gate[];
  readonly cluster: boolean;
  readonly comment?: string;
  readonly policyPack: readonly string[];
  readonly policyPackConfig: readonly string[];
}

/** A command with the flags of {@link StackFlags}. */
export function stackCommand(program: Command, name: string, description: string): Command {
  return program
    .command(name)
    .description(description)
    .requiredOption("-s, --stack <name>", "stack whose config is in Pulumi.NAME.yaml")
    .option("-C, --cwd <folder>", "folder of Pulumi.yaml and the stack files", ".")
    .option(
      "-c, --config <key=value>",
      "override a value of the stack file, as in pools.ebs.swap.size=60Gi",
      collect,
      [],
    )
    .option("--json", "print one JSON document", false);
}

/** A command with the flags of {@link UpdateFlags}. */
export function updateCommand(program: Command, name: string, description: string): Command {
  return stackCommand(program, name, description)
    .option("-p, --parallel <n>", "most resources at a time", positive)
    .option("-m, --message <text>", "message in the stack's history [commit and run of the pipeline]")
    .option("--wait-for-lock <duration>", "wait for another run, at most as long as in 10m", seconds)
    .option("--cancel-stale-lock", "remove a lock whose process ran on this machine and is gone");
}

/** The flag of the commands that work without an account. */
export function sandboxOption(command: Command): Command {
  return command.option("--sandbox", "work in a fake cloud on this machine, without an account (kept in .try)");
}

/** A command with the flags of {@link ReviewFlags}. */
export function reviewCommand(program: Command, name: string, description: string): Command {
  const allow = new Option("--allow <gate>", "open a gate for this update; can be repeated")
    .choices(Object.keys(GATES))
    .argParser(gate)
    .default([]);
  return sandboxOption(updateCommand(program, name, description))
    .addOption(allow)
    .option("--no-cluster", "do not read nodes and swap in use from the running cluster")
    .option("--policy-pack <folder>", "check it with a policy pack; can be repeated", collect, [])
    .option("--policy-pack-config <file>", "configuration of a pack, in the packs' order; can be repeated", collect, [])
    .option("--comment <file>", "write the preview as Markdown, for a pull request's comment");
}

/** The options of a stack operation. Takes the signals of the process over. */
export function stackOptions(flags: UpdateFlags, { load, loadSandbox }: CommandContext): StackOptions {
  if (flags.sandbox === true && loadSandbox === undefined) {
    throw new UsageError("--sandbox is there in a checkout of eks-swap only: the package has no fake cloud");
  }
  return {
    stack: flags.stack,
    folder: flags.cwd,
    config: parseOverrides(flags.config),
    sandbox: flags.sandbox === true ? loadSandbox?.().sandboxOf(flags.cwd) : undefined,
    parallel: flags.parallel,
    message: flags.message,
    waitForLockMilliseconds: (flags.waitForLock ?? 0) * 1000,
    cancelStaleLock: flags.cancelStaleLock,
    signal: interruption().signal,
    progress: (operation) =>
      load().showGroup(process.stderr, `${operation} of ${flags.stack}`, operation === "preview" ? "would" : "did"),
    say,
    status: statusLine(),
  };
}

/** The options of a preview, or of an update after one. */
export function reviewOptions(flags: ReviewFlags, context: CommandContext): ReviewOptions {
  if (flags.comment !== undefined) demandWritable(flags.comment);
  const { allow, cluster, policyPack: policyPacks, policyPackConfig: policyPackConfigs } = flags;
  return { ...stackOptions(flags, context), allow, cluster, policyPacks, policyPackConfigs };
}

/** Collects the values of a flag that can be repeated. */
export function collect(value: string, values: readonly string[] = []): readonly string[] {
  return [...values, value];
}

/** Reads a duration of hours, minutes and seconds as seconds. */
export function seconds(text: string): number {
  try {
    if (/^(\d+[hms])+$/.test(text)) return parseDuration(text);
  } catch (error) {
    if (!(error instanceof DurationError)) throw error;
  }
  throw new InvalidArgumentError("Write a duration such as 90s, 10m or 1h30m.");
}

function gate(value: string, gates: readonly Gate[]): readonly Gate[] {
  const found = Object.keys(GATES)
    .filter(isGate)
    .find((name) => name === value);
  if (found === undefined) throw new InvalidArgumentError(`The gates are ${Object.keys(GATES).join(", ")}.`);
  return [...gates, found];
}

function isGate(name: string): name is Gate {
  return Object.hasOwn(GATES, name);
}

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError("It must be a whole number above 0.");
  return value;
}
