// Opens a stack for the engine: config checked, CLI found, stack made or selected.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import {
  CommandError,
  LocalWorkspace,
  type LocalWorkspaceOptions,
  type PulumiCommand,
  Stack,
  StackNotFoundError,
} from "@pulumi/pulumi/automation";
import { dump } from "js-yaml";
import { readSettings, type Settings } from "../../config/settings";
import { renderAllUserData } from "../../userdata/swap-fragments";
import { withOverrides } from "../base/override";
import { ExplainedError, UsageError } from "../base/errors";
import { explainCli, explainFailure } from "./failure";
import { detach } from "./detached-command";
import { awaitEarlierRuns } from "./earlier-runs";
import { spareLoopback } from "./loopback";
import { mendBackend } from "./file-backend";
import { InterruptedError } from "../base/interruption";
import { findPlace } from "./place";
import { RunRecord } from "./runs";
import { runProgram } from "./program";
import { findPulumiCli } from "./pulumi-cli";
import { ourConfig, readStackFile, readWholeStackFile } from "../base/stack-file";
import type { StackOptions } from "../base/stack-options";

/** A stack that is ready for operations. */
export interface OpenStack {
  readonly stack: Stack;
  readonly settings: Settings;
  /** Arguments that every operation of the engine takes. */
  readonly engine: { readonly configFile?: string; readonly parallel?: number };
}

/**
 * Opens a stack and closes it after `work`, whatever happens.
 * @param options which stack, with which config
 * @param whenMissing what to do when the backend has no such stack
 * @param access what only looks runs next to any other run in a sandbox
 * @throws ConfigError before anything is touched, when the config is wrong
 * @throws UserDataError before anything is touched, when the userData of a pool is more than EC2 takes
 * @throws ExplainedError when the CLI, the backend or the stack is not available
 */
export async function withStack<T>(
  options: StackOptions,
  whenMissing: "create" | "fail",
  work: (opened: OpenStack) => Promise<T>,
  access: "change" | "look" = "change",
): Promise<T> {
  const folder = resolve(options.folder ?? ".");
  const config = withOverrides(readStackFile(folder, options.stack), options.config ?? {});
  const settings = readSettings(ourConfig(config));
  renderAllUserData(settings.pools.map(({ plan }) => plan));
  const { say = () => undefined, signal = new AbortController().signal } = options;
  const found = await findPulumiCli(say, signal, options.status);
  const drafts = mkdtempSync(join(tmpdir(), "eks-swap-"));
  const attempt = async (workspace: LocalWorkspace): Promise<T> => {
    const stack = await selectStack(workspace, options.stack, whenMissing);
    const parallel = options.parallel === undefined ? {} : { parallel: options.parallel };
    // The sandbox's copy of the stack file has the overrides already.
    if (options.sandbox !== undefined || Object.keys(options.config ?? {}).length === 0)
      return work({ stack, settings, engine: parallel });
    // The engine gets a copy of the file as the CLI has left it: the key of the stack's secrets is in there.
    const configFile = join(drafts, "Pulumi.yaml");
    writeFileSync(configFile, dump({ ...readWholeStackFile(folder, options.stack), config }, { lineWidth: -1 }));
    return work({ stack, settings, engine: { ...parallel, configFile } });
  };
  spareLoopback();
  const where = { folder: options.sandbox?.folder ?? folder, stack: options.stack, looks: access === "look" };
  const record = new RunRecord(where);
  options.signal?.addEventListener("abort", () => {
    record.isEnding();
  });
  let place: Awaited<ReturnType<typeof findPlace>> | undefined;
  try {
    await awaitEarlierRuns(where, options, record.since);
    place = await findPlace(options, folder, config);
    const { serve } = place;
    const cli = detach(found, (pid) => {
      record.engine(pid);
      serve(pid);
    });
    const workspace = await makeWorkspace(place.workspace, cli);
    return await attempt(workspace).catch(async (error: unknown) => {
      if (!(await mendBackend(error, workspace, options.stack))) throw error;
      options.say?.("the run before was killed while it wrote to the backend: an empty file of attributes is removed");
      return attempt(workspace);
    });
  } catch (error) {
    if (error instanceof ExplainedError) throw error;
    // A pause, or a request to the cluster, that was under way.
    if (options.signal?.aborted === true) throw new InterruptedError(error);
    throw error instanceof CommandError ? explainCli(error, options.stack) : error;
  } finally {
    rmSync(drafts, { recursive: true });
    await place?.close();
    record.end();
  }
}

async function makeWorkspace(place: LocalWorkspaceOptions, cli: PulumiCommand): Promise<LocalWorkspace> {
  return LocalWorkspace.create({
    ...place,
    pulumiCommand: cli,
    program: runProgram,
    envVars: { ...place.envVars, PULUMI_SKIP_UPDATE_CHECK: "true" },
  });
}

async function selectStack(workspace: LocalWorkspace, name: string, whenMissing: "create" | "fail"): Promise<Stack> {
  if (whenMissing === "create") return Stack.createOrSelect(name, workspace);
  try {
    return await Stack.select(name, workspace);
  } catch (error) {
    if (!(error instanceof StackNotFoundError)) throw error;
    const known = (await workspace.listStacks()).map((stack) => stack.name);
    const { message } = explainFailure(error, name);
    throw new UsageError(`${message}. Stacks there: ${known.join(", ") || "none"}`, "stack-missing");
  }
}
