// The job above its memory limit as a figure: memory, swap and limit over time, a panel for each node.
import { columnWidth, drawFigure, drawLines, type Key, type LinePanel } from "../../../bench/figures/figure";
import { PALETTE } from "../../../bench/figures/palette";

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

/** A job on one node. */
export interface HeadlineJob {
  /** How the API server says that it ended. */
  readonly job: string;
  readonly limitMiB: number;
  readonly moments: readonly Moment[];
}

const MEMORY: Key = { label: "memory of the job", colour: PALETTE.memory, symbol: "line" };
const LIMIT: Key = { label: "its memory limit", colour: PALETTE.limit, symbol: "line", dash: "6 4" };
const SWAP: Key = { label: "its swap", colour: PALETTE.swap, symbol: "line" };
const NODE: Key = { label: "swap in use on the node", colour: PALETTE.swapOfNode, symbol: "line", dash: "2 4" };

/** An SVG document with one panel under the other, all on the same scales; equal jobs give equal bytes. */
export function drawHeadline(jobs: readonly HeadlineJob[]): string {
  const last = Math.max(...jobs.flatMap(({ moments }) => moments.map(({ second }) => second)));
  const amounts = jobs.flatMap(({ moments, limitMiB }) => [
    limitMiB,
    ...moments.flatMap(({ memory, nodeSwap }) => [memory, nodeSwap]),
  ]);
  const most = Math.ceil(Math.max(...amounts) / 256) * 256;
  return drawFigure(
    {
      title: "A job that needs more memory than its limit: killed without swap, finished with swap",
      keys: [MEMORY, LIMIT, SWAP, NODE],
    },
    jobs
      .toSorted((one, other) => other.job.localeCompare(one.job))
      .map((job) => drawLines(panelOf(job, last, most), columnWidth(1))),
  );
}

function panelOf({ job, limitMiB, moments }: HeadlineJob, last: number, most: number): LinePanel {
  const line = (key: Key, of: (moment: Moment) => number) => ({
    ...key,
    points: moments.map((moment) => [moment.second, of(moment)] as const),
  });
  const end = moments.at(-1);
  if (end === undefined) throw new Error(`nothing was recorded of the job that ended as ${job}`);
  const at = { x: end.second, y: end.memory };
  const succeeded = job === "Complete";
  return {
    title: succeeded ? "Pool with swap" : "Pool without swap",
    lines: [
      { ...LIMIT, points: [0, last].map((second) => [second, limitMiB] as const) },
      line(SWAP, ({ swap }) => swap),
      line(NODE, ({ nodeSwap }) => nodeSwap),
      line(MEMORY, ({ memory }) => memory),
    ],
    x: [0, last],
    most,
    tickX: (second) => `${second} s`,
    tickY: (mebibytes) => `${mebibytes} MiB`,
    height: 230,
    ends: succeeded
      ? [{ ...at, label: "finished", colour: PALETTE.swap, symbol: "circle" }]
      : [{ ...at, label: "OOMKilled", colour: PALETTE.failure, symbol: "times" }],
  };
}
