// A story as a picture: its moments in order, each with a bar from the moment before it.
import { n, svgDocument, text } from "../../workload/svg";
import type { Moment } from "./story";

const WIDTH = 860;
const LEFT = 190;
const RIGHT = 70;
const ROW = 24;
const TOP = 12;
const BOTTOM = 34;

/** Colours that can be read on white and on black: the page of the reader may be either. */
const STYLE = `text{font:12px sans-serif;fill:#768390}.grid{stroke:#768390;stroke-opacity:.3}.bar{fill:#3b82d6}.swap{fill:#2da44e}.name{text-anchor:end}`;

/** An SVG document. Seconds count from the first moment; equal moments give equal bytes. */
export function drawTimeline(title: string, moments: readonly Moment[]): string {
  const start = moments[0]?.at ?? 0;
  const seconds = ((moments.at(-1)?.at ?? 0) - start) / 1000;
  if (seconds <= 0) throw new Error("a timeline needs two moments");
  const x = (second: number): number => LEFT + (second / seconds) * (WIDTH - LEFT - RIGHT);
  const floor = TOP + ROW * moments.length;
  const rows = moments.flatMap(({ moment, at }, index) => {
    const second = (at - start) / 1000;
    const before = ((moments[index - 1]?.at ?? start) - start) / 1000;
    const y = TOP + ROW * index;
    const look = moment.includes("swap") ? "swap" : "bar";
    return [
      text(LEFT - 10, y + 16, moment, "name"),
      `<rect class="${look}" x="${n(x(before))}" y="${n(y + 5)}" width="${n(Math.max(2, x(second) - x(before)))}" height="14" rx="2"/>`,
      text(x(second) + 6, y + 16, `${n(second)} s`),
    ];
  });
  const step = seconds > 120 ? 30 : 10;
  const ticks = Array.from({ length: Math.floor(seconds / step) + 1 }, (_, index) => index * step);
  const grid = ticks.flatMap((second) => [
    `<line class="grid" x1="${n(x(second))}" x2="${n(x(second))}" y1="${TOP}" y2="${n(floor)}"/>`,
    text(x(second) - 8, floor + 18, `${second} s`),
  ]);
  return svgDocument({ width: WIDTH, height: floor + BOTTOM, title, style: STYLE }, [...grid, ...rows]);
}
