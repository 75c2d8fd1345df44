// The dashboard's panels as a figure, drawn from what a Prometheus answers to their queries: Grafana has no part in it.
import {
  below,
  columnWidth,
  drawFigure,
  drawLegend,
  drawLines,
  type Key,
  type Line as DrawnLine,
} from "../../bench/figures/figure";
import { SERIES } from "../../bench/figures/palette";
import type { Panel } from "../../monitoring/panels";
import type { Line } from "./prometheus";

/** A panel with the lines of each of its queries, in their order. */
export interface DrawnPanel {
  readonly panel: Panel;
  readonly lines: readonly (readonly Line[])[];
}

const COLUMNS = 2;
/** Lines of a panel's second query are broken, so that what they cover is seen. */
const DASHES: readonly Pick<Key, "dash">[] = [{}, { dash: "7 5" }, { dash: "2 4" }];

/** An SVG document, two panels next to each other; equal lines give equal bytes. */
export function drawDashboard(title: string, panels: readonly DrawnPanel[]): string {
  return drawFigure({ title }, panels.map(drawPanel), COLUMNS);
}

function drawPanel({ panel: { title, unit, queries }, lines }: DrawnPanel) {
  const drawn = lines
    .flatMap((found, query) =>
      found.map((line) => ({
        ...DASHES[query],
        label: fillLegend(queries[query]?.legend ?? "", line),
        points: line.values.map(([second, value]) => [second / 60, Number(value)] as const),
      })),
    )
    .map((line, index): DrawnLine => ({ ...line, symbol: "line", colour: SERIES[index % SERIES.length] ?? SERIES[0] }));
  const points = drawn.flatMap((line) => line.points);
  const width = columnWidth(COLUMNS);
  const chart = drawLines(
    {
      title,
      lines: drawn,
      x: [0, Math.max(1, ...points.map(([minute]) => minute))],
      most: roundUp(Math.max(...points.map(([, value]) => value), 0), unit),
      tickX: (minute) => `${minute} min`,
      tickY: (value) => format(value, unit),
      height: 160,
    },
    width,
  );
  return below([chart, drawLegend(drawn.slice(0, SERIES.length), width)]);
}

/** A round end of the axis, at least `value`: a multiple of 512 MiB for bytes, of 1, 2 or 5 otherwise. */
function roundUp(value: number, unit: Panel["unit"]): number {
  if (value === 0) return 1;
  const step = unit === "bytes" ? 512 * 2 ** 20 : 10 ** Math.floor(Math.log10(value / scaleOf(unit))) * scaleOf(unit);
  const multiple = value / step;
  return step * (unit === "bytes" ? Math.ceil(multiple) : ([1, 2, 5].find((one) => one >= multiple - 1e-9) ?? 10));
}

function scaleOf(unit: Panel["unit"]): number {
  return unit === "binBps" ? 2 ** 20 : 1;
}

function fillLegend(legend: string, { metric }: Line): string {
  return legend.replace(/\{\{(\w+)\}\}/g, (_, label: string) => metric[label] ?? "");
}

function format(value: number, unit: Panel["unit"]): string {
  switch (unit) {
    case "percentunit":
      return `${(value * 100).toFixed(value < 0.1 ? 1 : 0)} %`;
    case "bytes":
      return `${(value / 2 ** 20).toFixed(0)} MiB`;
    case "binBps":
      return `${(value / 2 ** 20).toFixed(1)} MiB/s`;
    case "short":
      return value.toFixed(1);
  }
}
