// Nodes that run out of memory: what containers, daemons and the disk see of it.
import { assertKernelSysctls, assertLadderFailed, assertSwapOn } from "../expectations";
import { planScenarioPool, thirtyGiB, type ScenarioPool } from "../pools";
import { searchSwap } from "../pressure/canaries";
import { thrashBesideDaemons } from "../pressure/heartbeat";
import { exceedLimits } from "../pressure/limits";
import { installPrograms } from "../pressure/node";
import { exhaustMemory } from "../pressure/watermarks";
import { type Exercised, plainHardware, type Scenario } from "../scenario";
import type { Machine } from "../machine";

const fourGiB = 4096;
const withSwap: ScenarioPool = { sizeMiB: fourGiB, backings: ["root-volume"], onFailure: "continue" };
const withoutRoom: ScenarioPool = { ...withSwap, sizeMiB: thirtyGiB };

/** The programs put on the node, then the exercises in their order; the figures of all. */
function inTurn(...exercises: readonly ((machine: Machine) => Promise<Exercised>)[]) {
  return async (machine: Machine): Promise<Exercised> => {
    await installPrograms(machine);
    const done: Exercised[] = [];
    for (const exercise of exercises) done.push(await exercise(machine));
    return {
      remark: done.map(({ remark }) => remark).join("; "),
      figures: Object.fromEntries(done.flatMap(({ figures }) => Object.entries(figures))),
    };
  };
}

/** Scenarios about memory that is short. */
export const pressure: readonly Scenario[] = [
  {
    name: "pressure: limits, daemons and the disk",
    control: false,
    hardware: { ...plainHardware, rootGiB: planScenarioPool(withSwap).rootGiB, rootAtGp3Rate: true },
    node: () => planScenarioPool(withSwap).node,
    boots: [
      {
        power: "first boot",
        settled: "joined",
        check: (seen) => {
          assertSwapOn(seen, "root-volume", fourGiB);
        },
        // Last the one that takes the protection of the daemons away.
        exercise: inTurn(exceedLimits, searchSwap, thrashBesideDaemons),
      },
    ],
  },
  {
    name: "pressure: no backing gives swap",
    control: false,
    hardware: { ...plainHardware, rootAtGp3Rate: true },
    node: () => planScenarioPool(withoutRoom).node,
    boots: [
      {
        power: "first boot",
        prepare: "fallocate -l 9G /var/filler",
        settled: "joined",
        check: (seen) => {
          assertLadderFailed(seen, [["root-volume", /no room for 1073741824 bytes: \d+ are free/]]);
          assertKernelSysctls(seen);
        },
        exercise: inTurn(exhaustMemory),
      },
    ],
  },
];
