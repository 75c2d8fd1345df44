// YAML aliases that make a small text a huge value, or one without an end.

/** Far above any manifest or config; what follows walks every value. */
const MOST_VALUES = 1_000_000;

/**
 * Why a value that was read of YAML cannot be used: it contains itself, or its aliases stand for too many values.
 * @returns undefined for a value that can be used
 */
export function describeAliases(root: unknown): string | undefined {
  const counted = new Map<object, number>();
  const open = new Set<object>();
  const cycles: object[] = [];
  const count = (value: unknown): number => {
    if (typeof value !== "object" || value === null) return 1;
    if (open.has(value)) {
      cycles.push(value);
      return 1;
    }
    const known = counted.get(value);
    if (known !== undefined) return known;
    open.add(value);
    const size = Object.values(value).reduce<number>((sum, inner) => sum + count(inner), 1);
    open.delete(value);
    counted.set(value, size);
    return size;
  };
  const size = count(root);
  if (cycles.length > 0) return "has an alias (*name) to a value that contains it, and so has no end";
  return size > MOST_VALUES ? `has aliases (*name) that stand for more than ${MOST_VALUES} values` : undefined;
}
