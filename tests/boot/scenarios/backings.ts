// Every backing on every kind of boot: swap must be on before the kubelet starts, where the pool says.
import assert from "node:assert/strict";
import { assertConsole, assertShellPartArrived, assertSwapOn } from "../expectations";
import { inMachine, restartKubelet, stopUnderBlock, stopUnderContinue } from "../exercises";
import { planScenarioPool, thirtyGiB, type ScenarioPool } from "../pools";
import type { Observation } from "../observation";
import { PLAIN_HARDWARE, type Scenario } from "../scenario";

const ONE_GIB = 1024;
const ROOT_POOL: ScenarioPool = { sizeMiB: thirtyGiB, backings: ["root-volume"], onFailure: "block" };
const SMALL_ROOT_POOL: ScenarioPool = { sizeMiB: ONE_GIB, backings: ["root-volume"], onFailure: "continue" };
const ARRAY_POOL: ScenarioPool = {
  sizeMiB: thirtyGiB,
  backings: ["instance-store", "root-volume"],
  onFailure: "continue",
};
const SMALL_ARRAY_POOL: ScenarioPool = { ...ARRAY_POOL, sizeMiB: ONE_GIB };

const planned = planScenarioPool(ROOT_POOL);
const plannedArray = planScenarioPool(ARRAY_POOL);

function onRoot(seen: Observation): void {
  assertSwapOn(seen, "root-volume", thirtyGiB);
}

function onArray(seen: Observation): void {
  assertSwapOn(seen, "instance-store", thirtyGiB);
}

/** Scenarios in which a pool of ours gives swap. */
export const BACKINGS: readonly Scenario[] = [
  {
    name: "root volume, 30 GiB",
    control: false,
    hardware: { ...PLAIN_HARDWARE, rootGiB: planned.rootGiB },
    node: () => planned.node,
    boots: [
      {
        power: "first boot",
        settled: "joined",
        check: (seen) => {
          onRoot(seen);
          assertShellPartArrived(seen, planned.node.userData);
        },
        exercise: stopUnderBlock,
      },
      {
        power: "reboot",
        settled: "joined",
        check: onRoot,
        exercise: async (machine) => restartKubelet(machine, 10),
      },
    ],
  },
  {
    name: "root volume, 1 GiB",
    control: false,
    hardware: { ...PLAIN_HARDWARE, rootGiB: planScenarioPool(SMALL_ROOT_POOL).rootGiB },
    node: () => planScenarioPool(SMALL_ROOT_POOL).node,
    boots: [
      {
        power: "first boot",
        settled: "joined",
        check: (seen) => {
          assertSwapOn(seen, "root-volume", ONE_GIB);
        },
        exercise: stopUnderContinue,
      },
    ],
  },
  {
    name: "root volume smaller than planned",
    control: false,
    hardware: PLAIN_HARDWARE,
    node: () => planned.node,
    boots: [
      {
        power: "first boot",
        settled: "joined",
        check: (seen) => {
          const sizeMiB = Math.ceil((seen.swaps[0]?.sizeKiB ?? 0) / 1024);
          assert.ok(sizeMiB > ONE_GIB && sizeMiB < 10 * 1024, `${sizeMiB} MiB of swap`);
          assertSwapOn(seen, "root-volume", sizeMiB);
          assertConsole(seen, new RegExp(`asked for ${thirtyGiB * 2 ** 20}$`));
        },
      },
    ],
  },
  ...[1, 2].map((disks): Scenario => ({
    name: `instance store of ${disks}, 30 GiB`,
    control: false,
    hardware: {
      ...PLAIN_HARDWARE,
      rootGiB: plannedArray.rootGiB,
      instanceStoreGiB: Array.from({ length: disks }, () => 64 / disks),
    },
    node: () => plannedArray.node,
    boots: [
      { power: "first boot", settled: "joined", check: onArray },
      { power: "reboot", settled: "joined", check: onArray },
      { power: "stop and start", settled: "joined", check: onArray },
    ],
  })),
  {
    name: "instance store, 1 GiB",
    control: false,
    hardware: {
      ...PLAIN_HARDWARE,
      rootGiB: planScenarioPool(SMALL_ARRAY_POOL).rootGiB,
      instanceStoreGiB: [64],
    },
    node: () => planScenarioPool(SMALL_ARRAY_POOL).node,
    boots: [
      {
        power: "first boot",
        settled: "joined",
        check: (seen) => {
          assertSwapOn(seen, "instance-store", ONE_GIB);
        },
      },
    ],
  },
  {
    name: "ladder: no instance store",
    control: false,
    hardware: { ...PLAIN_HARDWARE, rootGiB: plannedArray.rootGiB },
    node: () => plannedArray.node,
    boots: [
      {
        power: "first boot",
        settled: "joined",
        check: (seen) => {
          onRoot(seen);
          assertConsole(seen, /^eks-swap: instance-store: no instance store is mounted/);
        },
      },
    ],
  },
  {
    name: "ladder: array is full",
    control: false,
    hardware: { ...PLAIN_HARDWARE, rootGiB: planScenarioPool(SMALL_ARRAY_POOL).rootGiB, instanceStoreGiB: [12] },
    node: () => planScenarioPool(SMALL_ARRAY_POOL).node,
    boots: [
      {
        power: "first boot",
        settled: "joined",
        check: (seen) => {
          assertSwapOn(seen, "instance-store", ONE_GIB);
        },
        exercise: async (machine) => {
          await inMachine(machine, "fallocate -l 2G /mnt/k8s-disks/0/images");
          return undefined;
        },
      },
      {
        power: "reboot",
        settled: "joined",
        check: (seen) => {
          assertSwapOn(seen, "root-volume", ONE_GIB);
          assertConsole(seen, /^eks-swap: instance-store: no room for 1073741824 bytes: \d+ are free/);
        },
      },
    ],
  },
];
