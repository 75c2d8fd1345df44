// What a check found, and what it follows from.
import type { Problem } from "../catalogue/problems";

/** A problem, and the dotted paths that it follows from: when one of them was wrong by itself, nothing follows. */
export interface Finding {
  readonly problem: Problem;
  readonly follows: readonly string[];
}

/** A finding that follows from the path it is reported at and from others. */
export function finding(problem: Problem, ...others: readonly string[]): Finding {
  return { problem, follows: [problem.path, ...others] };
}
