// From committed results to the figures of docs/figures.
import { join } from "node:path";
import { drawBootFigure } from "../tests/boot/figures";
import { drawChainFigure } from "../tests/chain/figures";
import { drawHeadlineFigure } from "../tests/kube/node/results";
import { BACKINGS, bootName, RECIPE_NAME, shareName, SIZES_GIB } from "./boot";
import { densityName, HELD } from "./density";
import type { Figure, Result } from "./figure";
import {
  type Bar,
  columnWidth,
  drawBars,
  drawFigure,
  type Key,
  labelRoom,
  type Piece,
  WHISKER,
} from "./figures/figure";
import { PALETTE } from "./figures/palette";
import { FINISHED, MEASURES, peakName } from "./peaks/figures";
import type { Kind } from "./peaks/node";
import { measuredSizes, memoryName, operationName, OPERATIONS } from "./program/bench";
import { MEASURES as READAHEAD_MEASURES, ramForAllName, readaheadName } from "./readahead/figures";
import { TOUCHES } from "./readahead/host";
import { figureOf } from "./results";
import { delayName, SETTINGS } from "./thrash/figures";

const FOLDER = join(__dirname, "..", "docs", "figures");
const COLUMNS = 2;

const EKS_SWAP: Key = { label: "eks-swap", colour: PALETTE.eksSwap };
const RECIPE: Key = { label: "published recipe", colour: PALETTE.publishedRecipe };
const NODES: readonly Key[] = [{ label: "no swap", colour: PALETTE.withoutSwap }, RECIPE, EKS_SWAP];

/** Every job finishes on every node at last: that measure has no panel. */
const PEAK_MEASURES = MEASURES.filter(([measure]) => measure !== FINISHED);

/** Counts that their measure names. */
const COUNTS: readonly Figure["unit"][] = ["jobs", "kills", "faults"];

const ROWS: Readonly<Record<string, string>> = {
  thrash: "eks-swap's defaults",
  "thrash-swappiness-100": "swappiness 100",
  "thrash-page-cluster-0": "page-cluster 0",
  "thrash-ami-watermarks": "the AMI's watermarks",
};

type Results = Readonly<Record<string, Result>>;
type Spread = Figure["spread"]["reference"];

/** Path and text of each figure of the documentation but the dashboard, for which a Prometheus must run. */
export function drawAll(results: Results): readonly (readonly [path: string, svg: string])[] {
  return [...drawPictures(results), drawBootFigure(), drawChainFigure(), drawHeadlineFigure()];
}

/** What was not measured has no figure. */
function drawPictures(results: Results): readonly (readonly [path: string, svg: string])[] {
  const { peaks, readahead, density } = results;
  const measured = (name: string) => name in results;
  const pictures: readonly (readonly [name: string, svg: string | undefined])[] = [
    ["peaks", peaks && drawPeaks(peaks)],
    ["density", density && drawDensity(density)],
    ["readahead", readahead && drawReadahead(readahead)],
    ["thrash", Object.keys(SETTINGS).some(measured) ? drawThrash(results) : undefined],
    ["program", measuredSizes(results).length > 0 ? drawProgram(results) : undefined],
    ["boot", BACKINGS.some(([backing]) => measured(bootName(backing))) ? drawBoot(results) : undefined],
  ];
  return pictures.flatMap(([name, svg]) =>
    svg === undefined ? [] : [[join(FOLDER, `bench-${name}.svg`), svg] as const],
  );
}

function drawPeaks(result: Result): string {
  return drawFigure(
    {
      title: "A batch of eight jobs whose memory peaks do not fit in RAM, on nodes of 4 GiB",
      keys: [...NODES, WHISKER],
    },
    nodePanels(PEAK_MEASURES, (measure, reference) => figureOf(result, peakName(measure, "eks-swap", reference))),
    COLUMNS,
  );
}

function drawDensity(result: Result): string {
  return drawFigure(
    {
      title: "How many jobs of 896 MiB a node of 4 GiB holds before it loses one",
      note: "Jobs start one after the other; each stays at its peak. Six of them fill what pods may request.",
      keys: [...NODES, WHISKER],
    },
    nodePanels(HELD, (measure, reference) => figureOf(result, densityName(measure, reference))),
    COLUMNS,
  );
}

/** A panel for each measure with eks-swap and the two nodes that it is compared with. */
function nodePanels(
  measures: readonly (readonly [name: string, unit: Figure["unit"], ...unknown[]])[],
  figureOn: (measure: string, reference: Kind) => Figure,
): readonly Piece[] {
  return measures.map(([measure, unit]) => {
    const recipe = figureOn(measure, "published recipe").spread;
    const bars = [figureOn(measure, "no swap").spread.reference, recipe.reference, recipe.eksSwap];
    return sidePanel(titleOf(measure, unit), unit, NODES, bars);
  });
}

function titleOf(measure: string, unit: Figure["unit"]): string {
  return COUNTS.includes(unit) ? measure : `${measure} (${unit})`;
}

/** A bar for each side that was measured. */
function sidePanel(title: string, unit: Figure["unit"], sides: readonly Key[], spreads: readonly Spread[]): Piece {
  const bars = sides.flatMap(({ label, colour }, index) => barsOf(label, colour, spreads[index] ?? null, unit));
  return drawBars({ title, bars, labels: labelRoom(sides.map(({ label }) => label)) }, columnWidth(COLUMNS));
}

/** Seconds of memory touched sequentially have the same batch with RAM for all as a third bar. */
function drawReadahead(result: Result): string {
  const sides: readonly Key[] = [
    { label: "RAM for all", colour: PALETTE.ramForAll },
    { label: "kernel's default", colour: PALETTE.kernelDefault },
    EKS_SWAP,
  ];
  const panels = READAHEAD_MEASURES.flatMap(([measure, unit]) =>
    TOUCHES.map((touch) => {
      const { spread } = figureOf(result, readaheadName("readahead", measure, touch));
      const hasRam = unit === "s" && touch === "sequentially";
      const ram = hasRam ? figureOf(result, ramForAllName("readahead")).spread.eksSwap : null;
      const title = `${titleOf(measure, unit)}, memory touched ${touch}`;
      return sidePanel(title, unit, sides, [ram, spread.reference, spread.eksSwap]);
    }),
  );
  return drawFigure(
    {
      title: "The batch on a processor that is not emulated: how far ahead swap is read back",
      note: "eks-swap reads 32 pages at a time (page-cluster 5), the kernel's default is 8 (page-cluster 3).",
      keys: [...sides, WHISKER],
    },
    panels,
    COLUMNS,
  );
}

function drawThrash(results: Results): string {
  const unprotected = { label: "daemons without protection", colour: PALETTE.unprotectedDaemons };
  const bars = Object.keys(SETTINGS).flatMap((setting) => {
    const result = results[setting];
    return result === undefined
      ? []
      : pair(ROWS[setting] ?? setting, figureOf(result, delayName(setting)), unprotected.colour);
  });
  return drawFigure(
    {
      title: "Scheduling delay of a kubelet-like process while pods thrash",
      note: "The worst delay of a run, by the sysctls of the node.",
      keys: [EKS_SWAP, unprotected, WHISKER],
    },
    [drawBars({ title: "worst delay (ms)", bars }, columnWidth(1))],
  );
}

/** The sizes that were measured. */
function drawProgram(results: Results): string {
  const bare = { label: "bare program, same resources", colour: PALETTE.bareProgram };
  const panel = (title: string, nameOf: (pools: number) => string): Piece => {
    const bars = measuredSizes(results).flatMap(({ pools, result }) =>
      pair(pools === 1 ? "1 pool" : `${pools} pools`, figureOf(result, nameOf(pools)), bare.colour),
    );
    return drawBars({ title, bars }, columnWidth(COLUMNS));
  };
  return drawFigure(
    { title: "The Pulumi program on the engine, by number of pools", keys: [EKS_SWAP, bare, WHISKER] },
    [
      ...OPERATIONS.map((operation) => panel(`${operation} (s)`, (pools) => operationName(operation, pools))),
      panel("peak memory of program and engine (MiB)", memoryName),
    ],
    COLUMNS,
  );
}

/** The unit within the time from userData to the kubelet, which the published recipe has too. */
function drawBoot(results: Results): string {
  const whole = { label: "userData to kubelet", colour: PALETTE.wholeTime };
  const bars = BACKINGS.flatMap(([backing]) => {
    const result = results[bootName(backing)];
    if (result === undefined) return [];
    const boots = SIZES_GIB.flatMap((size) =>
      pair(`${backing}, ${size} GiB`, figureOf(result, shareName(backing, size)), whole.colour),
    );
    const recipe = result.figures.find(({ name }) => name === RECIPE_NAME);
    const row = `published recipe, ${backing}, ${SIZES_GIB.at(-1)} GiB`;
    return [...boots, ...(recipe ? barsOf(row, RECIPE.colour, recipe.spread.reference, recipe.unit) : [])];
  });
  return drawFigure(
    {
      title: "First boot: the unit that makes swap, and the time from userData to the kubelet",
      note: "On an emulated processor. The goal of the unit's share is 0.1.",
      keys: [
        { ...EKS_SWAP, label: "eks-swap: the unit" },
        { ...whole, label: "eks-swap: userData to kubelet" },
        { ...RECIPE, label: "published recipe: userData to kubelet" },
        WHISKER,
      ],
    },
    [drawBars({ title: "seconds", bars }, columnWidth(1))],
  );
}

/** eks-swap with the ratio, above what it is compared with. */
function pair(row: string, { spread, ratio, unit }: Figure, colour: string): readonly Bar[] {
  const [eksSwap, ...rest] = barsOf(row, PALETTE.eksSwap, spread.eksSwap, unit);
  const compared = ratio === null ? "" : `, ratio ${Number(ratio.toPrecision(2))}`;
  return [
    ...(eksSwap === undefined ? [] : [{ ...eksSwap, remark: `${eksSwap.remark}${compared}` }]),
    ...rest,
    ...barsOf(row, colour, spread.reference, unit),
  ];
}

function barsOf(row: string, colour: string, spread: Spread, unit: Figure["unit"]): readonly Bar[] {
  if (spread === null) return [];
  const { median, minimum, maximum } = spread;
  const remark = COUNTS.includes(unit) ? short(median) : `${short(median)} ${unit}`;
  return [{ row, colour, end: median, range: [minimum, maximum], remark }];
}

/** Three digits are enough for the eye. */
function short(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString("en-US") : String(Number(value.toPrecision(3)));
}
