// A story as a figure: its moments in order, each with a bar from the moment before it.
import { columnWidth, drawBars, drawFigure } from "../../bench/figures/figure";
import { PALETTE } from "../../bench/figures/palette";
import type { Moment } from "./story";

/** An SVG document. Seconds count from the first moment; equal moments give equal bytes. */
export function drawTimeline(title: string, moments: readonly Moment[]): string {
  const start = moments[0]?.at ?? 0;
  const seconds = moments.map(({ at }) => (at - start) / 1000);
  const bars = moments.map(({ moment }, index) => ({
    row: moment,
    colour: moment.includes("swap") ? PALETTE.swap : PALETTE.wholeTime,
    start: seconds[index - 1] ?? 0,
    end: seconds[index] ?? 0,
    remark: `${(seconds[index] ?? 0).toFixed(1)} s`,
  }));
  if (bars.at(-1)?.end === 0) throw new Error("a timeline needs two moments");
  return drawFigure(
    {
      title,
      keys: [
        { label: "swap", colour: PALETTE.swap },
        { label: "other steps", colour: PALETTE.wholeTime },
      ],
    },
    [drawBars({ title: "seconds since the job was created", bars }, columnWidth(1))],
  );
}
