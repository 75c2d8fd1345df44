// A stack of this program on the real Pulumi engine and the sandbox's cloud, open for the Automation API's own methods.
import { LocalWorkspace, type PulumiCommand, Stack } from "@pulumi/pulumi/automation";
import { findPlace } from "../../automation/engine/place";
import { runProgram } from "../../automation/engine/program";
import { startSandbox } from "../../sandbox/start";

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
}

/** Starts the sandbox and opens the stack, which is made if it is not there. */
export async function openSandboxStack({ folder, stack, config, cli }: SandboxStackArgs): Promise<SandboxStack> {
  const sandbox = { folder, start: async () => startSandbox(folder) };
  const { workspace, close } = await findPlace({ stack, sandbox }, folder, config);
  try {
    const envVars = { ...workspace.envVars, PULUMI_SKIP_UPDATE_CHECK: "true" };
    const opened = await LocalWorkspace.create({ ...workspace, pulumiCommand: cli, program: runProgram, envVars });
    return { stack: await Stack.createOrSelect(stack, opened), close };
  } catch (error) {
    await close();
    throw error;
  }
}
