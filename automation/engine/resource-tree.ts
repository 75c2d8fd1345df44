// The resources of an update as a tree that grows with the engine's events.
import type { EngineEvent, OpType } from "@pulumi/pulumi/automation";
import { isDefaultProvider, nameOf, typeOf } from "../base/urn";

/** Where a resource stands. `same`: it was as it should be. */
export type ResourceState = "running" | "done" | "same" | "failed";

/** A resource of the tree. */
export interface ResourceNode {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly parent: string;
  op: OpType;
  state: ResourceState;
}

/** Collects events. The order is that of registration, so parents come before their children. */
export class ResourceTree {
  readonly #nodes = new Map<string, ResourceNode>();

  /** Takes an event in; returns the resource that it is about, if it is about one that counts. */
  add(event: EngineEvent): ResourceNode | undefined {
    const { resourcePreEvent, resOutputsEvent, resOpFailedEvent } = event;
    const step = resourcePreEvent ?? resOutputsEvent ?? resOpFailedEvent;
    if (step === undefined || isDefaultProvider(step.metadata.urn)) return undefined;
    if (resourcePreEvent) return this.#set(resourcePreEvent.metadata, startState(resourcePreEvent.metadata.op));
    if (resOutputsEvent) return this.#set(resOutputsEvent.metadata, endState(resOutputsEvent.metadata.op));
    if (resOpFailedEvent) return this.#set(resOpFailedEvent.metadata, "failed");
    return undefined;
  }

  /** Resources without a parent in the tree. */
  roots(): readonly ResourceNode[] {
    return [...this.#nodes.values()].filter(({ parent }) => !this.#nodes.has(parent));
  }

  /** Resources right below one. */
  children(node: ResourceNode): readonly ResourceNode[] {
    return [...this.#nodes.values()].filter(({ parent }) => parent === node.urn);
  }

  /** All resources below one, itself left out. */
  descendants(node: ResourceNode): readonly ResourceNode[] {
    return this.children(node).flatMap((child) => [child, ...this.descendants(child)]);
  }

  #set(metadata: StepMetadata, state: ResourceState): ResourceNode {
    const { urn, op } = metadata;
    const known = this.#nodes.get(urn);
    // An interrupted or failed step stays failed, whatever the engine reports of it afterwards.
    const next = known?.state === "failed" ? "failed" : state;
    const node = known ?? {
      urn,
      type: typeOf(urn),
      name: nameOf(urn),
      parent: metadata.new?.parent ?? metadata.old?.parent ?? "",
      op,
      state: next,
    };
    node.op = op;
    node.state = next;
    this.#nodes.set(urn, node);
    return node;
  }
}

type StepMetadata = NonNullable<EngineEvent["resourcePreEvent"]>["metadata"];

function startState(op: OpType): ResourceState {
  return op === "same" ? "same" : "running";
}

function endState(op: OpType): ResourceState {
  return op === "same" ? "same" : "done";
}
