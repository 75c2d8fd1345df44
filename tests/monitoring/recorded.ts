// The samples that were recorded from a real node, and the rules of its pool.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describeRules } from "../../monitoring/rules";
import { planPool } from "../../swap/plan";
import { GIB } from "../../swap/quantity";
import { ebsPool } from "../support/pools";
import type { QueryRange } from "./prometheus";
import { recordedSchema, type RecordedSamples } from "./record/metrics";

export const RECORDED_FILE = join(__dirname, "recorded", "node.json");

/** Rules of the pool that the node was of: 4 GiB of swap on the root volume. */
export const recordedRules = describeRules([planPool(ebsPool({ sizeBytes: 4 * GIB }), "amd64")]);

export function readRecorded(): RecordedSamples {
  return recordedSchema.parse(JSON.parse(readFileSync(RECORDED_FILE, "utf8")));
}

/** The whole of it, evaluated about as often as it was looked at. */
export function recordedRange({ seconds }: RecordedSamples): QueryRange {
  return { end: seconds.at(-1) ?? 0, step: 15 };
}
