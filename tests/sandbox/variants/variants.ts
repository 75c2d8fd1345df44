// Broken variants of what the program sends: how one is described, and how one is made.
import type { Moment } from "../../../sandbox/provider/kind";
import type { Store } from "../../../sandbox/provider/store";
import type { Deployed } from "../deployment";
import { isList, isProperties, parseJson, type Properties, type Value } from "../../../sandbox/provider/values";

/** Makes other inputs of a resource's inputs. */
export type Change = (inputs: Properties) => Properties;

/** Changes what exists around a resource. */
export type Around = (cloud: Store, resource: Deployed) => void;

/** A resource of the dev stack, changed so that one rule must catch it. */
export interface Variant {
  /** Id of the rule. */
  readonly rule: string;
  /** Logical name of the resource. */
  readonly resource: string;
  /** When the rule catches it. */
  readonly moment: Moment;
  /** What is wrong with the inputs; nothing is when the cloud around them is at fault. */
  readonly change: Change;
  /** What is wrong with the rest of the cloud. */
  readonly around: Around;
}

/** Describes variants of one resource. */
export function variantsOf(
  resource: string,
  moment: Moment,
  variants: Readonly<Record<string, Change | { readonly change?: Change; readonly around?: Around }>>,
): readonly Variant[] {
  return Object.entries(variants).map(([rule, wrong]) => {
    const { change = same, around = nothing } = typeof wrong === "function" ? { change: wrong } : wrong;
    return { rule, resource, moment, change, around };
  });
}

const same: Change = (inputs) => inputs;

function nothing(): void {
  // The cloud stays as it is.
}

/** The value at a path of names and list positions. */
export function valueOf(inputs: Value, path: string): Value {
  return path.split(".").reduce<Value>((value, name) => {
    if (isList(value)) return value[Number(name)] ?? null;
    return isProperties(value) ? (value[name] ?? null) : null;
  }, inputs);
}

/** Sets the value at a path of names and list positions; text is such a path with dots between its parts. */
export function set(path: string | readonly string[], value: Value): Change {
  const names = typeof path === "string" ? path.split(".") : path;
  return (inputs) => toProperties(changed(inputs, names, value));
}

/** Takes the value at a path away. */
export function without(path: string | readonly string[]): Change {
  const names = typeof path === "string" ? path.split(".") : path;
  return (inputs) => toProperties(changed(inputs, names, undefined));
}

/** One change after another. */
export function all(...changes: readonly Change[]): Change {
  return (inputs) => changes.reduce((result, change) => change(result), inputs);
}

/** Changes the JSON document that the input at a name holds as text. */
export function inJson(name: string, change: Change): Change {
  return (inputs) => {
    const text = inputs[name];
    const document = typeof text === "string" ? parseJson(text) : undefined;
    return { ...inputs, [name]: JSON.stringify(change(toProperties(document))) };
  };
}

function toProperties(value: Value | undefined): Properties {
  if (!isProperties(value)) throw new Error(`not an object: ${JSON.stringify(value)}`);
  return value;
}

function changed(target: Value | undefined, [name = "", ...rest]: readonly string[], value: Value | undefined): Value {
  if (isList(target)) {
    const items = [...target];
    items[Number(name)] = rest.length === 0 ? (value ?? null) : changed(items[Number(name)], rest, value);
    return items;
  }
  const properties = isProperties(target) ? target : {};
  if (rest.length > 0) return { ...properties, [name]: changed(properties[name], rest, value) };
  if (value !== undefined) return { ...properties, [name]: value };
  return Object.fromEntries(Object.entries(properties).filter(([other]) => other !== name));
}

/** Removes all resources of some types, or one of them whose id or outputs contain a text. */
export function remove(types: string | readonly string[], containing = ""): (cloud: Store) => void {
  return (cloud) => {
    const found = [types]
      .flat()
      .flatMap((type) => cloud.list(type))
      .filter((resource) => JSON.stringify(resource).includes(containing));
    if (found.length === 0) throw new Error(`there is nothing to remove of ${String(types)} with "${containing}"`);
    for (const resource of found) cloud.remove(resource.type, resource.id);
  };
}

/** Changes the outputs of all resources of a type that contain a text, as somebody does behind Pulumi's back. */
export function alter(type: string, change: Change, containing = ""): (cloud: Store) => void {
  return (cloud) => {
    const found = cloud.list(type).filter((resource) => JSON.stringify(resource).includes(containing));
    if (found.length === 0) throw new Error(`there is nothing to alter of ${type} with "${containing}"`);
    for (const resource of found) {
      cloud.put({ ...resource, inputs: change(resource.inputs), outputs: change(resource.outputs) });
    }
  };
}

/** Puts a resource that somebody else made. */
export function put(cloud: Store, type: string, id: string, outputs: Properties): void {
  cloud.put({ type, id, inputs: {}, outputs, secrets: [], memory: {} });
}
