// The boot order as a figure: a bar per systemd unit, drawn from recorded timestamps.
import { type Bar, columnWidth, drawBars, drawFigure } from "../../bench/figures/figure";
import { PALETTE } from "../../bench/figures/palette";

export interface BootPanel {
  readonly title: string;
  /** Seconds since the kernel started, like all times here. */
  readonly swapOnAt: number;
  readonly timeline: readonly { readonly unit: string; readonly startedAt: number; readonly endedAt: number }[];
}

const SWAP = "eks-swap.service";
const KUBELET = "kubelet.service";
/** The units of the figure in the order of the boot, with what they do. */
const UNITS: readonly (readonly [unit: string, label: string])[] = [
  ["nodeadm-config.service", "nodeadm-config: kubelet's files"],
  ["cloud-init.service", "cloud-init"],
  ["cloud-config.service", "cloud-config"],
  ["cloud-final.service", "cloud-final: the shell part"],
  ["nodeadm-run.service", "nodeadm-run"],
  ["mnt-k8s\\x2ddisks-0.mount", "array mounted"],
  ["containerd.service", "containerd"],
  [SWAP, "eks-swap: swap on"],
  [KUBELET, "kubelet"],
];
/** Units that go on running. */
const ENDLESS = new Set(["containerd.service", KUBELET, "mnt-k8s\\x2ddisks-0.mount"]);
const COLOURS: Readonly<Record<string, string>> = { [SWAP]: PALETTE.eksSwap, [KUBELET]: PALETTE.kubelet };

/** An SVG document with one panel under the other; equal panels give equal bytes. */
export function drawBootOrder(panels: readonly BootPanel[]): string {
  return drawFigure(
    {
      title: "Order of the units of a node's boot: swap is on before the kubelet starts",
      keys: [
        { label: "eks-swap", colour: PALETTE.eksSwap },
        { label: "kubelet", colour: PALETTE.kubelet },
        { label: "other units", colour: PALETTE.wholeTime },
        { label: "swap is on", colour: PALETTE.eksSwap, symbol: "line", dash: "3 3" },
      ],
    },
    panels.map(({ title, swapOnAt, timeline }) => {
      const last = Math.max(...timeline.map(({ endedAt }) => endedAt));
      const bars = UNITS.flatMap(([unit, row]): readonly Bar[] => {
        const span = timeline.find((candidate) => candidate.unit === unit);
        if (span === undefined) return [];
        const end = ENDLESS.has(unit) ? last + 1 : span.endedAt;
        return [{ row, colour: COLOURS[unit] ?? PALETTE.wholeTime, start: span.startedAt, end, remark: "" }];
      });
      const marks = [{ at: swapOnAt, label: "swap is on", colour: PALETTE.eksSwap }];
      return drawBars({ title, bars, tick: (second) => `${second} s`, marks }, columnWidth(1));
    }),
  );
}
