// Controls: the rig itself, and recipes that must fail in it as they fail on real nodes.
import assert from "node:assert/strict";
import { assertArrayMounted, assertNoSwap, assertSwapBeforeKubelet } from "../expectations";
import type { Observation } from "../observation";
import { arrayOnly, arrayUnitRecipe, plainScriptRecipe } from "../recipes";
import { PLAIN_HARDWARE, type Scenario } from "../scenario";

const RECIPE_SYSCTL = "204800";
const ON_ROOT = "/swapfile";
const ON_ARRAY = "/mnt/k8s-disks/0/swapfile";
const MULTI_USER = "multi-user.target";
const WITH_ARRAY = { ...PLAIN_HARDWARE, instanceStoreGiB: [4] };

function arrayAndNoSwap(seen: Observation): void {
  assertArrayMounted(seen);
  assertNoSwap(seen);
}

function swapOnRootInstead(seen: Observation): void {
  assertArrayMounted(seen);
  assertSwapBeforeKubelet(seen, ON_ROOT, 512);
}

/** Scenarios that test the rig, not our userData. */
export const CONTROLS: readonly Scenario[] = [
  {
    name: "control: script on the root volume",
    control: true,
    hardware: PLAIN_HARDWARE,
    node: () => plainScriptRecipe("512M"),
    boots: [
      {
        power: "first boot",
        settled: "joined",
        check: (seen) => {
          assertSwapBeforeKubelet(seen, ON_ROOT, 512);
          assert.equal(seen.sysctls["vm.min_free_kbytes"], RECIPE_SYSCTL);
        },
      },
      {
        power: "reboot",
        settled: "joined",
        check: (seen) => {
          assertNoSwap(seen);
          assert.deepEqual(seen.sysctls, seen.sysctlsAtBoot);
        },
      },
    ],
  },
  {
    name: "control: script, 30 GiB on 20 GiB",
    control: true,
    hardware: PLAIN_HARDWARE,
    node: () => plainScriptRecipe("30G"),
    boots: [
      {
        power: "first boot",
        settled: "joined",
        check: (seen) => {
          assertNoSwap(seen);
          assert.equal(seen.sysctls["vm.min_free_kbytes"], RECIPE_SYSCTL, "raised although there is no swap");
          assert.ok(seen.root.free < 6 * 2 ** 30, `the failed fallocate keeps its space: ${seen.root.free} are free`);
        },
      },
    ],
  },
  {
    name: "control: unit, no kubelet settings",
    control: true,
    hardware: WITH_ARRAY,
    node: () => arrayUnitRecipe({ withSettings: false, hook: MULTI_USER, enable: "enable" }),
    boots: [
      { power: "first boot", settled: "joined", check: arrayAndNoSwap },
      {
        power: "reboot",
        settled: "kubelet-exits",
        check: (seen) => {
          assert.deepEqual(
            seen.swaps.map(({ path }) => path),
            [ON_ROOT],
          );
          for (const start of seen.kubeletStarts) {
            assert.match(start.refused ?? "", /running with swap on is not supported/);
          }
        },
      },
    ],
  },
  {
    name: "control: unit of multi-user.target",
    control: true,
    hardware: WITH_ARRAY,
    node: () => arrayUnitRecipe({ withSettings: true, hook: MULTI_USER, enable: "enable" }),
    boots: [
      { power: "first boot", settled: "joined", check: arrayAndNoSwap },
      { power: "reboot", settled: "joined", check: swapOnRootInstead },
    ],
  },
  {
    name: "control: unit of the mount",
    control: true,
    hardware: WITH_ARRAY,
    node: () => arrayUnitRecipe({ withSettings: true, hook: "mnt-k8s\\x2ddisks-0.mount", enable: "enable" }),
    boots: [
      {
        power: "first boot",
        settled: "joined",
        check: (seen) => {
          assertSwapBeforeKubelet(seen, ON_ARRAY, 512);
        },
      },
      { power: "reboot", settled: "joined", check: swapOnRootInstead },
    ],
  },
  {
    name: "control: unit started at once",
    control: true,
    hardware: WITH_ARRAY,
    node: () => arrayUnitRecipe({ withSettings: true, hook: MULTI_USER, enable: "enable --now" }),
    boots: [{ power: "first boot", settled: "joined", check: swapOnRootInstead }],
  },
  ...(["script", "unit"] as const).map((kind): Scenario => ({
    name: `control: ${kind}, boundary not closed`,
    control: true,
    hardware: PLAIN_HARDWARE,
    node: () =>
      kind === "script"
        ? plainScriptRecipe("30G", false)
        : arrayUnitRecipe({ withSettings: false, hook: MULTI_USER, enable: "enable", closed: false }),
    refusedBy: /parsing custom UserData.*unexpected EOF/,
    boots: [],
  })),
  {
    name: "control: array of 2",
    control: true,
    hardware: { ...PLAIN_HARDWARE, instanceStoreGiB: [4, 4] },
    node: arrayOnly,
    boots: [
      { power: "first boot", settled: "joined", check: arrayAndNoSwap },
      { power: "reboot", settled: "joined", check: arrayAndNoSwap },
      { power: "stop and start", settled: "joined", check: arrayAndNoSwap },
    ],
  },
];
