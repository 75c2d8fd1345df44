// What an update does, or would do, to each resource: the engine's events put together.
import type { EngineEvent, OpType } from "@pulumi/pulumi/automation";
import { isDefaultProvider, nameOf } from "./urn";

/** What happens to a resource. A replacement is one change, whatever steps the engine takes for it. */
export type ChangeKind = "create" | "update" | "replace" | "delete" | "import" | "same";

/** Inputs of a resource as the engine's events have them; secrets are masked there. */
export type Inputs = Readonly<Record<string, unknown>>;

/** What happens to a resource. */
export interface ResourceChange {
  readonly urn: string;
  /** The type token, such as `aws:ec2/vpc:Vpc`. */
  readonly type: string;
  /** The logical name. */
  readonly name: string;
  readonly kind: ChangeKind;
  /** Undefined for a resource that did not exist. */
  readonly before: Inputs | undefined;
  /** Undefined for a resource that will not exist. */
  readonly after: Inputs | undefined;
  /** The properties that force a replacement. */
  readonly replaceKeys: readonly string[];
}

/** What each of the engine's steps is part of; steps that only look are left out. */
const KINDS: Partial<Readonly<Record<OpType, ChangeKind>>> = {
  create: "create",
  update: "update",
  delete: "delete",
  same: "same",
  import: "import",
  replace: "replace",
  "create-replacement": "replace",
  "delete-replaced": "replace",
  "import-replacement": "replace",
  "discard-replaced": "replace",
};

/**
 * The changes of an operation, in the order in which the engine came to the resources. As in Pulumi's own counts, the stack
 * and every component is a resource, and a provider that Pulumi makes by itself is none.
 */
export function collectChanges(events: readonly EngineEvent[]): readonly ResourceChange[] {
  const changes = new Map<string, ResourceChange>();
  for (const { resourcePreEvent } of events) {
    const step = resourcePreEvent?.metadata;
    const kind = step && KINDS[step.op];
    if (step === undefined || kind === undefined || isDefaultProvider(step.urn)) continue;
    const known = changes.get(step.urn);
    changes.set(step.urn, {
      urn: step.urn,
      type: step.type,
      name: nameOf(step.urn),
      kind: known?.kind === "replace" ? "replace" : kind,
      before: known?.before ?? step.old?.inputs,
      after: step.new?.inputs ?? known?.after,
      replaceKeys: [...new Set([...(known?.replaceKeys ?? []), ...(step.keys ?? [])])],
    });
  }
  return [...changes.values()];
}

/**
 * How many resources each kind of change is for; `same` is left out. The one count: `try`, every command, `--json`, the
 * Markdown and the live tree have it.
 */
export function countChanges(changes: readonly ResourceChange[]): Readonly<Partial<Record<ChangeKind, number>>> {
  const counts: Partial<Record<ChangeKind, number>> = {};
  for (const { kind } of changes) if (kind !== "same") counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}
