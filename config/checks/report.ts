// How the checks of a pool report: paths are within the pool.
import { finding, type Finding } from "./finding";
import type { ProblemId } from "../catalogue/catalogue";
import { describeProblem, type ProblemParameters } from "../catalogue/problems";

export type Path = readonly (string | number)[];

/** Makes a finding at a path within the pool that also follows from `others`. */
export type Report = (
  id: ProblemId,
  path: Path,
  value: unknown,
  parameters?: ProblemParameters,
  ...others: Path[]
) => Finding;

/** Reports for the pool of this name. */
export function reportFor(pool: string): Report {
  return (id, path, value, parameters, ...others) =>
    finding(
      describeProblem(id, ["pools", pool, ...path], value, parameters),
      ...others.map((other) => ["pools", pool, ...other].join(".")),
    );
}
