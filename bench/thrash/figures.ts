// Figures of the rounds of thrash, by the sysctls of the node.
import { KERNEL_DEFAULTS, type SysctlSettings } from "../../swap/watermarks";
import { AUTOMATIC_SYSCTLS } from "../../tests/boot/pools";
import type { Pulse } from "../../tests/boot/pressure/heartbeat";
import type { Measured } from "../figure";
import type { Sides } from "../interleave";

/** At least 5 times shorter. */
const GOAL = 0.2;

/** The sleep of heartbeat.py between two beats, in milliseconds: no gap is shorter, and none of it is a wait. */
const INTERVAL_MS = 100;

/** One thrash. */
export interface Beat extends Pulse {
  /** Of the heartbeat's memory before the pods began. */
  readonly coldKiB: number;
  /** The same at the end. */
  readonly swappedKiB: number;
}

/** The sysctls by benchmark; the first is the stack config's default. */
export const SETTINGS: Readonly<Record<string, SysctlSettings>> = {
  thrash: AUTOMATIC_SYSCTLS,
  "thrash-swappiness-100": { ...AUTOMATIC_SYSCTLS, swappiness: 100 },
  "thrash-page-cluster-0": { ...AUTOMATIC_SYSCTLS, pageCluster: 0 },
  "thrash-ami-watermarks": { ...AUTOMATIC_SYSCTLS, ...KERNEL_DEFAULTS },
};

/** What is reported besides the gap. */
const REPORTED: readonly (readonly [name: string, unit: Measured["unit"], of: (beat: Beat) => number])[] = [
  ["besides the worst gap, ready without a processor", "ms", ({ ready }) => ready],
  ["in the worst gap, running", "ms", ({ running }) => running],
  ["in the worst gap, pages waited for", "faults", ({ faults }) => faults],
  ["heartbeat's memory in swap at the start", "KiB", ({ coldKiB }) => coldKiB],
  ["heartbeat's memory in swap at the end", "KiB", ({ swappedKiB }) => swappedKiB],
];

/** Name of the figure of the delay. */
export function delayName(setting: string): string {
  return `${setting}: worst delay of a heartbeat`;
}

/** The worst gap with its goal, the same less what is planned on both sides, then what lies behind it. */
export function thrashFigures(setting: string, { eksSwap, reference }: Sides<Beat>): readonly Measured[] {
  const sampled = (of: (beat: Beat) => number) => ({ eksSwap: eksSwap.map(of), reference: reference.map(of) });
  return [
    { name: delayName(setting), unit: "ms", ...sampled(({ longest }) => longest - INTERVAL_MS) },
    {
      name: `${setting}: worst gap with the ${INTERVAL_MS} ms between two beats`,
      unit: "ms",
      ...sampled(({ longest }) => longest),
      goal: GOAL,
    },
    ...REPORTED.map(([name, unit, of]): Measured => ({ name: `${setting}: ${name}`, unit, ...sampled(of) })),
  ];
}
