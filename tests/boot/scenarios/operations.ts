// A node with swap that is switched off.
import { assertSwapOn } from "../expectations";
import { powerOffWithSwapInUse } from "../exercises";
import { planScenarioPool, type ScenarioPool } from "../pools";
import { PLAIN_HARDWARE, type Scenario } from "../scenario";

const TWO_GIB = 2048;

/** Nodes with swap that are switched off; the array's mount takes the swap on it along when systemd stops it. */
export const operations: readonly Scenario[] = (["root-volume", "instance-store"] as const).map((backing) => {
  const pool: ScenarioPool = { sizeMiB: TWO_GIB, backings: [backing], onFailure: "continue" };
  const { rootGiB, node } = planScenarioPool(pool);
  return {
    name: `power-off with swap in use, ${backing}`,
    control: false,
    hardware: { ...PLAIN_HARDWARE, rootGiB, instanceStoreGiB: backing === "instance-store" ? [32] : [] },
    node: () => node,
    boots: [
      {
        power: "first boot",
        settled: "joined",
        check: (seen) => {
          assertSwapOn(seen, backing, TWO_GIB);
        },
        exercise: powerOffWithSwapInUse,
      },
    ],
  };
});
