// What the rounds of a thrash come to.
import { KERNEL_DEFAULTS } from "../../swap/watermarks";
import type { Measured } from "../figure";
import type { Sides } from "../interleave";

/** At least 5 times shorter. */
const GOAL = 0.2;

/** The sleep of heartbeat.py between two beats, in milliseconds: no gap is shorter, and none of it is a wait. */
const INTERVAL_MS = 200;

/** What the heartbeat waited for meanwhile: microseconds of pressure by kind, counts of faults by the kernel's name. */
export type Waits = Readonly<Record<string, number>>;

/** One thrash: gap in milliseconds. */
export interface Beat {
  readonly longest: number;
  readonly beats: number;
  /** Of the heartbeat's memory, at the end. */
  readonly swappedKiB: number;
  readonly waits: Waits;
}

/** Both sides by setting. */
export type ThrashRound = Readonly<Record<string, Readonly<Record<keyof Sides<Beat>, Beat>>>>;

/** The settings by name: the sysctls below `vm` that differ from the plan's. */
export const SETTINGS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  "as planned": {},
  "swappiness 100": { swappiness: 100 },
  "page-cluster 0": { "page-cluster": 0 },
  "the AMI's watermarks": {
    min_free_kbytes: KERNEL_DEFAULTS.minFreeKbytes,
    watermark_scale_factor: KERNEL_DEFAULTS.watermarkScaleFactor,
  },
};

const PLANNED = "as planned";

/** What is told of the waits under the planned settings: name, unit, counter, and how many of it make one unit. */
const WAITS: readonly (readonly [name: string, unit: Measured["unit"], counter: string, each: number])[] = [
  ["waits for a processor", "s", "cpu", 1e6],
  ["waits for a disk", "s", "io", 1e6],
  ["waits for memory", "s", "memory", 1e6],
  ["major faults", "faults", "pgmajfault", 1],
  ["pages read back from swap", "faults", "workingset_refault_anon", 1],
  ["file pages read again", "faults", "workingset_refault_file", 1],
];

/** Name of the figure of a setting. */
export function gapName(setting: string): string {
  return `worst gap between heartbeats under thrash, ${setting}`;
}

/** Worst gaps by setting with their goal, then what lies behind them under the planned settings. */
export function thrashFigures(rounds: readonly ThrashRound[]): readonly Measured[] {
  const sampled = (setting: string, of: (beat: Beat) => number): Pick<Measured, "ours" | "reference"> => {
    const taken = rounds.flatMap((round) => (round[setting] === undefined ? [] : [round[setting]]));
    return { ours: taken.map(({ ours }) => of(ours)), reference: taken.map(({ reference }) => of(reference)) };
  };
  return [
    ...Object.keys(SETTINGS).map((setting): Measured => {
      return { name: gapName(setting), unit: "ms", ...sampled(setting, ({ longest }) => longest), goal: GOAL };
    }),
    ...Object.keys(SETTINGS).map((setting): Measured => {
      const name = `the same without the ${INTERVAL_MS} ms between two beats, ${setting}`;
      return { name, unit: "ms", ...sampled(setting, ({ longest }) => longest - INTERVAL_MS) };
    }),
    { name: "heartbeat's memory in swap", unit: "KiB", ...sampled(PLANNED, ({ swappedKiB }) => swappedKiB) },
    ...WAITS.map(([name, unit, counter, each]): Measured => {
      const of = ({ waits }: Beat): number => (waits[counter] ?? Number.NaN) / each;
      return { name: `heartbeat's ${name}`, unit, ...sampled(PLANNED, of) };
    }),
  ];
}
