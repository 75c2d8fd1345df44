// Looks up what an object has itself, for keys that a user chose.

/** The value of a key, undefined where the object has none of its own: every object inherits `constructor` and others. */
export function own<T>(object: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}
