// Boot: how much of the time from userData to the kubelet the unit takes, by backing and size, and the same time with the
// published recipe, which allocates in the shell part. Machines of the boot rig.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { missingEquipment } from "../tests/boot/equipment";
import { assertSwapBeforeKubelet, assertSwapOn, SWAP_VOLUME } from "../tests/boot/expectations";
import { unitSeconds, userDataSeconds } from "../tests/boot/figures";
import { type Image, provideImage } from "../tests/boot/image";
import { provideMerger } from "../tests/boot/karpenter";
import { planScenarioPool } from "../tests/boot/pools";
import { plainScriptRecipe } from "../tests/boot/recipes";
import { type BootRow, runScenario } from "../tests/boot/runner";
import { PLAIN_HARDWARE, type Scenario } from "../tests/boot/scenario";
import type { Backing } from "../swap/vocabulary";
import type { Benchmark } from "./benchmark";
import type { Measured } from "./figure";
import { inTurns } from "./interleave";

/** Name of the figure of the published recipe, which is booted with the root volume and the largest size. */
export const RECIPE_NAME = "userData to kubelet compared with the published recipe, root volume, 30 GiB";

const SHARE_GOAL = 0.1;
const GROWTH_GOAL = 1.2;

const LARGEST_GIB = 30;
/** Sizes of swap, in the order of the picture. */
export const SIZES_GIB = [1, 8, LARGEST_GIB];
/** What is booted in each round: name, and the machine with what it boots. */
type Shapes = Readonly<Record<string, Scenario>>;

const ROOT_VOLUME: Shapes = {
  ...everySize("root-volume"),
  recipe: {
    ...eksSwapBoot("root-volume", LARGEST_GIB),
    name: "bench: published recipe",
    control: true,
    node: () => plainScriptRecipe(`${LARGEST_GIB}G`),
    boots: [
      {
        power: "first boot",
        settled: "joined",
        check: (seen) => assertSwapBeforeKubelet(seen, "/swapfile", LARGEST_GIB * 1024),
      },
    ],
  },
};

/** The backings with what is booted of each. */
export const BACKINGS: readonly (readonly [name: string, shapes: Shapes])[] = [
  ["root volume", ROOT_VOLUME],
  ["instance store", everySize("instance-store")],
  ["EBS volume", everySize("ebs-volume")],
];

/** A benchmark of each backing: all of them take hours where processors are emulated. */
export const bootBenches: readonly Benchmark[] = BACKINGS.map(([backing, shapes]) => ({
  name: bootName(backing),
  about: `boots with swap on the ${backing}; needs what the boot rig needs`,
  measure: async (runs, say, keep) => {
    const missing = missingEquipment();
    if (missing.length > 0) throw new Error(`boots cannot be measured here:\n${missing.join("\n")}`);
    provideMerger(say);
    const image = provideImage(say);
    const rounds: Record<string, BootRow>[] = [];
    while (rounds.length < runs) {
      rounds.push(await bootAll(shapes, image, rounds.length, say));
      await keep(figuresOf(backing, rounds));
    }
    return figuresOf(backing, rounds);
  },
}));

/** Name of the benchmark of a backing. */
export function bootName(backing: string): string {
  return `boot-${backing.toLowerCase().replaceAll(" ", "-")}`;
}

/** Name of the figure with the unit's seconds and those from userData to the kubelet. */
export function shareName(backing: string, sizeGiB: number): string {
  return `unit's share of userData to kubelet, ${backing}, ${sizeGiB} GiB`;
}

function sizeName(sizeGiB: number): string {
  return `${sizeGiB} GiB`;
}

function everySize(backing: Backing): Shapes {
  return Object.fromEntries(SIZES_GIB.map((size) => [sizeName(size), eksSwapBoot(backing, size)]));
}

/** The first boot of a pool of eks-swap. */
function eksSwapBoot(backing: Backing, sizeGiB: number): Scenario {
  const sizeMiB = sizeGiB * 1024;
  const { node, rootGiB } = planScenarioPool({ sizeMiB, backings: [backing], onFailure: "block" });
  return {
    name: `bench: ${backing}, ${sizeGiB} GiB`,
    control: false,
    hardware: {
      ...PLAIN_HARDWARE,
      rootGiB,
      instanceStoreGiB: backing === "instance-store" ? [sizeGiB + 12] : [],
      volumes: backing === "ebs-volume" ? [{ id: SWAP_VOLUME, sizeGiB }] : [],
    },
    node: () => node,
    boots: [{ power: "first boot", settled: "joined", check: (seen) => assertSwapOn(seen, backing, sizeMiB) }],
  };
}

/** One machine after the other, from the first or from the last. */
async function bootAll(
  shapes: Shapes,
  image: Image,
  round: number,
  say: (line: string) => void,
): Promise<Record<string, BootRow>> {
  const folder = mkdtempSync(join(tmpdir(), "eks-swap-bench-"));
  const rows: Record<string, BootRow> = {};
  try {
    for (const [name, scenario] of inTurns(round, Object.entries(shapes))) {
      const { result, message, boots } = await runScenario(scenario, image, join(folder, "machine"), false);
      const [row] = boots;
      if (result === "failed" || row === undefined) {
        throw new Error(`${scenario.name} failed: ${message ?? row?.message ?? "no boot"}`);
      }
      say(`${scenario.name}: ${userDataSeconds(row).toFixed(2)} s from userData to kubelet`);
      rows[name] = row;
    }
    return rows;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function figuresOf(backing: string, rounds: readonly Readonly<Record<string, BootRow>>[]): readonly Measured[] {
  const sampled = (name: string, of: (row: BootRow) => number): readonly number[] =>
    rounds.flatMap((round) => (round[name] === undefined ? [] : [of(round[name])]));
  const has = (name: string): boolean => rounds.some((round) => name in round);
  const sizes = SIZES_GIB.filter((size) => has(sizeName(size)));
  const unit = "s" as const;
  return [
    ...sizes.map((size): Measured => {
      const name = shareName(backing, size);
      const [eksSwap, reference] = [unitSeconds, userDataSeconds].map((of) => sampled(sizeName(size), of));
      return { name, unit, eksSwap: eksSwap ?? [], reference: reference ?? [], goal: SHARE_GOAL };
    }),
    {
      name: `unit with ${LARGEST_GIB} GiB compared with 1 GiB, ${backing}`,
      unit,
      eksSwap: sampled(sizeName(LARGEST_GIB), unitSeconds),
      reference: sampled(sizeName(1), unitSeconds),
      goal: GROWTH_GOAL,
    },
    ...(has("recipe")
      ? [
          {
            name: RECIPE_NAME,
            unit,
            eksSwap: sampled(sizeName(LARGEST_GIB), userDataSeconds),
            reference: sampled("recipe", userDataSeconds),
          },
        ]
      : []),
  ];
}
