// Looks into values whose shape is not known yet.

/** The value at a path of keys and indices, undefined where there is none. What every object inherits is none. */
export function valueAt(config: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === "object" && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined,
    config,
  );
}

/** The keys of the object at a path; none where there is no object. */
export function keysAt(config: unknown, path: readonly PropertyKey[]): readonly string[] {
  const value = valueAt(config, path);
  return typeof value === "object" && value !== null ? Object.keys(value) : [];
}
