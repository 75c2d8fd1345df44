// How checks report, and when they run.
import type { z } from "zod";
import type { ProblemId } from "../catalogue/catalogue";
import { describeProblem, type Problem, type ProblemParameters } from "../catalogue/problems";

/** Judges several keys of a config, or of a pool of it, as they are written. */
export type Check = (given: unknown) => readonly Problem[];

/** A check that runs where every value that it needs is right; what is wrong with one of these is reported by itself. */
export function check<T>(needs: z.ZodType<T>, judge: (values: T) => readonly Problem[]): Check {
  return (given) => {
    const parsed = needs.safeParse(given);
    return parsed.success ? judge(parsed.data) : [];
  };
}

/** A path within a pool. */
export type Path = readonly (string | number)[];

/** Makes a problem at a path within the pool. */
export type Report = (id: ProblemId, path: Path, value: unknown, parameters?: ProblemParameters) => Problem;

/** Reports for the pool of this name. */
export function reportFor(pool: string): Report {
  return (id, path, value, parameters) => describeProblem(id, ["pools", pool, ...path], value, parameters);
}
