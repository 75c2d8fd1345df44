// Controls: the rig itself, and recipes that must fail in it as they fail on real nodes.
import assert from "node:assert/strict";
import { assertArrayMounted, assertNoSwap, assertSwapBeforeKubelet } from "./expectations";
import type { Observation } from "./observation";
import { arrayOnly, plainScriptRecipe } from "./recipes";
import { plainHardware, type Scenario } from "./scenario";

function arrayAndNoSwap(seen: Observation): void {
  assertArrayMounted(seen);
  assertNoSwap(seen);
}

/** Scenarios that test the rig, not our userData. */
export const controls: readonly Scenario[] = [
  {
    name: "control: script on the root volume",
    control: true,
    hardware: plainHardware,
    node: () => plainScriptRecipe("512M"),
    boots: [
      {
        power: "first boot",
        settled: "joined",
        check: (seen) => {
          assertSwapBeforeKubelet(seen, "/swapfile", 512);
          assert.equal(seen.sysctls["vm.min_free_kbytes"], "204800");
        },
      },
      {
        power: "reboot",
        settled: "joined",
        check: (seen) => {
          assertNoSwap(seen);
          assert.notEqual(seen.sysctls["vm.min_free_kbytes"], "204800", "set by the script, and not kept");
        },
      },
    ],
  },
  ...[1, 2].map((disks): Scenario => ({
    name: `control: array of ${disks}`,
    control: true,
    hardware: { ...plainHardware, instanceStoreGiB: Array.from({ length: disks }, () => 4) },
    node: arrayOnly,
    boots: [
      { power: "first boot", settled: "joined", check: arrayAndNoSwap },
      { power: "reboot", settled: "joined", check: arrayAndNoSwap },
      { power: "stop and start", settled: "joined", check: arrayAndNoSwap },
    ],
  })),
];
