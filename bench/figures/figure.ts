// Figures of the documentation, drawn by Observable Plot without a browser: a title, a legend, and panels in columns.
import { forgetScreen } from "./pixel-ratio";
import * as Plot from "@observablehq/plot";
import { DOMParser } from "linkedom";
import { svgText } from "../../workload/svg-text";
import { PALETTE } from "./palette";

forgetScreen();

/** Width of a figure in pixels; GitHub shows a page a little wider. */
const WIDTH = 860;
const GAP = 10;
const FONT = 12;
const TITLE = 30;
const AXIS = 24;
const LEGEND_ROW = 18;
const SYMBOL = 22;
/** Room for the label at the end of a line: the same in all panels, so that their axes lie in one place. */
const END = 90;

/** An entry of a legend. */
export interface Key {
  readonly label: string;
  readonly colour: string;
  readonly symbol?: "bar" | "line" | "whisker";
  /** `stroke-dasharray` of a line. */
  readonly dash?: string;
}

/** A part of a figure, as an SVG document of its own. */
export interface Piece {
  readonly svg: string;
  readonly width: number;
  readonly height: number;
}

/** Explains bars with a range. */
export const WHISKER: Key = {
  label: "bar: median, whisker: minimum to maximum of the runs",
  colour: PALETTE.text,
  symbol: "whisker",
};

/** Width of text in the widest common font: the reader's is not known here, and no label may be cut. */
export function textWidth(text: string): number {
  return Math.ceil(text.length * FONT * 0.62);
}

/** The width of each of so many columns. */
export function columnWidth(columns: number): number {
  return (WIDTH - GAP * (columns - 1)) / columns;
}

/**
 * An SVG document. Equal pieces give equal bytes.
 * @param note stands below the title, where the figure needs a sentence to be read
 */
export function drawFigure(
  { title, note, keys = [] }: { readonly title: string; readonly note?: string; readonly keys?: readonly Key[] },
  panels: readonly Piece[],
  columns = 1,
): string {
  const notes = note === undefined ? [] : [note];
  const head = draw({ width: WIDTH, height: 8 + LEGEND_ROW * (1 + notes.length) }, [
    Plot.text([title], { x: 8, y: 14, textAnchor: "start", fontWeight: "bold", fontSize: FONT + 2 }),
    Plot.text(notes, { x: 8, y: 14 + LEGEND_ROW, textAnchor: "start" }),
  ]);
  const grid = Array.from({ length: Math.ceil(panels.length / columns) }, (_, row) =>
    inRow(panels.slice(row * columns, (row + 1) * columns)),
  );
  const { svg, width, height } = below([head, ...(keys.length === 0 ? [] : [drawLegend(keys, WIDTH)]), ...grid]);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img">
<title>${svgText(title)}</title>
<rect width="100%" height="100%" fill="#ffffff"/>
${svg}
</svg>
`;
}

/** Entries from left to right, in as many rows as they need. */
export function drawLegend(keys: readonly Key[], width: number): Piece {
  let [x, y] = [8, 10];
  const placed = keys.map((key) => {
    const needs = SYMBOL + 6 + textWidth(key.label) + 12;
    if (x > 8 && x + needs > width) [x, y] = [8, y + LEGEND_ROW];
    const left = x;
    x += needs;
    return { ...key, left, textLeft: left + SYMBOL + 6, y };
  });
  return draw({ width, height: y + 12 }, [
    ...placed.map(({ left, y: middle, colour, symbol = "bar", dash }) =>
      symbol === "bar"
        ? Plot.rect([0], { x1: left, x2: left + SYMBOL, y1: middle - 6, y2: middle + 6, fill: colour })
        : Plot.ruleY([middle], { x1: left, x2: left + SYMBOL, stroke: colour, strokeWidth: 2, ...dashed(dash) }),
    ),
    Plot.text(placed, { x: "textLeft", y: "y", text: "label", textAnchor: "start" }),
  ]);
}

/** A bar from 0, or from `start` where it is a span. */
export interface Bar {
  /** Bars of one row lie below each other. */
  readonly row: string;
  readonly colour: string;
  readonly start?: number;
  readonly end: number;
  /** Least and most of the runs of which `end` is the median. */
  readonly range?: readonly [least: number, most: number];
  /** Stands behind the bar. */
  readonly remark: string;
}

/** Bars by row, on one scale. */
export interface BarPanel {
  readonly title: string;
  readonly bars: readonly Bar[];
  /** Of a number on the axis. */
  readonly tick?: (value: number) => string;
  /** Vertical lines, with a label above. */
  readonly marks?: readonly { readonly at: number; readonly label: string; readonly colour: string }[];
  /** Room for labels of rows, where panels below each other shall have their axes in one place. */
  readonly labels?: number;
}

/** A panel of horizontal bars. */
export function drawBars({ title, bars, tick = compact, marks = [], labels }: BarPanel, width: number): Piece {
  const rows = [...new Set(bars.map(({ row }) => row))];
  const placed = bars.map((bar, index) => ({
    ...bar,
    start: bar.start ?? 0,
    lane: bars.slice(0, index).filter(({ row }) => row === bar.row).length,
    reach: Math.max(bar.end, bar.range?.[1] ?? 0),
  }));
  const lanes = Math.max(...placed.map(({ lane }) => lane)) + 1;
  const ranges = placed.flatMap(({ range, ...bar }) =>
    range === undefined ? [] : [{ ...bar, least: range[0], most: range[1] }],
  );
  const left = labels ?? labelRoom(rows);
  const right = 12 + Math.max(0, ...bars.map(({ remark }) => textWidth(remark)));
  const top = TITLE + (marks.length === 0 ? 0 : LEGEND_ROW);
  const domain: [number, number] = [
    Math.min(...placed.map(({ start }) => start)),
    Math.max(...placed.map(({ reach }) => reach)) || 1,
  ];
  const at = { fy: "row", y: "lane" };
  return draw(
    {
      width,
      height: top + AXIS + rows.length * (lanes * 13 + 7),
      marginLeft: left,
      marginRight: right,
      marginTop: top,
      marginBottom: AXIS,
      x: { domain, label: null, axis: null },
      y: { domain: Array.from({ length: lanes }, (_, lane) => lane), axis: null, label: null, padding: 0.1 },
      fy: { domain: rows, padding: 0.2, axis: null, label: null },
    },
    [
      Plot.gridX({ ticks: 5 }),
      Plot.axisX({ ticks: 5, tickFormat: tick, label: null, facetAnchor: "bottom" }),
      Plot.axisFy({ anchor: "left", label: null, tickSize: 0 }),
      Plot.barX(placed, { ...at, x1: "start", x2: "end", fill: "colour", insetRight: -1 }),
      Plot.ruleY(ranges, { ...at, x1: "least", x2: "most", stroke: PALETTE.text, strokeWidth: 1.5 }),
      ...["least", "most"].map((x) => Plot.tickX(ranges, { ...at, x, stroke: PALETTE.text, inset: 2.5 })),
      Plot.text(placed, { ...at, x: "reach", text: "remark", textAnchor: "start", dx: 6 }),
      ...marks.flatMap(({ at: x, label, colour }) => [
        Plot.ruleX([x], { stroke: colour, strokeDasharray: "3 3" }),
        Plot.text([label], { x, frameAnchor: "top", facetAnchor: "top", dy: -10, fill: colour, fontWeight: "bold" }),
      ]),
      panelTitle(title, left),
    ],
  );
}

/** `20k` in place of `20000`: numbers of an axis may not touch each other. */
function compact(value: number): string {
  return value >= 1000 ? `${value / 1000}k` : String(value);
}

/** Room for labels of rows. */
export function labelRoom(rows: readonly string[]): number {
  return 14 + Math.max(...rows.map(textWidth));
}

/** A line over time. Its `points` have the units of the axes. */
export interface Line extends Key {
  readonly points: readonly (readonly [x: number, y: number])[];
}

/** Lines on one scale. */
export interface LinePanel {
  readonly title: string;
  readonly lines: readonly Line[];
  readonly x: readonly [least: number, most: number];
  readonly most: number;
  readonly tickX: (value: number) => string;
  readonly tickY: (value: number) => string;
  readonly height: number;
  /** Points with a label to their right. */
  readonly ends?: readonly {
    readonly x: number;
    readonly y: number;
    readonly label: string;
    readonly colour: string;
    readonly symbol: "circle" | "times";
  }[];
}

/** A panel of lines. */
export function drawLines(panel: LinePanel, width: number): Piece {
  const { title, lines, most, tickX, tickY, ends = [] } = panel;
  const ticks = [0, 0.5, 1].map((share) => share * most);
  const left = labelRoom(ticks.map(tickY));
  return draw(
    {
      width,
      height: panel.height,
      marginLeft: left,
      marginRight: ends.length === 0 ? 14 + textWidth(tickX(panel.x[1])) / 2 : END,
      marginTop: TITLE,
      marginBottom: AXIS,
      x: { domain: [...panel.x], label: null, axis: null },
      y: { domain: [0, most], label: null, axis: null },
    },
    [
      Plot.gridY(ticks),
      Plot.axisY(ticks, { tickFormat: tickY, label: null }),
      Plot.axisX({ ticks: 4, tickFormat: tickX, label: null }),
      ...lines.map(({ points, colour, dash }) =>
        Plot.line(points, { x: "0", y: "1", stroke: colour, strokeWidth: 2, ...dashed(dash) }),
      ),
      ...ends.flatMap(({ x, y, label, colour, symbol }) => [
        Plot.dot([0], {
          x,
          y,
          symbol,
          r: 5,
          stroke: colour,
          strokeWidth: 2.5,
          fill: symbol === "circle" ? colour : "none",
        }),
        Plot.text([label], { x, y, dx: 10, dy: 14, textAnchor: "start", fill: colour, fontWeight: "bold" }),
      ]),
      panelTitle(title, left),
    ],
  );
}

/** Pieces under each other. */
export function below(pieces: readonly Piece[]): Piece {
  let top = 0;
  const svgs = pieces.map(({ svg, height }) => {
    const placed = `<g transform="translate(0,${top})">\n${svg}\n</g>`;
    top += height;
    return placed;
  });
  return { svg: svgs.join("\n"), width: Math.max(...pieces.map(({ width }) => width)), height: top };
}

function inRow(pieces: readonly Piece[]): Piece {
  const svgs = pieces.map(
    ({ svg, width }, index) => `<g transform="translate(${index * (width + GAP)},0)">\n${svg}\n</g>`,
  );
  return { svg: svgs.join("\n"), width: WIDTH, height: Math.max(...pieces.map(({ height }) => height)) };
}

function panelTitle(title: string, left: number) {
  const place = { frameAnchor: "top-left", textAnchor: "start", dx: 8 - left, dy: -TITLE + 10 } as const;
  return Plot.text([title], { ...place, facetAnchor: "top", fontWeight: "bold" });
}

function dashed(dash: string | undefined) {
  return dash === undefined ? {} : { strokeDasharray: dash };
}

/** Without axes and scales unless they are named: then numbers are pixels. */
function draw(
  options: Plot.PlotOptions & { readonly width: number; readonly height: number },
  marks: Plot.Markish[],
): Piece {
  const document = new DOMParser().parseFromString("<html></html>", "text/html");
  const pixels = { type: "identity", axis: null, label: null } as const;
  const style = { color: PALETTE.text, fontFamily: "sans-serif", fontSize: `${FONT}px` };
  // linkedom writes an element as its markup.
  const svg = String(Plot.plot({ document, margin: 0, x: pixels, y: pixels, style, ...options, marks }))
    // Plot's style is for pages, and its selectors are not known to all renderers.
    .replaceAll(/<style>.*?<\/style>/gs, "")
    .replaceAll(/\d+\.\d{4,}/g, (number) => String(Math.round(Number(number) * 100) / 100))
    .replaceAll(/(<\/(?:g|text|svg)>|\/>)(?!$)/g, "$1\n");
  return { svg, width: options.width, height: options.height };
}
