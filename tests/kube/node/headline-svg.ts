// The job above its memory limit as a picture: memory, swap and limit over time, a panel for each node.
import { n, svgDocument, text } from "../../../workload/svg";

/** One moment of a job, in MiB and seconds after the start of its container. */
export interface Moment {
  readonly second: number;
  /** RAM of the job's container. */
  readonly memory: number;
  /** Of the job's container. */
  readonly swap: number;
  /** Swap in use on the whole node. */
  readonly nodeSwap: number;
}

/** What a panel shows. */
export interface JobPanel {
  readonly title: string;
  /** How the job ended, at the last moment. */
  readonly outcome: string;
  readonly succeeded: boolean;
  readonly limitMiB: number;
  readonly moments: readonly Moment[];
}

const WIDTH = 860;
const LEFT = 76;
const RIGHT = 110;
const LEGEND = 34;
const PANEL = 230;
const TOP = 36;
const BOTTOM = 34;

/** Colours that can be read on white and on black: the page of the reader may be either, and the picture has no ground. */
const STYLE = `text{font:12px sans-serif;fill:#768390}.title{font-weight:bold;font-size:13px}.grid{stroke:#768390;stroke-opacity:.3}
path,line{fill:none}.memory{stroke:#3b82d6;stroke-width:2.5}.swap{stroke:#2da44e;stroke-width:2.5}.node{stroke:#a371f7;stroke-dasharray:2 4;stroke-width:1.5}
.limit{stroke:#bf8700;stroke-dasharray:6 4;stroke-width:1.5}.killed{stroke:#e5534b;stroke-width:2.5}.done{fill:#2da44e}
text.done{fill:#2da44e}text.killed{fill:#e5534b;stroke:none}`;

const LINES = [
  ["memory", "memory of the job"],
  ["limit", "its memory limit"],
  ["swap", "its swap"],
  ["node", "swap in use on the node"],
] as const;

/** An SVG document with one panel under the other, all on the same scales; equal panels give equal bytes. */
export function drawHeadline(panels: readonly JobPanel[]): string {
  const seconds = Math.max(...panels.flatMap(({ moments }) => moments.map(({ second }) => second)));
  const mebibytes = Math.max(
    ...panels.flatMap(({ moments, limitMiB }) => [
      limitMiB,
      ...moments.flatMap(({ memory, nodeSwap }) => [memory, nodeSwap]),
    ]),
  );
  const height = LEGEND + PANEL * panels.length;
  const lines = panels.flatMap((panel, index) => drawPanel(panel, LEGEND + index * PANEL, seconds, mebibytes * 1.08));
  return svgDocument(
    {
      width: WIDTH,
      height: height,
      title: "A job that needs more memory than its limit: killed without swap, done with swap",
      style: STYLE,
    },
    [...LINES.flatMap(([look, label], index) => drawKey(LEFT + index * 170, look, label)), ...lines],
  );
}

function drawPanel(panel: JobPanel, top: number, seconds: number, mebibytes: number): readonly string[] {
  const { title, limitMiB, moments } = panel;
  const floor = top + PANEL - BOTTOM;
  const x = (second: number): number => LEFT + (second / seconds) * (WIDTH - LEFT - RIGHT);
  const y = (amount: number): number => floor - (amount / mebibytes) * (PANEL - TOP - BOTTOM);
  const line = (look: string, of: (moment: Moment) => number): string =>
    `<path class="${look}" d="M${moments.map((moment) => `${n(x(moment.second))} ${n(y(of(moment)))}`).join("L")}"/>`;
  const end = moments.at(-1);
  if (end === undefined) throw new Error(`nothing was seen of the job on "${title}"`);
  const amounts = [0, limitMiB / 2, limitMiB];
  return [
    text(8, top + 20, title, "title"),
    ...amounts.map(
      (amount) => `<line class="grid" x1="${LEFT}" x2="${n(x(seconds))}" y1="${n(y(amount))}" y2="${n(y(amount))}"/>`,
    ),
    ...amounts.map((amount) => text(8, y(amount) + 4, `${amount} MiB`)),
    ...ticks(seconds).map((second) => text(x(second) - 8, floor + 16, `${second} s`)),
    `<line class="limit" x1="${LEFT}" x2="${n(x(seconds))}" y1="${n(y(limitMiB))}" y2="${n(y(limitMiB))}"/>`,
    line("swap", ({ swap }) => swap),
    line("node", ({ nodeSwap }) => nodeSwap),
    line("memory", ({ memory }) => memory),
    ...drawEnd(panel, x(end.second), y(end.memory)),
  ];
}

function drawKey(x: number, look: string, label: string): readonly string[] {
  return [`<line class="${look}" x1="${x}" x2="${x + 24}" y1="16" y2="16"/>`, text(x + 30, 20, label)];
}

function drawEnd({ succeeded, outcome }: JobPanel, x: number, y: number): readonly string[] {
  if (succeeded)
    return [`<circle class="done" cx="${n(x)}" cy="${n(y)}" r="4"/>`, text(x + 10, y + 4, outcome, "done")];
  const cross = `<path class="killed" d="M${n(x - 5)} ${n(y - 5)}L${n(x + 5)} ${n(y + 5)}M${n(x - 5)} ${n(y + 5)}L${n(x + 5)} ${n(y - 5)}"/>`;
  return [cross, text(x + 12, y + 20, outcome, "killed")];
}

function ticks(seconds: number): readonly number[] {
  const step = seconds > 60 ? 20 : 10;
  return Array.from({ length: Math.floor(seconds / step) + 1 }, (_, index) => index * step);
}
