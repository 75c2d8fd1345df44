// Nodes that run out of memory: what containers, daemons and the disk see of it.
import { assertKernelSysctls, assertLadderFailed, assertSwapOn } from "../expectations";
import { planScenarioPool, thirtyGiB, type ScenarioPool } from "../pools";
import { searchSwap } from "../pressure/canaries";
import { thrashBesideDaemons } from "../pressure/heartbeat";
import { exceedLimits } from "../pressure/limits";
import { installPrograms } from "../pressure/node";
import { exhaustMemory } from "../pressure/watermarks";
import { type Exercised, PLAIN_HARDWARE, type Scenario } from "../scenario";
import type { Machine } from "../machine";

const FOUR_GIB = 4096;
const WITH_SWAP: ScenarioPool = { sizeMiB: FOUR_GIB, backings: ["root-volume"], onFailure: "continue" };
const WITHOUT_ROOM: ScenarioPool = { ...WITH_SWAP, sizeMiB: thirtyGiB };

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
export const PRESSURE: readonly Scenario[] = [
  {
    name: "pressure: limits, daemons and the disk",
    control: false,
    hardware: { ...PLAIN_HARDWARE, rootGiB: planScenarioPool(WITH_SWAP).rootGiB, rootAtGp3Rate: true },
    node: () => planScenarioPool(WITH_SWAP).node,
    boots: [
      {
        power: "first boot",
        settled: "joined",
        check: (seen) => {
          assertSwapOn(seen, "root-volume", FOUR_GIB);
        },
        // Last the one that takes the protection of the daemons away.
        exercise: inTurn(exceedLimits, searchSwap, thrashBesideDaemons),
      },
    ],
  },
  {
    name: "pressure: no backing works",
    control: false,
    hardware: { ...PLAIN_HARDWARE, rootAtGp3Rate: true },
    node: () => planScenarioPool(WITHOUT_ROOM).node,
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
