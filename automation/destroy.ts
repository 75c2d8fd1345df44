// destroy: the nodes are drained, then everything goes.
import { CommandError } from "@pulumi/pulumi/automation";
import { countChanges, type ChangeKind } from "./base/changes";
import { ExplainedError, UpdateFailedError } from "./base/errors";
import { EXIT } from "./base/exit-codes";
import type { StackOptions } from "./base/stack-options";
import { readState, writeState, type State } from "./base/state";
import { drainPools, reportHolders, type DrainOptions } from "./drain/drain";
import type { Holders } from "./drain/holders";
import type { DrainResult } from "./drain/node-pools";
import { explainCli } from "./engine/failure";
import { withStack, type OpenStack } from "./engine/open-stack";
import { runOperation } from "./engine/operation";
import { defaultMessage } from "./engine/update-message";
import { findOrphans, type Orphan, type OrphanKind } from "./recovery/orphans";
import { resumeUpdate } from "./recovery/resume";
import { CLUSTER_TYPE } from "./review/pool-changes";
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
  /** What of others stood in the way before the drain; null where nothing was drained, and in a cluster that stays. */
  readonly holders: Holders | null;
  readonly seconds: number;
}

/**
 * Destroys everything that the stack has; the stack itself and its history stay.
 * @throws RefusedError when the stack is protected and its name was not repeated, or AWS would refuse to delete the cluster
 * @throws ExplainedError when the stack is missing, nodes are not removed, or the engine fails; the next run continues
 * from there. Its details have `orphans`, what controllers left in the account
 */
export async function destroy(options: DestroyOptions): Promise<DestroyResult> {
  return withStack(options, "fail", async (opened) => {
    const { stack, settings } = opened;
    const reasons = [
      ...demandName(
        { stack: options.stack, isProtected: settings.protect, confirm: options.confirm },
        "everything in it would be destroyed",
      ),
      ...deletionProtection(await readState(stack), stack.name),
    ];
    if (reasons.length > 0) throw new RefusedError(reasons, { stack: stack.name });
    await resumeUpdate(opened, options);
    // No nodes run in the sandbox.
    const drains = options.sandbox === undefined && (options.drain ?? true);
    const holders = drains && settings.platform.kind === "new" ? await reportHolders(opened, options) : null;
    if (drains) {
      const drained = await drainPools(opened, options);
      if (!drained.drained) throw notDrained(drained);
    }
    // After the drain: one that comes to no end leaves the stack as protected as it was.
    await unprotect(opened);
    const { changes, seconds } = await destroyAll(opened, options);
    return {
      stack: stack.name,
      counts: countChanges(changes),
      orphans: await listOrphans(opened, options),
      holders,
      seconds,
    };
  });
}

/** AWS refuses only when nodes, Karpenter and add-ons are gone, and Pulumi's own protection with them. */
function deletionProtection({ resources }: State, stack: string): readonly string[] {
  return resources
    .filter(({ type, outputs }) => type === CLUSTER_TYPE && outputs["deletionProtection"] === true)
    .map(
      ({ id }) =>
        `AWS would refuse to delete the cluster ${id}, whose deletion protection is on, after everything in it is gone. Set eks-swap:cluster.deletionProtection to false, and run eks-swap up --stack ${stack}, then destroy`,
    );
}

async function destroyAll(opened: OpenStack, options: DestroyOptions) {
  const { stack, engine } = opened;
  const message = options.message ?? defaultMessage(options.folder ?? ".");
  try {
    return await runOperation(opened, options, "destroy", async (hooks) =>
      stack.destroy({ ...engine, ...hooks, ...(message === undefined ? {} : { message }) }),
    );
  } catch (error) {
    // What is left in the account is the usual reason why a network cannot be deleted. A run that was interrupted, or had
    // no lock or credentials, ends at once.
    if (!(error instanceof UpdateFailedError)) throw error;
    throw error.with({ orphans: await listOrphans(opened, options) });
  }
}

/** What a cluster works with as long as it is there. */
const OF_CLUSTER: readonly OrphanKind[] = ["security group", "log group"];

/** Of a cluster that is gone with the stack; in one that stays, others may own what bears its tag. */
async function listOrphans({ stack, settings }: OpenStack, { say }: StackOptions): Promise<readonly Orphan[] | null> {
  if (settings.platform.kind === "existing") return null;
  try {
    const { resources } = await readState(stack);
    const isThere = resources.some(({ type }) => type === CLUSTER_TYPE);
    const found = await findOrphans(stack, settings.platform.cluster.name);
    const orphans = found.filter(({ kind }) => !isThere || !OF_CLUSTER.includes(kind));
    for (const { kind, id, remove } of orphans) say?.(`left in the account: ${kind} ${id}. To delete it: ${remove}`);
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
