// From the results to the pictures of docs/figures.
import { join } from "node:path";
import { type Bar, drawBars, type Row } from "./bars-svg";
import { densityName, HELD } from "./density";
import type { Figure, Result } from "./figure";
import { measuredSizes, memoryName, operationName, OPERATIONS } from "./program/bench";
import { MEASURES, peakName } from "./peaks/figures";
import type { Kind } from "./peaks/node";
import { MEASURES as READAHEAD_MEASURES, ramForAllName, readaheadName } from "./readahead/figures";
import { TOUCHES } from "./readahead/host";
import { figureOf } from "./results";
import { STARTED, startName } from "./start";
import { SECONDS_ALLOWED, SUITES, suiteName } from "./suites";
import { delayName, SETTINGS } from "./thrash/figures";
import { mergedName, partName, PARTS, POOLS } from "./user-data";

const FOLDER = join(__dirname, "..", "docs", "figures");

/** Path and text of each picture; what was not measured has none. */
export function drawPictures(
  results: Readonly<Record<string, Result>>,
): readonly (readonly [path: string, svg: string])[] {
  const { "user-data": userData, start, suites, peaks, "peaks-zswap": peaksZswap, readahead, zswap, density } = results;
  const measured = Object.keys(results);
  const pictures: readonly (readonly [name: string, svg: string | undefined])[] = [
    ["user-data", userData && drawUserData(userData)],
    ["start", start && drawStart(start)],
    ["suites", suites && drawSuites(suites)],
    ["thrash", measured.some((name) => name in SETTINGS) ? drawThrash(results) : undefined],
    ["peaks", peaks && drawPeaks(peaks)],
    ["peaks-zswap", peaksZswap && drawPeaksZswap(peaksZswap)],
    ["readahead", readahead && drawReadahead("readahead", "kernel's readahead", "eks-swap", readahead)],
    ["zswap", zswap && drawReadahead("zswap", "eks-swap", "eks-swap with zswap", zswap)],
    ["density", density && drawDensity(density)],
    ["program", measuredSizes(results).length > 0 ? drawProgram(results) : undefined],
    ["boot", measured.some((name) => name.startsWith("boot-")) ? drawBoot(results) : undefined],
  ];
  return pictures.flatMap(([name, svg]) =>
    svg === undefined ? [] : [[join(FOLDER, `bench-${name}.svg`), svg] as const],
  );
}

/** Every figure of the boots, then those of the one part of the unit that could grow with the size. */
function drawBoot(results: Readonly<Record<string, Result>>): string {
  const panels = [...Object.keys(results).filter((name) => name.startsWith("boot-")), "swap-file"]
    .flatMap((name) => results[name]?.figures ?? [])
    .map((figure) => ({
      title: figure.name,
      rows: [rowOf(figure.unit === "ms" ? "milliseconds" : "seconds", figure)],
    }));
  return drawBars("Boot: our unit and what it is compared with", ["eks-swap", "reference"], panels);
}

function drawUserData(result: Result): string {
  const rows = Object.keys(POOLS).map((pool) => {
    const { ours, ratio } = figureOf(result, mergedName(pool));
    const bars = PARTS.map((part, look) => ({ look, value: figureOf(result, partName(pool, part)).ours }));
    return { label: pool, bars, remark: `${ours} bytes, ${Math.round((ratio ?? 0) * 100)} %` };
  });
  const limit = figureOf(result, mergedName("root volume")).reference ?? 0;
  const marks = [
    { value: limit / 2, label: "goal: half" },
    { value: limit, label: "EC2's limit" },
  ];
  const title = "userData as EC2 gets it, by what takes it";
  return drawBars(title, PARTS, [{ title, stacked: true, rows, marks }]);
}

function drawStart(result: Result): string {
  const rows = STARTED.map((command) => rowOf(command, figureOf(result, startName(command))));
  const title = "Start of commands without an engine, in seconds";
  return drawBars(title, ["eks-swap", "node with the same parsers"], [{ title, rows }]);
}

function drawSuites(result: Result): string {
  // Parts are compared with the whole, which has a row of its own.
  const rows = SUITES.map((script): Row => {
    const row = rowOf(`npm run ${script}`, figureOf(result, suiteName(script)));
    return { ...row, bars: row.bars.slice(0, 1) };
  });
  const marks = [{ value: SECONDS_ALLOWED, label: "allowed" }];
  const title = "The suites that everybody runs, in seconds";
  return drawBars(title, ["suite"], [{ title, rows, marks }]);
}

/** The settings that were measured. */
function drawThrash(results: Readonly<Record<string, Result>>): string {
  const rows = Object.keys(SETTINGS).flatMap((setting) => {
    const result = results[setting];
    return result === undefined ? [] : [rowOf(setting, figureOf(result, delayName(setting)))];
  });
  const title = "Worst delay of a heartbeat while pods swap, in milliseconds";
  return drawBars(title, ["eks-swap", "daemons not protected"], [{ title, rows }]);
}

function drawPeaks(result: Result): string {
  return drawNodes("A batch of jobs with memory peaks that do not fit", MEASURES, (measure, reference) =>
    figureOf(result, peakName(measure, "ours", reference)),
  );
}

/** The peaks with and without zswap. */
function drawPeaksZswap(result: Result): string {
  const panels = MEASURES.map(([measure, unit]) => {
    const { spread } = figureOf(result, peakName(measure, "ours with zswap", "ours"));
    return nodePanel(`${measure} (${unit})`, unit, {
      "eks-swap": spread.reference,
      "eks-swap with zswap": spread.ours,
    });
  });
  return drawBars("The same batch with zswap", ["eks-swap", "eks-swap with zswap"], panels);
}

/** Seconds of memory touched in order stand beside those of the same batch without a limit of RAM. */
function drawReadahead(bench: string, reference: string, ours: string, result: Result): string {
  const sides = ["RAM for all", reference, ours];
  const panels = TOUCHES.flatMap((touch) =>
    READAHEAD_MEASURES.map(([measure, unit]) => {
      const { spread } = figureOf(result, readaheadName(bench, measure, touch));
      return nodePanel(`memory touched ${touch}: ${measure} (${unit})`, unit, {
        "RAM for all": unit === "s" && touch === "in order" ? figureOf(result, ramForAllName(bench)).spread.ours : null,
        [reference]: spread.reference,
        [ours]: spread.ours,
      });
    }),
  );
  return drawBars("The same jobs on a processor that is not emulated", sides, panels);
}

function drawDensity(result: Result): string {
  return drawNodes("What a node of 4 GiB holds of jobs", HELD, (measure, reference) =>
    figureOf(result, densityName(measure, reference)),
  );
}

/** A panel for each measure with ours and the two nodes that it is compared with. */
function drawNodes(
  title: string,
  measures: readonly (readonly [name: string, unit: string, ...unknown[]])[],
  figureOn: (measure: string, reference: Kind) => Figure,
): string {
  const panels = measures.map(([measure, unit]) => {
    const recipe = figureOn(measure, "recipe");
    return nodePanel(`${measure} (${unit})`, unit, {
      "no swap": figureOn(measure, "no swap").spread.reference,
      "published recipe": recipe.spread.reference,
      "eks-swap": recipe.spread.ours,
    });
  });
  return drawBars(title, ["no swap", "published recipe", "eks-swap"], panels);
}

/** A bar for each node, by its name. */
function nodePanel(title: string, unit: string, spreads: Readonly<Record<string, Figure["spread"]["reference"]>>) {
  const rows = Object.entries(spreads).flatMap(([label, spread], look): readonly Row[] => {
    if (spread === null) return [];
    const { median, minimum, maximum } = spread;
    return [{ label, bars: [{ look, value: median, range: [minimum, maximum] }], remark: `${median} ${unit}` }];
  });
  return { title, rows };
}

/** The sizes that were measured. */
function drawProgram(results: Readonly<Record<string, Result>>): string {
  const measured = measuredSizes(results);
  const panel = (title: string, nameOf: (pools: number) => string) => ({
    title,
    rows: measured.map(({ pools, result }) =>
      rowOf(pools === 1 ? "1 pool" : `${pools} pools`, figureOf(result, nameOf(pools))),
    ),
  });
  return drawBars(
    "The program on the engine, by number of pools",
    ["eks-swap", "bare program, same resources"],
    [
      ...OPERATIONS.map((operation) => panel(`${operation}, in seconds`, (pools) => operationName(operation, pools))),
      panel("peak memory of program and engine, in MiB", memoryName),
    ],
  );
}

/** Ours above what it is compared with. */
function rowOf(label: string, { ours, reference, ratio, goal, unit, spread }: Figure): Row {
  const bars: Bar[] = [{ look: 0, value: ours, range: [spread.ours.minimum, spread.ours.maximum] }];
  if (reference !== null && spread.reference !== null) {
    bars.push({ look: 1, value: reference, range: [spread.reference.minimum, spread.reference.maximum] });
  }
  const compared = ratio === null ? "" : `, ${ratio.toFixed(2)} ×${goal === null ? "" : `, goal ${goal} ×`}`;
  return { label, bars, remark: `${ours.toFixed(unit === "s" ? 2 : 0)} ${unit}${compared}` };
}
