// A picture of a prediction: memory request against swap limit, one line for each size of node, one panel for each pool.
import { limitedSwap } from "../swap/limited-swap";
import { formatQuantity, GIB, MIB } from "../swap/quantity";
import type { PredictedNode } from "./node";
import { svgText } from "./svg-text";
import type { PredictedContainer } from "./placed-pod";

const WIDTH = 860;
const LEFT = 70;
const RIGHT = 790;
const PLOT_HEIGHT = 300;
const TITLE = 44;
const AXIS = 44;
const ROW = 18;
const LEAST_BYTES = 64 * MIB;
/** Readable on white; without colours the lines are identified by the label at the end of each line. */
const COLOURS = ["#0969da", "#1a7f37", "#9a6700", "#8250df", "#cf222e", "#57606a"];
const STYLE = `text{font:12px sans-serif;fill:#1f2328}.title{font-weight:bold}.tick{fill:#59636e;font-size:11px}
.grid{stroke:#d1d9e0}.request{stroke:#59636e;stroke-dasharray:3 3}.line{fill:none;stroke-width:2}
.mark{fill:#1f2328}.number{fill:#ffffff;font-size:10px;font-weight:bold}`;

/**
 * An SVG document of the pools on which containers run; equal predictions give equal bytes. Requests and limits are on
 * logarithmic axes of base 2.
 */
export function drawPrediction(nodes: readonly PredictedNode[], containers: readonly PredictedContainer[]): string {
  const running = new Set(containers.filter(({ reason }) => reason !== "not-scheduled").map(({ pool }) => pool));
  const pools = [...new Set(nodes.map(({ pool }) => pool))].filter((pool) => running.size === 0 || running.has(pool));
  const drawn: string[] = [];
  let top = 0;
  for (const pool of pools) {
    const panel = drawPanel(
      top,
      pool,
      nodes.filter((node) => node.pool === pool),
      containers.filter((container) => container.pool === pool && container.reason !== "not-scheduled"),
    );
    drawn.push(...panel.drawn);
    top = panel.bottom;
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${n(WIDTH)} ${n(top)}" role="img">`,
    "<title>Swap limit of a container by its memory request, for each size of node</title>",
    `<style>${STYLE}</style>`,
    '<rect width="100%" height="100%" fill="#ffffff"/>',
    ...drawn,
    "</svg>",
    "",
  ].join("\n");
}

interface Scale {
  readonly x: (bytes: number) => number;
  readonly y: (bytes: number) => number;
}

function drawPanel(
  top: number,
  pool: string | null,
  nodes: readonly PredictedNode[],
  containers: readonly PredictedContainer[],
): { readonly drawn: readonly string[]; readonly bottom: number } {
  const requests = containers.flatMap(({ memoryRequestBytes }) => memoryRequestBytes ?? []);
  const least = Math.min(LEAST_BYTES * 4, ...requests.filter((bytes) => bytes >= MIB));
  const most = Math.max(GIB, ...nodes.map(({ memTotalBytes }) => memTotalBytes));
  const limits = nodes.flatMap((node) => [limitOf(node, least), limitOf(node, node.memTotalBytes)]);
  const [left, right] = [Math.floor(Math.log2(least)), Math.ceil(Math.log2(most))];
  const low = Math.floor(Math.log2(Math.max(MIB, Math.min(GIB, ...limits.filter((bytes) => bytes > 0)))));
  const high = Math.ceil(Math.log2(Math.max(GIB, ...limits)));
  const plotTop = top + TITLE;
  const bottom = plotTop + PLOT_HEIGHT;
  const scale: Scale = {
    x: (bytes) => LEFT + ((Math.log2(bytes) - left) / (right - left)) * (RIGHT - LEFT),
    y: (bytes) => bottom - ((Math.log2(bytes) - low) / (high - low)) * PLOT_HEIGHT,
  };
  const legend = legendRows(containers);
  return {
    drawn: [
      text(8, top + 20, `${pool === null ? "Nodes" : `Pool ${pool}`}: swap limit by memory request`, "title"),
      ...powers(left, right).flatMap((bytes) => [
        `<line class="grid" x1="${n(scale.x(bytes))}" x2="${n(scale.x(bytes))}" y1="${n(plotTop)}" y2="${n(bottom)}"/>`,
        text(scale.x(bytes) - 14, bottom + 15, formatQuantity(bytes), "tick"),
      ]),
      ...powers(low, high).flatMap((bytes) => [
        `<line class="grid" x1="${n(LEFT)}" x2="${n(RIGHT)}" y1="${n(scale.y(bytes))}" y2="${n(scale.y(bytes))}"/>`,
        text(LEFT - 52, scale.y(bytes) + 4, formatQuantity(bytes), "tick"),
      ]),
      text(
        LEFT,
        bottom + 32,
        "memory request of a container that may swap; each line ends at the memory of its node",
        "tick",
      ),
      ...nodes.flatMap((node, index) => drawNode(node, least, scale, COLOURS[index % COLOURS.length] ?? "")),
      ...legend.flatMap(({ request, limits: given }, index) =>
        request === null || request < 2 ** left || given.every((bytes) => bytes === 0)
          ? []
          : drawContainer(index + 1, request, given, scale, [plotTop, bottom]),
      ),
      ...legend.map(({ label }, index) => text(LEFT, bottom + AXIS + ROW * (index + 0.6), `${index + 1}  ${label}`)),
    ],
    bottom: bottom + AXIS + ROW * (legend.length + 1),
  };
}

function drawNode(node: PredictedNode, least: number, { x, y }: Scale, colour: string): readonly string[] {
  const { memTotalBytes, swapTotalBytes } = node;
  if (limitOf(node, memTotalBytes) === 0) return [];
  const ends = [least, memTotalBytes].map((bytes) => `${n(x(bytes))},${n(y(limitOf(node, bytes)))}`);
  return [
    `<polyline class="line" stroke="${colour}" points="${ends.join(" ")}"><title>${svgText(node.name)}: ${short(swapTotalBytes)} of swap</title></polyline>`,
    `<text x="${n(x(memTotalBytes) - 18)}" y="${n(y(limitOf(node, memTotalBytes)) - 8)}" style="fill:${colour};font-weight:bold">${short(memTotalBytes)}</text>`,
  ];
}

function drawContainer(
  number: number,
  request: number,
  limits: readonly number[],
  { x, y }: Scale,
  [top, bottom]: readonly [number, number],
): readonly string[] {
  const at = x(request);
  return [
    `<line class="request" x1="${n(at)}" x2="${n(at)}" y1="${n(top)}" y2="${n(bottom)}"/>`,
    ...limits
      .filter((bytes) => bytes > 0)
      .map((bytes) => `<circle class="mark" cx="${n(at)}" cy="${n(y(bytes))}" r="4"/>`),
    `<circle class="mark" cx="${n(at)}" cy="${n(bottom - 10 - 18 * ((number - 1) % 6))}" r="8"/>`,
    `<text class="number" text-anchor="middle" x="${n(at)}" y="${n(bottom - 6.5 - 18 * ((number - 1) % 6))}">${number}</text>`,
  ];
}

/** One row for each container of the manifests, with its limits on the nodes of the panel. */
function legendRows(containers: readonly PredictedContainer[]) {
  const keys = [...new Set(containers.map(identify))];
  return keys.flatMap((key) => {
    const same = containers.filter((container) => identify(container) === key);
    const [first] = same;
    if (first === undefined) return [];
    const limits = same.map(({ swapLimitBytes }) => swapLimitBytes);
    const given = [...new Set(limits.map(short))].join(", ");
    const request = first.memoryRequestBytes;
    const asked = request === null ? "no request" : `request ${short(request)}`;
    const got = limits.every((bytes) => bytes === 0) ? `no swap (${first.reason ?? ""})` : `swap ${given}`;
    return [{ request, limits, label: `${first.object} ${first.container}: ${asked}, ${got}` }];
  });
}

function identify({ namespace, object, container, role }: PredictedContainer): string {
  return [namespace, object, role, container].join("/");
}

function limitOf(node: PredictedNode, requestBytes: number): number {
  return limitedSwap(node, { qosClass: "Burstable", isStatic: false, priority: 0 }, { requestBytes }).swapLimitBytes;
}

function powers(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from + 1 }, (_, index) => 2 ** (from + index));
}

/** `1.88Gi`, `480Mi`: three digits are enough for the eye. */
function short(bytes: number): string {
  if (bytes === 0) return "none";
  const [value, unit] = bytes >= GIB ? [bytes / GIB, "Gi"] : [bytes / MIB, "Mi"];
  return `${Number(value.toPrecision(3))}${unit}`;
}

/** A length, to a tenth. */
function n(value: number): string {
  return String(Math.round(value * 10) / 10);
}

/** A line of text; `look` is its class. */
function text(x: number, y: number, content: string, look = "label"): string {
  return `<text class="${look}" x="${n(x)}" y="${n(y)}">${svgText(content)}</text>`;
}
