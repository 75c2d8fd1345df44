// The dashboard's panels as a picture, drawn from what a Prometheus answers to their queries: Grafana has no part in it.
import type { Panel } from "../../monitoring/panels";
import type { Line } from "./prometheus";

/** A panel with the lines of each of its queries, in their order. */
export interface DrawnPanel {
  readonly panel: Panel;
  readonly lines: readonly (readonly Line[])[];
}

const COLUMNS = 2;
const WIDTH = 460;
const HEIGHT = 222;
const PLOT = { left: 62, right: 12, top: 28, bottom: 86 } as const;

/** Told apart on white and on black. */
const COLOURS = [
  "#0969da",
  "#1a7f37",
  "#bf8700",
  "#cf222e",
  "#8250df",
  "#57606a",
  "#1b7c83",
  "#bc4c00",
  "#bf3989",
  "#768390",
] as const;
/** Lines of a panel's second query are broken, so that what they cover is seen. */
const DASHES = ["", ' stroke-dasharray="7 5"', ' stroke-dasharray="2 4"'] as const;
const STYLE =
  "text{font:11px sans-serif;fill:#59636e}.title{font-weight:bold;font-size:12px}.grid{stroke:#8c959f;stroke-opacity:.3}polyline{fill:none;stroke-width:1.6}";

/** An SVG document, two panels beside each other; equal lines give equal bytes. */
export function drawDashboard(title: string, panels: readonly DrawnPanel[]): string {
  const height = Math.ceil(panels.length / COLUMNS) * HEIGHT;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH * COLUMNS} ${height}" role="img">`,
    `<title>${title}</title>`,
    `<style>${STYLE}</style>`,
    ...panels.flatMap((panel, index) => [
      `<g transform="translate(${(index % COLUMNS) * WIDTH} ${Math.floor(index / COLUMNS) * HEIGHT})">`,
      ...drawPanel(panel),
      "</g>",
    ]),
    "</svg>",
    "",
  ].join("\n");
}

function drawPanel({ panel, lines }: DrawnPanel): readonly string[] {
  const named = lines.flatMap((found, index) =>
    found.map((line) => ({
      name: fillLegend(panel.queries[index]?.legend ?? "", line),
      values: line.values,
      dashes: DASHES[index] ?? "",
    })),
  );
  const values = named.flatMap((line) => line.values.map(([, value]) => Number(value)));
  const end = Math.max(1, ...named.flatMap((line) => line.values.map(([second]) => second)));
  const most = roundUp(Math.max(...values, 0), panel.unit);
  const [right, bottom] = [WIDTH - PLOT.right, HEIGHT - PLOT.bottom];
  const x = (second: number): string => (PLOT.left + (second / end) * (right - PLOT.left)).toFixed(1);
  const y = (value: number): string => (bottom - (value / most) * (bottom - PLOT.top)).toFixed(1);
  return [
    `<text class="title" x="${PLOT.left}" y="18">${panel.title}</text>`,
    ...[0, 0.5, 1].flatMap((share) => [
      `<line class="grid" x1="${PLOT.left}" x2="${right}" y1="${y(share * most)}" y2="${y(share * most)}"/>`,
      `<text x="${PLOT.left - 6}" y="${y(share * most)}" dy="4" text-anchor="end">${format(share * most, panel.unit)}</text>`,
    ]),
    `<text x="${right}" y="${bottom + 14}" text-anchor="end">${(end / 60).toFixed(0)} minutes</text>`,
    ...named.flatMap(({ values: points, dashes }, index) => {
      const text = points.map(([second, value]) => `${x(second)},${y(Number(value))}`).join(" ");
      return `<polyline stroke="${colour(index)}"${dashes} points="${text}"/>`;
    }),
    ...named.slice(0, COLOURS.length).flatMap(({ name, dashes }, index) => {
      const [column, row] = [index % 2, Math.floor(index / 2)];
      const [left, base] = [PLOT.left + column * 200, bottom + 30 + row * 13];
      return [
        `<polyline stroke="${colour(index)}"${dashes} points="${left},${base - 4} ${left + 22},${base - 4}"/>`,
        `<text x="${left + 28}" y="${base}" style="fill:${colour(index)}">${name}</text>`,
      ];
    }),
  ];
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

function colour(index: number): string {
  return COLOURS[index % COLOURS.length] ?? COLOURS[0];
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
