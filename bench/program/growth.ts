// How operations and memory grow with the number of pools: what each further pool costs, between the sizes that were measured.
import type { Figure, Result } from "../figure";
import { figureOf } from "../results";
import { measuredSizes, memoryName, operationName, OPERATIONS } from "./bench";

/** What a further pool costs between two sizes, by the medians. */
export interface Growth {
  /** An operation, or the peak of memory. */
  readonly of: string;
  readonly unit: Figure["unit"];
  readonly fromPools: number;
  readonly toPools: number;
  /** In `unit` for each further pool. */
  readonly ours: number;
  readonly reference: number;
}

const QUANTITIES = [
  ...OPERATIONS.map((operation) => ({ of: operation, nameOf: (pools: number) => operationName(operation, pools) })),
  { of: "peak memory", nameOf: memoryName },
];

/** The costs between neighbouring sizes of those that were measured: equal ones mean that it grows in proportion. */
export function growthOf(results: Readonly<Record<string, Result>>): readonly Growth[] {
  const measured = measuredSizes(results);
  return QUANTITIES.flatMap(({ of, nameOf }) =>
    measured.slice(1).flatMap(({ pools: toPools, result }, index): readonly Growth[] => {
      const before = measured[index];
      if (before === undefined) return [];
      const [from, to] = [figureOf(before.result, nameOf(before.pools)), figureOf(result, nameOf(toPools))];
      const further = toPools - before.pools;
      const ours = (to.ours - from.ours) / further;
      const reference = ((to.reference ?? NaN) - (from.reference ?? NaN)) / further;
      return [{ of, unit: to.unit, fromPools: before.pools, toPools, ours, reference }];
    }),
  );
}
