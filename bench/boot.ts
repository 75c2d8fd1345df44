// Boot: how much of the time from userData to the kubelet our unit takes, by backing and size; against the published recipe,
// which allocates in the shell part, and against the same unit with dd in the place of fallocate. Machines of the boot rig.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { missingEquipment } from "../tests/boot/equipment";
import { assertSwapBeforeKubelet, assertSwapOn, swapVolume } from "../tests/boot/expectations";
import { unitSeconds, userDataSeconds } from "../tests/boot/figures";
import { type Image, provideImage } from "../tests/boot/image";
import { type NodeDescription, provideMerger } from "../tests/boot/karpenter";
import { planScenarioPool } from "../tests/boot/pools";
import { plainScriptRecipe } from "../tests/boot/recipes";
import { type BootRow, runScenario } from "../tests/boot/runner";
import { plainHardware, type Scenario } from "../tests/boot/scenario";
import type { Backing } from "../swap/vocabulary";
import type { Benchmark } from "./benchmark";
import type { Measured } from "./figure";
import { inTurns } from "./interleave";

const SHARE_GOAL = 0.1;
const GROWTH_GOAL = 1.2;

const LARGEST_GIB = 30;
const SIZES_GIB = [1, 8, LARGEST_GIB];
/** dd writes every byte: the root volume of the rig takes 8 GiB within the unit's time limit, and no more. */
const DD_SIZES_GIB = [1, 8];

const FALLOCATE = 'fallocate -l "$2" "$1"';
const DD = 'dd if=/dev/zero of="$1" bs=1M count=$(($2 / 1048576)) status=none';

/** What is booted in each round: name, and the machine with what it boots. */
type Shapes = Readonly<Record<string, Scenario>>;

const rootVolume: Shapes = {
  ...everySize("root-volume"),
  ...Object.fromEntries(DD_SIZES_GIB.map((size) => [ddName(size), withDd(ours("root-volume", size))])),
  recipe: {
    ...ours("root-volume", LARGEST_GIB),
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
const BACKINGS: readonly (readonly [name: string, shapes: Shapes])[] = [
  ["root volume", rootVolume],
  ["instance store", everySize("instance-store")],
  ["EBS volume", everySize("ebs-volume")],
];

/** A benchmark of each backing: all of them take hours where processors are emulated. */
export const bootBenches: readonly Benchmark[] = BACKINGS.map(([backing, shapes]) => ({
  name: `boot-${backing.toLowerCase().replaceAll(" ", "-")}`,
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

function oursName(sizeGiB: number): string {
  return `${sizeGiB} GiB`;
}

function ddName(sizeGiB: number): string {
  return `${sizeGiB} GiB with dd`;
}

function everySize(backing: Backing): Shapes {
  return Object.fromEntries(SIZES_GIB.map((size) => [oursName(size), ours(backing, size)]));
}

/** The first boot of a pool of ours. */
function ours(backing: Backing, sizeGiB: number): Scenario {
  const sizeMiB = sizeGiB * 1024;
  const { node, rootGiB } = planScenarioPool({ sizeMiB, backings: [backing], onFailure: "block" });
  return {
    name: `bench: ${backing}, ${sizeGiB} GiB`,
    control: false,
    hardware: {
      ...plainHardware,
      rootGiB,
      instanceStoreGiB: backing === "instance-store" ? [sizeGiB + 12] : [],
      volumes: backing === "ebs-volume" ? [{ id: swapVolume, sizeGiB }] : [],
    },
    node: () => node,
    boots: [{ power: "first boot", settled: "joined", check: (seen) => assertSwapOn(seen, backing, sizeMiB) }],
  };
}

/** The same unit, but that the file is written and not allocated. */
function withDd(scenario: Scenario): Scenario {
  const node = (): NodeDescription => {
    const description = scenario.node();
    if (!description.userData.includes(FALLOCATE)) throw new Error(`the userData has no ${FALLOCATE}`);
    return { ...description, userData: description.userData.replace(FALLOCATE, DD) };
  };
  return { ...scenario, name: `${scenario.name} with dd`, node };
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
  const sizes = SIZES_GIB.filter((size) => has(oursName(size)));
  const unit = "s" as const;
  return [
    ...sizes.map((size): Measured => {
      const name = `unit's share of userData to kubelet, ${backing}, ${size} GiB`;
      const [ours, reference] = [unitSeconds, userDataSeconds].map((of) => sampled(oursName(size), of));
      return { name, unit, ours: ours ?? [], reference: reference ?? [], goal: SHARE_GOAL };
    }),
    {
      name: `unit with ${LARGEST_GIB} GiB against 1 GiB, ${backing}`,
      unit,
      ours: sampled(oursName(LARGEST_GIB), unitSeconds),
      reference: sampled(oursName(1), unitSeconds),
      goal: GROWTH_GOAL,
    },
    ...DD_SIZES_GIB.filter((size) => has(ddName(size))).map((size): Measured => {
      const [ours, reference] = [oursName, ddName].map((nameOf) => sampled(nameOf(size), unitSeconds));
      return {
        name: `unit against the same with dd, ${backing}, ${size} GiB`,
        unit,
        ours: ours ?? [],
        reference: reference ?? [],
      };
    }),
    ...(has("recipe")
      ? [
          {
            name: `userData to kubelet against the published recipe, ${backing}, ${LARGEST_GIB} GiB`,
            unit,
            ours: sampled(oursName(LARGEST_GIB), userDataSeconds),
            reference: sampled("recipe", userDataSeconds),
          },
        ]
      : []),
  ];
}
