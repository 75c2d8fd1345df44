// What the rounds of a thrash come to, by the sysctls of the node.
import { KERNEL_DEFAULTS, type SysctlSettings } from "../../swap/watermarks";
import { AUTOMATIC_SYSCTLS } from "../../tests/boot/pools";
import type { Pulse } from "../../tests/boot/pressure/heartbeat";
import type { Measured } from "../figure";
import type { Sides } from "../interleave";

/** At least 5 times shorter. */
const GOAL = 0.2;

/** The sleep of heartbeat.py between two beats, in milliseconds: no gap is shorter, and none of it is a wait. */
const INTERVAL_MS = 100;

/** What the heartbeat waited for meanwhile: microseconds of pressure by kind, counts of pages by the kernel's name. */
export type Waits = Readonly<Record<string, number>>;

/** One thrash. */
export interface Beat extends Pulse {
  /** Of the heartbeat's memory before the pods began. */
  readonly coldKiB: number;
  /** The same at the end. */
  readonly swappedKiB: number;
  readonly waits: Waits;
}

/** The sysctls by benchmark; the first is the stack config's default. */
export const SETTINGS: Readonly<Record<string, SysctlSettings>> = {
  thrash: AUTOMATIC_SYSCTLS,
  "thrash-swappiness-100": { ...AUTOMATIC_SYSCTLS, swappiness: 100 },
  "thrash-page-cluster-0": { ...AUTOMATIC_SYSCTLS, pageCluster: 0 },
  "thrash-ami-watermarks": { ...AUTOMATIC_SYSCTLS, ...KERNEL_DEFAULTS },
};

/** What is told of each: of the worst gap, then of all of the thrash. */
const TOLD: readonly (readonly [name: string, unit: Measured["unit"], of: (beat: Beat) => number])[] = [
  ["besides the worst gap, ready without a processor", "ms", ({ ready }) => ready],
  ["in the worst gap, running", "ms", ({ running }) => running],
  ["in the worst gap, pages waited for", "faults", ({ faults }) => faults],
  ["heartbeat's memory in swap at the start", "KiB", ({ coldKiB }) => coldKiB],
  ["heartbeat's memory in swap at the end", "KiB", ({ swappedKiB }) => swappedKiB],
  ["heartbeat's waits for a processor", "s", counted("cpu", 1e6)],
  ["heartbeat's waits for a disk", "s", counted("io", 1e6)],
  ["heartbeat's waits for memory", "s", counted("memory", 1e6)],
  ["heartbeat's pages read back from swap", "faults", counted("workingset_refault_anon", 1)],
  ["heartbeat's file pages read again", "faults", counted("workingset_refault_file", 1)],
];

function counted(counter: string, each: number): (beat: Beat) => number {
  return ({ waits }) => (waits[counter] ?? Number.NaN) / each;
}

/** Name of the figure with the goal. */
export function delayName(setting: string): string {
  return `${setting}: worst delay of a heartbeat`;
}

/** The worst gap with its goal, the same less what is planned on both sides, then what lies behind it. */
export function thrashFigures(setting: string, { ours, reference }: Sides<Beat>): readonly Measured[] {
  const sampled = (of: (beat: Beat) => number) => ({ ours: ours.map(of), reference: reference.map(of) });
  return [
    { name: delayName(setting), unit: "ms", ...sampled(({ longest }) => longest - INTERVAL_MS) },
    {
      name: `${setting}: worst gap with the ${INTERVAL_MS} ms between two beats`,
      unit: "ms",
      ...sampled(({ longest }) => longest),
      goal: GOAL,
    },
    ...TOLD.map(([name, unit, of]): Measured => ({ name: `${setting}: ${name}`, unit, ...sampled(of) })),
  ];
}
