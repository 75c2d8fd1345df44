// The tables of docs/performance.md, written between its marks.
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import type { Figure, Result } from "./figure";
import type { Repeated } from "./repeat";
import { byRound } from "./peaks/by-round";
import { growthOf } from "./program/growth";

/** The page. */
export const PAGE = join(__dirname, "..", "docs", "performance.md");

/** The page with the figures that have a goal, every figure of each benchmark, the growth with pools and the rounds of peaks. */
export async function renderPage(page: string, results: Readonly<Record<string, Result>>): Promise<string> {
  const judged = Object.values(results).flatMap(({ figures }) => figures.filter(({ goal }) => goal !== null));
  const sections = Object.entries(results).map(([name, result]) => [name, section(result)] as const);
  const parts = [
    ["goals", table(judged)] as const,
    ...sections,
    ["growth", growth(results)] as const,
    ["peaks-by-round", peakRounds(results)] as const,
  ];
  const text = parts.reduce((all, [name, part]) => put(all, name, part), emptied(page));
  return format(text, { ...(await resolveConfig(PAGE)), filepath: PAGE });
}

/** Figures as a table in Markdown. */
export function table(figures: readonly Figure[]): string {
  const head = ["figure", "unit", "ours", "reference", "ratio", "goal", "met"];
  return rows(
    head,
    figures.map((figure) => [
      figure.name,
      figure.unit,
      String(figure.ours),
      told(figure.reference),
      told(figure.ratio),
      figure.goal === null ? "" : `≤ ${figure.goal}`,
      figure.met === null ? "" : figure.met ? "yes" : "**no**",
    ]),
  );
}

/** A repetition as a table in Markdown. */
export function repetitions(repeated: readonly Repeated[]): string {
  return rows(
    ["figure", "ratio or median", "repeated", "allowed", "holds"],
    repeated.map(({ name, before, now, range, holds }) => [
      name,
      told(before),
      told(now),
      range === null ? (holds ? "any" : "") : range.join(" to "),
      holds ? "yes" : "**no**",
    ]),
  );
}

/** Nothing until a second size was measured. */
function growth(results: Readonly<Record<string, Result>>): string {
  const found = growthOf(results);
  if (found.length === 0) return "";
  return rows(
    ["for each further pool", "from", "to", "unit", "ours", "reference"],
    found.map(({ of, fromPools, toPools, unit, ours, reference }) => [
      of,
      `${fromPools}`,
      `${toPools}`,
      unit,
      ours.toFixed(3),
      reference.toFixed(3),
    ]),
  );
}

/** Nothing until peaks were measured. */
function peakRounds({ peaks }: Readonly<Record<string, Result>>): string {
  if (peaks === undefined) return "";
  return rows(
    ["round", "peaks, MiB", "ours, s", "major faults of ours", "recipe, s", "ratio"],
    byRound(peaks).map(({ peaksMiB, oursSeconds, oursMajorFaults, recipeSeconds, ratio }, index) =>
      [index + 1, peaksMiB, oursSeconds, oursMajorFaults, recipeSeconds, ratio].map(String),
    ),
  );
}

function section({ machine, figures }: Result): string {
  const versions = Object.entries(machine.versions).map(([name, version]) => `${name} ${version}`);
  const facts = `Measured on ${machine.day}: ${machine.cores} cores (${machine.processor}), ${machine.memoryMiB} MiB, Linux ${machine.kernel}, load at the start ${machine.loadAtStart}; ${versions.join(", ")}.`;
  const head = [
    "figure",
    "unit",
    "runs",
    "ours: min",
    "median",
    "max",
    "noise",
    "reference: min",
    "median",
    "max",
    "noise",
    "ratio",
  ];
  return `${facts}\n\n${rows(
    head,
    figures.map((figure) => [
      figure.name,
      figure.unit,
      String(figure.runs),
      ...cells(figure.spread.ours),
      ...cells(figure.spread.reference),
      told(figure.ratio),
    ]),
  )}`;
}

function cells(spread: Figure["spread"]["reference"]): readonly string[] {
  if (spread === null) return ["", "", "", ""];
  const { minimum, median, maximum, noise } = spread;
  return [...[minimum, median, maximum].map(String), noise === null ? "" : `${Math.round(noise * 100)} %`];
}

function rows(head: readonly string[], lines: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---"), ...lines].map((line) => `| ${line.join(" | ")} |`).join("\n");
}

function told(value: number | null): string {
  return value === null ? "" : String(value);
}

/** No table stays whose result is gone. */
function emptied(page: string): string {
  return page.replaceAll(/(<!-- measured: (\S+) -->).*?(<!-- end of \2 -->)/gs, "$1\n\n$3");
}

/** The text between two marks of the page is replaced. */
function put(text: string, name: string, part: string): string {
  const [begin, end] = [`<!-- measured: ${name} -->`, `<!-- end of ${name} -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${PAGE} has no place for ${name}, between "${begin}" and "${end}"`);
  return `${text.slice(0, from + begin.length)}\n\n${part}\n\n${text.slice(to)}`;
}
