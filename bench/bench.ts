// The benchmarks by name.
import type { Measured } from "./figure";
import { density } from "./density";
import { programBenches } from "./program/bench";
import { start } from "./start";
import { bootBenches } from "./boot";
import { peaksBenches } from "./peaks";
import { readaheadBenches } from "./readahead";
import { suites } from "./suites";
import { swapFile } from "./swap-file";
import { thrashBenches } from "./thrash";
import { userData } from "./user-data";

/** Something that is measured on its own. */
export interface Bench {
  readonly name: string;
  /** What it measures, and what it needs, for `--list`. */
  readonly about: string;
  /**
   * @param runs rounds, each of ours and of the reference
   * @param say takes lines of progress
   * @param keep takes what is there so far, of a benchmark that takes long
   */
  readonly measure: (
    runs: number,
    say: (line: string) => void,
    keep: (measured: readonly Measured[]) => Promise<void>,
  ) => Promise<readonly Measured[]>;
}

/** All of them, the quick ones first. */
export const benches: readonly Bench[] = [
  userData,
  start,
  suites,
  swapFile,
  ...readaheadBenches,
  ...thrashBenches,
  ...peaksBenches,
  density,
  ...programBenches,
  ...bootBenches,
];
