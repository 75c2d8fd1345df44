// destroy: the nodes are drained, then everything goes.
import { CommandError } from "@pulumi/pulumi/automation";
import { countChanges, type ChangeKind } from "./base/changes";
import { ExplainedError } from "./base/errors";
import { EXIT } from "./base/exit-codes";
import type { StackOptions } from "./base/stack-options";
import { readState, writeState } from "./base/state";
import { drainPools, type DrainOptions } from "./drain/drain";
import type { DrainResult } from "./drain/node-pools";
import { explainCli } from "./engine/failure";
import { withStack, type OpenStack } from "./engine/open-stack";
import { runOperation } from "./engine/operation";
import { defaultMessage } from "./engine/update-message";
import { findOrphans, type Orphan } from "./recovery/orphans";
import { resumeUpdate } from "./recovery/resume";
import { demandName, RefusedError } from "./review/refusal";

/** What a destroy takes. */
export interface DestroyOptions extends DrainOptions {
  /** Whether nodes are drained, and watched meanwhile, before anything else is destroyed. Default: true. */
  readonly drain?: boolean | undefined;
  /** The stack's name, which a protected stack wants repeated. */
  readonly confirm?: string | undefined;
}

/** What a destroy did. */
export interface DestroyResult {
  readonly stack: string;
  readonly counts: Readonly<Partial<Record<ChangeKind, number>>>;
  /** What the cluster's controllers left in the account; null when it was not theirs to take along, or could not be listed. */
  readonly orphans: readonly Orphan[] | null;
  readonly seconds: number;
}

/**
 * Destroys everything that the stack has; the stack itself and its history stay.
 * @throws RefusedError when the stack is protected and its name was not repeated
 * @throws ExplainedError when the stack is missing, nodes are not removed, or the engine fails; the next run continues
 * from there
 */
export async function destroy(options: DestroyOptions): Promise<DestroyResult> {
  return withStack(options, "fail", async (opened) => {
    const { stack, settings, engine } = opened;
    const reasons = demandName(
      { stack: options.stack, isProtected: settings.protect, confirm: options.confirm },
      "everything in it would be destroyed",
    );
    if (reasons.length > 0) throw new RefusedError(reasons, { stack: stack.name });
    await resumeUpdate(opened, options);
    if (options.drain ?? true) {
      const drained = await drainPools(opened, options);
      if (!drained.drained) throw notDrained(drained);
    }
    // After the drain: one that comes to no end leaves the stack as protected as it was.
    await unprotect(opened);
    const message = options.message ?? defaultMessage(options.folder ?? ".");
    const { changes, seconds } = await runOperation(opened, options, "destroy", async (hooks) =>
      stack.destroy({ ...engine, ...hooks, ...(message === undefined ? {} : { message }) }),
    );
    return { stack: stack.name, counts: countChanges(changes), orphans: await listOrphans(opened, options), seconds };
  });
}

/** Of a cluster that is gone with the stack; in one that stays, others may own what bears its tag. */
async function listOrphans({ stack, settings }: OpenStack, { say }: StackOptions): Promise<readonly Orphan[] | null> {
  if (settings.platform.kind === "existing") return null;
  try {
    const orphans = await findOrphans(stack, settings.platform.cluster.name);
    for (const { kind, id } of orphans) say?.(`left in the account, delete it manually: ${kind} ${id}`);
    return orphans;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    say?.(`what is left in the account could not be listed: ${explainCli(error, stack.name).message}`);
    return null;
  }
}

/** Takes Pulumi's protection off for this destroy; an update puts it on again as long as the config says `protect`. */
async function unprotect({ stack }: OpenStack): Promise<void> {
  const state = await readState(stack);
  if (state.resources.every(({ protect }) => protect !== true)) return;
  await writeState(stack, {
    ...state,
    resources: state.resources.map((resource) => ({
      ...resource,
      ...(resource.protect === true ? { protect: false } : {}),
    })),
  });
}

function notDrained({ remaining, controller }: DrainResult): ExplainedError {
  const left = remaining.map(
    ({ pool, nodeClaim, node, reasons }) => `  - ${pool}: ${node ?? nodeClaim} ${reasons.join("; ")}`,
  );
  return new ExplainedError(
    "not-drained",
    EXIT.updateFailed,
    [
      `nodes are left, so nothing else is destroyed:`,
      ...(controller === null ? [] : [`  - ${controller}`]),
      ...left,
    ].join("\n"),
    { details: { remaining, controller } },
  );
}
