// Pictures of figures: a row for each, with bars that are stacked or side by side.
import { n, svgDocument, text } from "../workload/svg";

/** A bar from the left, or from the end of the one before it in a stack. */
export interface Bar {
  /** Which entry of the legend it is. */
  readonly look: number;
  readonly value: number;
  /** From the smallest sample to the largest, drawn as a line. */
  readonly range?: readonly [minimum: number, maximum: number];
}

export interface Row {
  readonly label: string;
  readonly bars: readonly Bar[];
  /** Stands behind the bars. */
  readonly remark: string;
}

/** Rows on one scale. */
export interface Panel {
  readonly title: string;
  readonly stacked?: boolean;
  readonly rows: readonly Row[];
  /** Values that the rows are seen against. */
  readonly marks?: readonly { readonly value: number; readonly label: string }[];
}

const WIDTH = 860;
const LEFT = 190;
const RIGHT = 170;
const BAR = 10;
const GAP = 10;
const HEAD = 46;
const LEGEND = 30;

/** Colours that can be read on white and on black: the page of the reader may be either, and the picture has no ground. */
const COLOURS = ["#2da44e", "#768390", "#3b82d6", "#a371f7", "#bf8700", "#e5534b"];
const STYLE = [
  "text{font:12px sans-serif;fill:#768390}.title{font-weight:bold;font-size:13px}.name{text-anchor:end}",
  ".mark{stroke:#e5534b;stroke-dasharray:5 4}.range{stroke:#768390;stroke-width:1.5}",
  ...COLOURS.map((colour, index) => `.look${index}{fill:${colour}}`),
].join("\n");

/** An SVG document with one panel under the other; equal panels give equal bytes. */
export function drawBars(title: string, legend: readonly string[], panels: readonly Panel[]): string {
  const drawn: string[] = drawLegend(legend);
  let top = LEGEND;
  for (const panel of panels) {
    drawn.push(...drawPanel(panel, top));
    top += heightOf(panel);
  }
  return svgDocument({ width: WIDTH, height: top, title, style: STYLE }, drawn);
}

function drawLegend(legend: readonly string[]): string[] {
  let x = 8;
  return legend.flatMap((label, look) => {
    const at = x;
    x += 34 + label.length * 6.6;
    return [`<rect class="look${look}" x="${n(at)}" y="10" width="12" height="12" rx="2"/>`, text(at + 17, 20, label)];
  });
}

function rowHeight({ bars }: Row, stacked: boolean): number {
  return GAP + BAR * (stacked ? 1.6 : bars.length);
}

function heightOf({ rows, stacked = false }: Panel): number {
  return HEAD + rows.reduce((sum, row) => sum + rowHeight(row, stacked), 0) + 8;
}

function drawPanel(panel: Panel, top: number): readonly string[] {
  const { title, rows, stacked = false, marks = [] } = panel;
  const ends = rows.flatMap(({ bars }) =>
    stacked
      ? [bars.reduce((sum, { value }) => sum + value, 0)]
      : bars.map(({ value, range }) => Math.max(value, range?.[1] ?? 0)),
  );
  const most = Math.max(...ends, ...marks.map(({ value }) => value));
  const scale = (WIDTH - LEFT - RIGHT) / most;
  const floor = top + heightOf(panel) - 8;
  let y = top + HEAD;
  return [
    text(8, top + 18, title, "title"),
    ...marks.flatMap(({ value, label }) => {
      const x = LEFT + value * scale;
      const line = `<line class="mark" x1="${n(x)}" x2="${n(x)}" y1="${n(top + HEAD - 6)}" y2="${n(floor)}"/>`;
      return [line, text(x - label.length * 3, top + HEAD - 10, label)];
    }),
    ...rows.flatMap((row) => {
      const at = y;
      y += rowHeight(row, stacked);
      return drawRow(row, at, scale, stacked);
    }),
  ];
}

function drawRow(row: Row, y: number, scale: number, stacked: boolean): readonly string[] {
  const height = rowHeight(row, stacked) - GAP;
  let x = LEFT;
  let end = LEFT;
  const bars = row.bars.flatMap(({ look, value, range }, index) => {
    const [from, barTop] = stacked ? [x, y] : [LEFT, y + index * BAR];
    const thickness = stacked ? height : BAR - 2;
    x = from + value * scale;
    const middle = barTop + thickness / 2;
    end = Math.max(end, x, LEFT + (range?.[1] ?? 0) * scale);
    const rect = `<rect class="look${look}" x="${n(from)}" y="${n(barTop)}" width="${n(value * scale)}" height="${n(thickness)}"/>`;
    if (range === undefined) return [rect];
    const [x1, x2] = range.map((limit) => n(LEFT + limit * scale));
    return [rect, `<line class="range" x1="${x1}" x2="${x2}" y1="${n(middle)}" y2="${n(middle)}"/>`];
  });
  const base = y + height / 2 + 4;
  // A stack is seen against marks, which would go through what stands behind it.
  const remarkX = (stacked ? WIDTH - RIGHT : end) + 8;
  return [text(LEFT - 10, base, row.label, "name"), ...bars, text(remarkX, base, row.remark)];
}
