// The property values that the Pulumi engine sends to a provider, and how to look into them without casts.
import * as rpc from "@pulumi/pulumi/runtime/rpc";

/** Stands for a value that is only known after an update. */
export const UNKNOWN: string = rpc.unknownValue;

/** A value as the engine sends it: JSON, in which unknown values are a marker string and secrets a marker object. */
export type Value = null | boolean | number | string | readonly Value[] | Properties;

/** The properties of a resource. A name that is not there reads as `undefined`. */
export interface Properties {
  readonly [name: string]: Value;
}

/** True for an object, as opposed to a list, a scalar or nothing. */
export function isProperties(value: Value | undefined): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** True for a list. `Array.isArray` alone does not narrow a readonly list. */
export function isList(value: Value | undefined): value is readonly Value[] {
  return Array.isArray(value);
}

/** True if the value is, or contains, something that is only known after an update. */
export function hasUnknown(value: Value | undefined): boolean {
  if (value === UNKNOWN) return true;
  if (isList(value)) return value.some(hasUnknown);
  return isProperties(value) && Object.values(value).some(hasUnknown);
}

/** True if the value is, or contains, a secret. */
export function hasSecret(value: Value | undefined): boolean {
  if (isList(value)) return value.some(hasSecret);
  if (!isProperties(value)) return false;
  return value[rpc.specialSigKey] === rpc.specialSecretSig || Object.values(value).some(hasSecret);
}

/** The value with every secret laid open, because a cloud compares and stores plain values. */
export function reveal(value: Value): Value {
  if (isList(value)) return value.map(reveal);
  if (!isProperties(value)) return value;
  if (value[rpc.specialSigKey] === rpc.specialSecretSig) return reveal(value["value"] ?? null);
  return revealAll(value);
}

/** {@link reveal} for all properties of a resource. */
export function revealAll(properties: Properties): Properties {
  return Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, reveal(value)]));
}

/** The value marked as a secret, in the form in which the engine expects it. */
export function conceal(value: Value): Properties {
  return { [rpc.specialSigKey]: rpc.specialSecretSig, value };
}

/** The value at a dotted path (`vpcConfig.subnetIds`), or undefined. Parts of the path are property names only. */
export function propertyAt(properties: Value | undefined, path: string): Value | undefined {
  return path
    .split(".")
    .reduce<Value | undefined>((value, name) => (isProperties(value) ? value[name] : undefined), properties);
}

/** All scalar values at a dotted path; lists on the way and at the end are walked through. */
export function valuesAt(value: Value | undefined, path: string): readonly Value[] {
  if (isList(value)) return value.flatMap((item) => valuesAt(item, path));
  if (path === "") return value === undefined || value === null ? [] : [value];
  const [name = "", ...rest] = path.split(".");
  return isProperties(value) ? valuesAt(value[name], rest.join(".")) : [];
}

/** The string at a path, or undefined if there is none, if it is unknown, or if it is something else. */
export function textAt(properties: Value | undefined, path: string): string | undefined {
  const value = propertyAt(properties, path);
  return typeof value === "string" && value !== UNKNOWN ? value : undefined;
}

/** The strings at a path, lists walked through, unknown ones left out. */
export function textsAt(properties: Value | undefined, path: string): readonly string[] {
  return valuesAt(properties, path).filter((value): value is string => typeof value === "string" && value !== UNKNOWN);
}

/** The list at a path, empty if there is none. */
export function listAt(properties: Value | undefined, path: string): readonly Value[] {
  const value = propertyAt(properties, path);
  return isList(value) ? value : [];
}

/** True for what JSON can hold. */
export function isValue(value: unknown): value is Value {
  if (value === null || ["boolean", "number", "string"].includes(typeof value)) return true;
  return typeof value === "object" && Object.values(value).every(isValue);
}

/** Parses JSON text into a value; undefined if it is not JSON. */
export function parseJson(text: string): Value | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isValue(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Deep equality; the order of property names does not count. */
export function isEqual(left: Value | undefined, right: Value | undefined): boolean {
  if (isList(left)) {
    return isList(right) && left.length === right.length && left.every((item, index) => isEqual(item, right[index]));
  }
  if (isProperties(left)) {
    if (!isProperties(right)) return false;
    const names = new Set([...Object.keys(left), ...Object.keys(right)]);
    return [...names].every((name) => isEqual(left[name], right[name]));
  }
  return left === right;
}

/** The number at a path, or undefined if there is none or it is unknown. */
export function numberAt(properties: Value | undefined, path: string): number | undefined {
  const value = propertyAt(properties, path);
  return typeof value === "number" ? value : undefined;
}

/** True if there is nothing at a path. */
export function isEmpty(properties: Value | undefined, path: string): boolean {
  return (propertyAt(properties, path) ?? null) === null;
}

/** True if the value at a path is `true`. */
export function isSet(properties: Value | undefined, path: string): boolean {
  return propertyAt(properties, path) === true;
}

/** Properties without those that have no value. */
export function present(properties: Readonly<Record<string, Value | undefined>>): Properties {
  return Object.fromEntries(
    Object.entries(properties).filter((entry): entry is [string, Value] => entry[1] !== undefined),
  );
}
