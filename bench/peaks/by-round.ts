// The rounds of peaks one by one, ours beside the recipe: the medians hide how much depends on how high the peaks are.
import { type Result, round } from "../figure";
import { figureOf } from "../results";
import { DONE, MAJOR_FAULTS, peakName } from "./figures";
import { samplePeaks, SEED, sumPeaks } from "./jobs";

/** One round. */
export interface PeakRound {
  /** Of all jobs together. */
  readonly peaksMiB: number;
  readonly oursSeconds: number;
  readonly oursMajorFaults: number;
  readonly recipeSeconds: number;
  readonly ratio: number;
}

/** The rounds in the order in which they were measured. */
export function byRound(result: Result): readonly PeakRound[] {
  const samplesOf = (measure: string) => figureOf(result, peakName(measure, "ours", "recipe")).samples;
  const seconds = samplesOf(DONE);
  const faults = samplesOf(MAJOR_FAULTS);
  return seconds.ours.map((oursSeconds, index): PeakRound => {
    const recipeSeconds = seconds.reference[index] ?? NaN;
    return {
      peaksMiB: sumPeaks(samplePeaks(SEED + index)),
      oursSeconds,
      oursMajorFaults: faults.ours[index] ?? NaN,
      recipeSeconds,
      ratio: round(oursSeconds / recipeSeconds),
    };
  });
}
