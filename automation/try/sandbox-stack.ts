// A stack of this program on the real Pulumi engine and the sandbox's cloud, in a folder of its own.
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { LocalWorkspace, type PulumiCommand, Stack } from "@pulumi/pulumi/automation";
import { NAMESPACE } from "../../config/namespace";
import { startSandbox } from "../../sandbox/start";
import { runProgram } from "../engine/program";

/** What a stack on the sandbox is made from. */
export interface SandboxStackArgs {
  /** Folder that holds the backend, the sandbox's cloud and the project; made if need be. */
  readonly folder: string;
  readonly stack: string;
  /** The whole `config` of the stack file. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly cli: PulumiCommand;
}

/** A stack, and the way to end what serves it. */
export interface SandboxStack {
  readonly stack: Stack;
  /** Ends the sandbox's processes. What they know is on disk. */
  readonly close: () => Promise<void>;
  /** Removes the stack with its history; its resources must be gone. */
  readonly remove: () => Promise<void>;
}

/** Nothing in the sandbox is secret; the engine wants a passphrase all the same. */
const PASSPHRASE = "sandbox";

/** Starts the sandbox and opens the stack, which is made if it is not there. */
export async function openSandboxStack(args: SandboxStackArgs): Promise<SandboxStack> {
  const { folder, stack: stackName, cli } = args;
  const project = join(folder, "project");
  const backend = join(folder, "backend");
  for (const path of [project, backend]) mkdirSync(path, { recursive: true });
  const sandbox = await startSandbox(folder);
  try {
    const workspace = await LocalWorkspace.create({
      workDir: project,
      pulumiCommand: cli,
      program: runProgram,
      projectSettings: { name: NAMESPACE, runtime: "nodejs", backend: { url: `file://${backend}` } },
      envVars: {
        ...sandbox.environment,
        PULUMI_CONFIG_PASSPHRASE: PASSPHRASE,
        PULUMI_SKIP_UPDATE_CHECK: "true",
        PULUMI_BACKEND_URL: `file://${backend}`,
      },
    });
    const stack = await Stack.createOrSelect(stackName, workspace);
    const kept = await workspace.stackSettings(stackName);
    await workspace.saveStackSettings(stackName, { ...kept, config: args.config });
    return {
      stack,
      close: async () => sandbox.stop(),
      remove: async () => {
        await workspace.removeStack(stackName);
        rmSync(folder, { recursive: true });
      },
    };
  } catch (error) {
    await sandbox.stop();
    throw error;
  }
}
