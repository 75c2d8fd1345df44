// The catalogue of everything that can be wrong with a stack config: stable ids, each with its rule and its remedy.
import type { CatalogueEntries, CatalogueEntry } from "./entry";
import { PLATFORM_ENTRIES } from "./platform";
import { POOL_ENTRIES } from "./pools";

const ENTRIES = {
  "missing-key": { severity: "error", rule: "is required", remedy: "Set it to {expected}." },
  "unknown-key": { severity: "error", rule: "is not a key of this config", remedy: "{nearest}" },
  "wrong-type": { severity: "error", rule: "must be {expected}", remedy: "Write {example}." },
  "not-one-of": { severity: "error", rule: "must be one of {allowed}", remedy: "Choose one of these." },
  "out-of-range": { severity: "error", rule: "must be {range}", remedy: "Choose a number in that range." },
  "empty-list": { severity: "error", rule: "must have at least {least} entries", remedy: "Add what is missing." },
  "too-many-entries": { severity: "error", rule: "must have at most {most} entries", remedy: "Take some away." },
  "repeated-entry": { severity: "error", rule: "has an entry twice", remedy: "Name {entry} once." },
  "reserved-key": {
    severity: "error",
    rule: "stands at a key that JavaScript does not keep",
    remedy: "Choose another key.",
  },

  ...PLATFORM_ENTRIES,
  ...POOL_ENTRIES,
} as const satisfies CatalogueEntries;

/** Name of a problem, for scripts: a key of the catalogue. */
export type ProblemId = keyof typeof ENTRIES;

/** Everything that can be wrong, by id. */
export const CATALOGUE: Readonly<Record<ProblemId, CatalogueEntry>> = ENTRIES;
