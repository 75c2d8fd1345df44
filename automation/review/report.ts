// A preview or an update in the words of its closing summary, and as the document of `--json`.
import type { ChangeKind } from "../base/changes";
import type { PoolOutlook, SettingChange } from "./outlook";
import type { Review } from "./review";

/** The document of a preview. Resources that stay the same are left out. */
export function reviewDocument(review: Review): Readonly<Record<string, unknown>> {
  return {
    stack: review.stack,
    changes: review.counts,
    resources: review.changes
      .filter(({ kind }) => kind !== "same")
      .map(({ urn, type, name, kind, replaceKeys }) => ({ urn, type, name, kind, replaceKeys })),
    pools: review.pools.map(({ pool, kind, reasons, nodes, changes }) => ({ pool, kind, reasons, nodes, changes })),
    gates: review.refusals,
    beyondPlan: review.beyondPlan,
    unchecked: review.unchecked,
    problems: review.warnings,
    seconds: review.seconds,
  };
}

/** How the kinds of change are called in each tense. */
const WORDS: Readonly<Record<ChangeKind, readonly [would: string, did: string]>> = {
  create: ["to create", "created"],
  update: ["to update", "updated"],
  replace: ["to replace", "replaced"],
  delete: ["to delete", "deleted"],
  import: ["to import", "imported"],
  same: ["the same", "the same"],
};

/** `3 to create, 1 to update`, or `no changes`. */
export function describeCounts(counts: Readonly<Partial<Record<ChangeKind, number>>>, tense: "would" | "did"): string {
  const parts = Object.entries(WORDS).flatMap(([kind, [would, did]]) => {
    const count = Object.entries(counts).find(([key]) => key === kind)?.[1] ?? 0;
    return count === 0 ? [] : [`${count} ${tense === "would" ? would : did}`];
  });
  return parts.join(", ") || "no changes";
}

/** A line for each pool that is changed. */
function describePools(pools: readonly PoolOutlook[]): readonly string[] {
  return pools.flatMap((outlook) => {
    const { replacing, others } = poolWords(outlook);
    if (outlook.kind === "keep" && others.length === 0) return [];
    const lists = [replacing, others].filter((list) => list.length > 0).map((list) => list.join(", "));
    return [`pool ${outlook.pool}: ${[describeNodes(outlook), lists.join("; also ")].filter(Boolean).join(": ")}`];
  });
}

/** What a pool's nodes are replaced for, and what changes without that. */
export function poolWords({ kind, changes, unexplained }: PoolOutlook): {
  readonly replacing: readonly string[];
  readonly others: readonly string[];
} {
  const of = (replaces: boolean): readonly string[] =>
    changes.filter(({ replacesNodes }) => replacesNodes === replaces).map(describeChange);
  return { replacing: kind === "roll" ? [...of(true), ...unexplained] : [], others: of(false) };
}

function describeChange({ what, before, after }: SettingChange): string {
  return `${what} ${before} → ${after}`;
}

/** What happens to a pool's nodes. */
export function describeNodes({ kind, nodes }: PoolOutlook): string {
  const count = nodes === null ? "its nodes" : `${nodes} ${nodes === 1 ? "node" : "nodes"}`;
  switch (kind) {
    case "add":
      return "is added";
    case "remove":
      return `is removed, ${count} with it`;
    case "roll":
      return `replaces ${count}`;
    case "keep":
      return "keeps its nodes";
  }
}

/** The closing summary of a preview. */
export function describeReview(review: Review): readonly string[] {
  return [
    `preview of ${review.stack}: ${describeCounts(review.counts, "would")} (${review.seconds} s)`,
    ...describePools(review.pools),
    ...review.unchecked.map((what) => `not checked: ${what}`),
    ...review.refusals.map(
      ({ gate, message, allowed }) => `gate ${gate} ${allowed ? "is opened for this update" : "is closed"}: ${message}`,
    ),
  ];
}
