// What a URN has about a resource, and the names that providers make up.
import { newDigits } from "./account";
import type { ResourceKind } from "./kind";
import { isProperties, listAt, propertyAt, type Properties, type Value } from "./values";

/** The type token in a URN: the last part of the chain of parents' types. */
export function typeOf(urn: string): string {
  return urn.split("::")[2]?.split("$").at(-1) ?? "";
}

/** The logical name in a URN, which may contain the separator itself. */
export function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

/**
 * Gives a name to a resource that has none, as the providers do: the logical name and seven hexadecimal digits, not cut
 * when that is too long. The `__defaults` mark is theirs too: it says that a replacement may have another name.
 */
export function nameAutomatically(
  { autoName }: ResourceKind,
  urn: string,
  olds: Properties,
  news: Properties,
): Properties {
  if (autoName === undefined || propertyAt(news, autoName) !== undefined) return news;
  const previous = isNamedAutomatically(autoName, olds) ? propertyAt(olds, autoName) : undefined;
  const name = previous ?? `${nameOf(urn)}-${newDigits(7)}`;
  return { ...withValue(news, autoName.split("."), name), __defaults: [autoName] };
}

/** Whether the name at this path was made up. */
export function isNamedAutomatically(autoName: string | undefined, inputs: Properties): boolean {
  return autoName !== undefined && listAt(inputs, "__defaults").includes(autoName);
}

function withValue(properties: Properties, [name = "", ...rest]: readonly string[], value: Value): Properties {
  if (rest.length === 0) return { ...properties, [name]: value };
  const inner = properties[name];
  return { ...properties, [name]: withValue(isProperties(inner) ? inner : {}, rest, value) };
}
