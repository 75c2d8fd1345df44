// A node with swap that is switched off.
import { assertSwapOn } from "./expectations";
import { powerOffWithSwapInUse } from "./exercises";
import { planScenarioPool, type ScenarioPool } from "./pools";
import { plainHardware, type Scenario } from "./scenario";

const twoGiB = 2048;
const pool: ScenarioPool = { sizeMiB: twoGiB, backings: ["root-volume"], onFailure: "continue" };

export const operations: readonly Scenario[] = [
  {
    name: "power-off with swap in use",
    control: false,
    hardware: { ...plainHardware, rootGiB: planScenarioPool(pool).rootGiB },
    node: () => planScenarioPool(pool).node,
    boots: [
      {
        power: "first boot",
        settled: "joined",
        check: (seen) => {
          assertSwapOn(seen, "root-volume", twoGiB);
        },
        exercise: powerOffWithSwapInUse,
      },
    ],
  },
];
