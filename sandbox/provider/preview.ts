// A preview of a creation or an update: whether the engine asks for one, and what an update would show.
import { AsyncLocalStorage } from "node:async_hooks";
import { hasSecret, isProperties, type Properties, type Value } from "./values";

/** True within a request of a preview: nothing may be done. */
export const inPreview = new AsyncLocalStorage<boolean>();

/** New inputs over what the resource shows now: what the service added to the old inputs stays. */
export function overlay(shown: Properties, before: Properties, news: Properties): Properties {
  const added = Object.entries(shown).filter(([name]) => !(name in before) && !(name in news));
  const given = Object.entries(news).map(([name, value]): [string, Value] => {
    const [lower, old] = [shown[name], before[name]];
    const isBlock = isProperties(value) && isProperties(lower) && isProperties(old) && !hasSecret(value);
    return [name, isBlock ? overlay(lower, old, value) : value];
  });
  return Object.fromEntries([...added, ...given]);
}

/**
 * What a new resource will show, as far as its inputs say. The engine takes a property that is missing for unknown, but not
 * one within a property: what the service may add to is left out, such as a cluster's `vpcConfig`.
 */
export function foresee(inputs: Properties): Properties {
  return Object.fromEntries(Object.entries(withoutMarks(inputs)).filter(([, value]) => !isProperties(value)));
}

/** Inputs without the marks of automatic names. */
export function withoutMarks(inputs: Properties): Properties {
  return Object.fromEntries(Object.entries(inputs).filter(([name]) => name !== "__defaults"));
}
