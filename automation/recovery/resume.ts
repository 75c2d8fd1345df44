// What a run that was killed left behind: operations that the state only knows to have begun. A creation may have come
// through without an answer; to create again would double it, so it is looked for and taken into the state.
import { createdId } from "./created-id";
import { lookUpCreated } from "./created-lookup";
import { ExplainedError } from "../base/errors";
import { EXIT } from "../base/exit-codes";
import type { OpenStack } from "../engine/open-stack";
import { runOperation } from "../engine/operation";
import type { StackOptions } from "../base/stack-options";
import { readState, type State, type StateResource, writeState } from "../base/state";
import { nameOf } from "../base/urn";

/** The result of a creation that was under way. */
interface Found {
  readonly resource: StateResource;
  /** Undefined when it does not exist, or cannot. */
  readonly id: string | undefined;
}

/**
 * Finds operations that an earlier run did not finish, reports them and repairs the state. What was being deleted is
 * looked at as well: the state still has it, and an update would take it for the same. Updates need no repair: the state
 * has the old inputs, so the engine does them again.
 * @throws ExplainedError when several resources match something that may exist
 */
export async function resumeUpdate(opened: OpenStack, options: StackOptions): Promise<void> {
  const { stack } = opened;
  const state = await readState(stack);
  const pending = state.pending_operations;
  if (pending.length === 0) return;
  for (const { resource, type } of pending) {
    options.say?.(`an earlier run ended while ${type} ${nameOf(resource.urn)} (${resource.type})`);
  }
  const creating = pending
    .filter(({ type, resource }) => type === "creating" && !resource.type.startsWith("pulumi:"))
    .map(({ resource }) => resource);
  const deleting = pending.filter(({ type }) => type === "deleting").map(({ resource }) => resource.urn);
  if (creating.length === 0 && deleting.length === 0) return;
  await repair(opened, options, state, { creating, deleting });
}

/**
 * Looks for resources that may have been created although the engine received an error, and takes those that exist
 * into the state.
 * @throws ExplainedError when several resources match something that may exist
 */
export async function takeOverCreated(
  opened: OpenStack,
  options: StackOptions,
  creating: readonly StateResource[],
): Promise<void> {
  for (const resource of creating)
    options.say?.(`the creation of ${nameOf(resource.urn)} (${resource.type}) received no answer`);
  const state = await readState(opened.stack);
  await repair(opened, options, state, { creating, deleting: [] });
}

async function repair(
  opened: OpenStack,
  options: StackOptions,
  state: State,
  { creating, deleting }: { readonly creating: readonly StateResource[]; readonly deleting: readonly string[] },
): Promise<void> {
  const { stack } = opened;
  const found = await findCreated(opened, state, creating);
  for (const { resource, id } of found) {
    options.say?.(
      id === undefined
        ? `${nameOf(resource.urn)} does not exist: it will be created`
        : `${nameOf(resource.urn)}, if it exists, is ${id}: it is taken into the state`,
    );
  }
  const adopted = found.flatMap(({ resource, id }) => (id === undefined ? [] : [{ ...resource, id }]));
  const repaired = adopt(state, adopted);
  const target = [...adopted.map(({ urn }) => urn), ...deleting];
  await runOperation(opened, options, "refresh", async (hooks) => {
    // Whoever held the lock meanwhile has changed it, and may have finished what was under way.
    if (JSON.stringify(await readState(stack)) !== JSON.stringify(state)) throw changedMeanwhile(options.stack);
    await writeState(stack, repaired);
    // Reads what exists, its outputs included; what does not is dropped from the state.
    if (target.length > 0) await stack.refresh({ ...hooks, target });
  });
}

async function findCreated(
  { stack }: OpenStack,
  state: State,
  creating: readonly StateResource[],
): Promise<readonly Found[]> {
  if (creating.length === 0) return [];
  const knownIds = new Set(state.resources.flatMap(({ id }) => id ?? []));
  const { ids, place } = await lookUpCreated(stack, creating, knownIds);
  return creating.map((resource) => {
    const candidates = ids.get(resource.urn) ?? [createdId(resource, place)];
    if (candidates.length > 1) throw ambiguous(resource, candidates.map(String));
    return { resource, id: candidates[0] };
  });
}

/** The state with these resources in it, and without operations under way. */
function adopt(state: State, adopted: readonly StateResource[]): State {
  const urns = new Set(adopted.map(({ urn }) => urn));
  return {
    ...state,
    resources: [
      // What was being replaced is deleted by the next update.
      ...state.resources.map((resource) => (urns.has(resource.urn) ? { ...resource, delete: true } : resource)),
      ...adopted.map((resource) => ({ ...resource, outputs: resource.inputs })),
    ],
    pending_operations: [],
  };
}

function changedMeanwhile(stack: string): ExplainedError {
  return new ExplainedError(
    "pending-operation",
    EXIT.updateFailed,
    `another run has changed the state of stack ${stack} while this one repaired it: run this again`,
  );
}

function ambiguous(resource: StateResource, ids: readonly string[]): ExplainedError {
  return new ExplainedError(
    "pending-operation",
    EXIT.updateFailed,
    `an earlier run ended while creating ${nameOf(resource.urn)} (${resource.type}), and ${ids.join(" and ")} may be it: ` +
      `delete those that are not, or name the right one with \`pulumi refresh --import-pending-creates\` (${resource.urn})`,
  );
}
