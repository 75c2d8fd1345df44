// destroy: the nodes are drained, then everything goes.
import { CommandError } from "@pulumi/pulumi/automation";
import { countChanges, type ChangeKind } from "./base/changes";
import { onCluster } from "./cluster/failure";
import { drain, type DrainResult } from "./drain/node-pools";
import { ExplainedError } from "./base/errors";
import { EXIT } from "./base/exit-codes";
import { explainCli } from "./engine/failure";
import { kubeconfigOf } from "./cluster/kubeconfig";
import { withStack, type OpenStack } from "./engine/open-stack";
import { findOrphans, type Orphan } from "./recovery/orphans";
import { runOperation } from "./engine/operation";
import { NODE_POOL_TYPE } from "./review/pool-changes";
import { demandName, RefusedError } from "./review/refusal";
import { resumeUpdate } from "./recovery/resume";
import type { StackOptions } from "./base/stack-options";
import { readState, writeState } from "./base/state";
import { defaultMessage } from "./engine/update-message";

/** What a drain takes. */
export interface DrainStackOptions extends StackOptions {
  /** Names of the pools. Default: every pool of the stack. */
  readonly pools?: readonly string[] | undefined;
  /** Seconds until what is left is reported. Default: 3600. */
  readonly deadlineSeconds?: number | undefined;
}

/** What a destroy takes. */
export interface DestroyOptions extends DrainStackOptions {
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

const DEADLINE_SECONDS = 3600;

/**
 * Drains the nodes of pools by a destroy of their NodePools through the engine; the pools come back with the next update.
 * @throws ExplainedError when the stack is missing, the cluster cannot be read, or the engine fails
 */
export async function drainStack(options: DrainStackOptions): Promise<DrainResult> {
  return withStack(options, "fail", async (opened) => {
    await resumeUpdate(opened, options);
    return drainPools(opened, options);
  });
}

/**
 * Destroys everything that the stack has; the stack itself and its history stay.
 * @throws RefusedError when the stack is protected and its name was not repeated
 * @throws ExplainedError when the stack is missing, nodes do not go, or the engine fails; to run it again goes on from there
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
    for (const { kind, id } of orphans) say?.(`left in the account, delete it by hand: ${kind} ${id}`);
    return orphans;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    say?.(`what is left in the account could not be listed: ${explainCli(error, stack.name).message}`);
    return null;
  }
}

async function drainPools(opened: OpenStack, options: DrainStackOptions): Promise<DrainResult> {
  const { stack, engine } = opened;
  const { resources } = await readState(stack);
  const nodePools = resources
    .filter(({ type }) => type === NODE_POOL_TYPE)
    .map(({ urn, id = "" }) => ({ urn, pool: id.split("/").at(-1) ?? id }))
    .filter(({ pool }) => options.pools?.includes(pool) ?? true);
  if (nodePools.length === 0) return { drained: true, remaining: [], controller: null };
  const kubeconfig = await kubeconfigOf(stack);
  return onCluster(EXIT.updateFailed, async () =>
    drain({
      pools: nodePools.map(({ pool }) => pool),
      kubeconfig,
      deadlineSeconds: options.deadlineSeconds ?? DEADLINE_SECONDS,
      onProgress: options.say,
      signal: options.signal,
      destroyNodePools: async (signal) => {
        await runOperation(opened, { ...options, signal }, "drain", async (hooks) =>
          stack.destroy({ ...engine, ...hooks, target: nodePools.map(({ urn }) => urn) }),
        );
      },
    }),
  );
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
