// What every operation on a stack is given.
import type { EngineEvent } from "@pulumi/pulumi/automation";
import type { ConfigOverrides } from "./override";

/** An operation of the engine. */
export type OperationName = "preview" | "up" | "refresh" | "drain" | "destroy";

/** Follows one operation. */
export interface OperationProgress {
  /** Takes the engine's events. */
  readonly onEvent: (event: EngineEvent) => void;
  /** Called once, when the operation has ended. */
  readonly stop: () => void;
}

/** A fake cloud on this machine, in the place of an account. */
export interface SandboxPlace {
  /** Absolute path of the folder with what exists in the fake cloud, and with the state of its stacks; made if need be. */
  readonly folder: string;
  /** Starts the fake cloud; gives what the engine's environment needs to reach it, and the way to end it. */
  readonly start: () => Promise<{
    /** Variables of the engine's environment. */
    readonly environment: Readonly<Record<string, string>>;
    /** Keeps the fake cloud until this engine has ended too, should this process be killed. */
    readonly serve: (engine: number) => void;
    /** Ends the processes of the fake cloud. */
    readonly stop: () => Promise<void>;
  }>;
}

/** Which stack, with which config, and who receives the events. */
export interface StackOptions {
  /** Name of the stack, such as `dev` or `org/eks-swap/dev`. Its config is read from `Pulumi.dev.yaml`. */
  readonly stack: string;
  /** Folder of `Pulumi.yaml` and the stack files. Default: the working directory. */
  readonly folder?: string | undefined;
  /** Values over those of the stack file, by path; the file is not changed. */
  readonly config?: ConfigOverrides | undefined;
  /** Works in a fake cloud, with a backend of its own. Default: in the account that the credentials lead to. */
  readonly sandbox?: SandboxPlace | undefined;
  /** Most resources at a time. Default: the engine's own limit. */
  readonly parallel?: number | undefined;
  /** For the stack's history. Default: commit and page of the pipeline's run. */
  readonly message?: string | undefined;
  /** Milliseconds to wait for another run's lock. Default: 0, a locked stack is an error at once. */
  readonly waitForLockMilliseconds?: number | undefined;
  /** Removes a lock whose process ran on this host and is gone. Default: in a sandbox, nowhere else. */
  readonly cancelStaleLock?: boolean | undefined;
  /** How often an operation that failed for passing reasons only is started again. Default: 2. */
  readonly retries?: number | undefined;
  /** Its abort stops the engine, which finishes and records the operations under way. */
  readonly signal?: AbortSignal | undefined;
  /** Called when an operation begins; takes its events until it ends. */
  readonly progress?: ((operation: OperationName) => OperationProgress) | undefined;
  /** Takes lines for people. Default: they are dropped. */
  readonly say?: ((line: string) => void) | undefined;
  /** Takes a line that changes in place, and undefined to take it away. Default: `say` gets a line each 30 seconds. */
  readonly status?: ((text: string | undefined) => void) | undefined;
}
