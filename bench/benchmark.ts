// What a benchmark is.
import type { Measured } from "./figure";

/** Something that is measured on its own. */
export interface Benchmark {
  readonly name: string;
  /** What it measures, and what it needs, for `--list`. */
  readonly about: string;
  /**
   * @param runs rounds, each of eks-swap and of the reference
   * @param say takes lines of progress
   * @param keep takes what is there so far, of a benchmark that takes long
   */
  readonly measure: (
    runs: number,
    say: (line: string) => void,
    keep: (measured: readonly Measured[]) => Promise<void>,
  ) => Promise<readonly Measured[]>;
}
