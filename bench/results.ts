// The files of bench/results: one for each benchmark.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Figure, type Result, resultSchema } from "./figure";

const FOLDER = join(__dirname, "results");

/** Results of benchmarks, by name; those that were never run are not in it. */
export function readResults(names: readonly string[]): Readonly<Record<string, Result>> {
  const measured = names.filter((name) => existsSync(fileOf(name)));
  return Object.fromEntries(
    measured.map((name) => [name, resultSchema.parse(JSON.parse(readFileSync(fileOf(name), "utf8")))]),
  );
}

/** Keeps what a benchmark found, in the place of what it found before. */
export function writeResult(name: string, result: Result): void {
  writeFileSync(fileOf(name), `${JSON.stringify(resultSchema.parse(result), null, 2)}\n`);
}

/**
 * The figure of that name.
 * @throws Error when there is none: a figure is drawn of what was measured, or not at all
 */
export function figureOf({ figures }: Result, name: string): Figure {
  const found = figures.find((figure) => figure.name === name);
  if (found === undefined) throw new Error(`no figure is called "${name}"`);
  return found;
}

/** The page of every figure of a benchmark. */
export function pageOf(name: string): string {
  return join(FOLDER, `${name}.md`);
}

function fileOf(name: string): string {
  return join(FOLDER, `${name}.json`);
}
