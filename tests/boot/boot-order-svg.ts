// The boot order as a picture: a bar per systemd unit, drawn from recorded timestamps.
import { n, svgDocument, text, WHITE_GROUND } from "../../workload/svg";

export interface Panel {
  readonly title: string;
  /** Seconds since the kernel started, like all times here. */
  readonly swapOnAt: number;
  readonly timeline: readonly { readonly unit: string; readonly startedAt: number; readonly endedAt: number }[];
}

/** The units of the picture in the order of the boot, with what they do. */
const UNITS: readonly (readonly [unit: string, label: string])[] = [
  ["nodeadm-config.service", "nodeadm-config: kubelet's files"],
  ["cloud-init.service", "cloud-init"],
  ["cloud-config.service", "cloud-config"],
  ["cloud-final.service", "cloud-final: our shell part"],
  ["nodeadm-run.service", "nodeadm-run"],
  ["mnt-k8s\\x2ddisks-0.mount", "array mounted"],
  ["containerd.service", "containerd"],
  ["eks-swap.service", "eks-swap: swap on"],
  ["kubelet.service", "kubelet"],
];
/** Units that go on running. */
const ENDLESS = new Set(["containerd.service", "kubelet.service", "mnt-k8s\\x2ddisks-0.mount"]);

const WIDTH = 860;
const LABELS = 220;
const ROW = 20;
const PANEL_TOP = 34;
const AXIS = 26;
const STYLE = `text{font:12px sans-serif;fill:#1f2328}.title{font-weight:bold}.tick{fill:#59636e;font-size:11px}
.bar{fill:#8c959f}.ours{fill:#1a7f37}.kubelet{fill:#0969da}.grid{stroke:#d1d9e0}.mark{stroke:#1a7f37;stroke-dasharray:3 3}`;

/** An SVG document with one panel under the other; equal panels give equal bytes. */
export function drawBootOrder(panels: readonly Panel[]): string {
  const drawn: string[] = [];
  let top = 0;
  for (const panel of panels) {
    const rows = UNITS.flatMap(([unit, label]) => {
      const span = panel.timeline.find((candidate) => candidate.unit === unit);
      return span === undefined ? [] : [{ unit, label, span }];
    });
    const bottom = top + PANEL_TOP + rows.length * ROW;
    const last = Math.max(...rows.map(({ span }) => span.endedAt));
    const first = Math.min(...rows.map(({ span }) => span.startedAt));
    const scale = (WIDTH - LABELS - 20) / (last - first + 1);
    const x = (seconds: number): number => LABELS + (seconds - first) * scale;
    drawn.push(text(8, top + 20, panel.title, "title"));
    for (const second of ticks(first, last)) {
      drawn.push(
        `<line class="grid" x1="${n(x(second))}" x2="${n(x(second))}" y1="${n(top + PANEL_TOP - 4)}" y2="${n(bottom)}"/>`,
        text(x(second) - 8, bottom + 14, `${String(second)} s`, "tick"),
      );
    }
    rows.forEach(({ unit, label, span }, index) => {
      const y = top + PANEL_TOP + index * ROW;
      const end = ENDLESS.has(unit) ? last + 1 : span.endedAt;
      const look = unit === "eks-swap.service" ? "ours" : unit === "kubelet.service" ? "kubelet" : "bar";
      const width = Math.max(2, (end - span.startedAt) * scale);
      drawn.push(
        text(8, y + 13, label),
        `<rect class="${look}" x="${n(x(span.startedAt))}" y="${n(y + 2)}" width="${n(width)}" height="${n(ROW - 6)}" rx="2"/>`,
      );
    });
    drawn.push(
      `<line class="mark" x1="${n(x(panel.swapOnAt))}" x2="${n(x(panel.swapOnAt))}" y1="${n(top + PANEL_TOP - 8)}" y2="${n(bottom)}"/>`,
      text(x(panel.swapOnAt) - 70, top + PANEL_TOP - 10, "swap is on"),
    );
    top = bottom + AXIS;
  }
  return svgDocument(
    {
      width: WIDTH,
      height: top,
      title: "Order of the units of a node's boot; swap is on before the kubelet starts",
      style: STYLE,
    },
    [WHITE_GROUND, ...drawn],
  );
}

function ticks(first: number, last: number): readonly number[] {
  const step = last - first > 30 ? 10 : 5;
  const from = Math.ceil(first / step);
  return Array.from({ length: Math.floor(last / step) - from + 1 }, (_, index) => (from + index) * step);
}
