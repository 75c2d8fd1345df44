// What the rounds of a thrash come to.
import { KERNEL_DEFAULTS } from "../../swap/watermarks";
import type { Pulse } from "../../tests/boot/pressure/heartbeat";
import type { Measured } from "../figure";
import type { Sides } from "../interleave";

/** At least 5 times shorter. */
const GOAL = 0.2;

/** The sleep of heartbeat.py between two beats, in milliseconds: no gap is shorter, and none of it is a wait. */
const INTERVAL_MS = 200;

/** What the heartbeat waited for meanwhile: microseconds of pressure by kind, counts of faults by the kernel's name. */
export type Waits = Readonly<Record<string, number>>;

/** One thrash. */
export interface Beat extends Pulse {
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

/** What is told under the planned settings: of the worst gap, then of all of the thrash. */
const TOLD: readonly (readonly [name: string, unit: Measured["unit"], of: (beat: Beat) => number])[] = [
  ["in the worst gap: ready without a processor", "ms", ({ ready }) => ready],
  ["in the worst gap: running", "ms", ({ running }) => running],
  ["in the worst gap: pages waited for", "faults", ({ faults }) => faults],
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
    ...TOLD.map(([name, unit, of]): Measured => ({ name, unit, ...sampled(PLANNED, of) })),
  ];
}
