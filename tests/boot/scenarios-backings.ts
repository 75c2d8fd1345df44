// Every backing on every kind of boot: swap must be on before the kubelet starts, where the pool says.
import { assertArrayMounted, assertBacking, assertConsole, assertSwapBeforeKubelet } from "./expectations";
import { planScenarioPool, thirtyGiB, type ScenarioPool } from "./pools";
import type { Observation } from "./observation";
import { plainHardware, type Scenario } from "./scenario";

const rootFile = "/var/lib/eks-swap/swapfile";
const arrayFile = "/mnt/k8s-disks/0/eks-swap/swapfile";

const rootPool: ScenarioPool = { sizeMiB: thirtyGiB, backings: ["root-volume"], onFailure: "block" };
const arrayPool: ScenarioPool = {
  sizeMiB: thirtyGiB,
  backings: ["instance-store", "root-volume"],
  onFailure: "continue",
};

function onRoot(seen: Observation): void {
  assertSwapBeforeKubelet(seen, rootFile, thirtyGiB);
  assertBacking(seen, "root-volume");
}

function onArray(seen: Observation): void {
  assertArrayMounted(seen);
  assertSwapBeforeKubelet(seen, arrayFile, thirtyGiB);
  assertBacking(seen, "instance-store");
}

function fallenToRoot(seen: Observation): void {
  assertSwapBeforeKubelet(seen, rootFile, thirtyGiB);
  assertBacking(seen, "root-volume");
  assertConsole(seen, /^eks-swap: instance-store: no instance store is mounted/);
}

/** Scenarios in which a pool of ours gives swap. */
export const backings: readonly Scenario[] = [
  {
    name: "root volume, 30 GiB",
    control: false,
    hardware: { ...plainHardware, rootGiB: planScenarioPool(rootPool).rootGiB },
    node: () => planScenarioPool(rootPool).node,
    boots: [
      { power: "first boot", settled: "joined", check: onRoot },
      { power: "reboot", settled: "joined", check: onRoot },
    ],
  },
  ...[1, 2].map((disks): Scenario => ({
    name: `instance store of ${disks}, 30 GiB`,
    control: false,
    hardware: {
      ...plainHardware,
      rootGiB: planScenarioPool(arrayPool).rootGiB,
      instanceStoreGiB: Array.from({ length: disks }, () => 64 / disks),
    },
    node: () => planScenarioPool(arrayPool).node,
    boots: [
      { power: "first boot", settled: "joined", check: onArray },
      { power: "reboot", settled: "joined", check: onArray },
      { power: "stop and start", settled: "joined", check: onArray },
    ],
  })),
  {
    name: "ladder: no instance store",
    control: false,
    hardware: { ...plainHardware, rootGiB: planScenarioPool(arrayPool).rootGiB },
    node: () => planScenarioPool(arrayPool).node,
    boots: [{ power: "first boot", settled: "joined", check: fallenToRoot }],
  },
];
