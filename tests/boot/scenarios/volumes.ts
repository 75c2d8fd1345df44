// The dedicated EBS volume: found once, known from then on, and no other disk is ever written to.
import assert from "node:assert/strict";
import { assertConsole, assertKubeletBlocked, assertLadderFailed, assertSwapOn, swapVolume } from "../expectations";
import { inMachine } from "../exercises";
import type { Machine, Volume } from "../machine";
import { observe } from "../observation";
import { planScenarioPool, type ScenarioPool } from "../pools";
import { plainHardware, type Scenario } from "../scenario";

const twoGiB = 2048;
const pool: ScenarioPool = {
  sizeMiB: twoGiB,
  backings: ["ebs-volume"],
  onFailure: "continue",
  zswapMaxPoolPercent: 30,
};
const ladder: ScenarioPool = { ...pool, sizeMiB: 1024, backings: ["ebs-volume", "root-volume"] };
const blocking: ScenarioPool = { ...pool, onFailure: "block" };

const blank: Volume = { id: swapVolume, sizeGiB: 2 };
const foreign: Volume = { id: "vol0dddddddddddddddd", sizeGiB: 2, content: "xfs" };
const larger: Volume = { id: "vol0eeeeeeeeeeeeeeee", sizeGiB: 3 };
const later: Volume = { id: "vol0ffffffffffffffff", sizeGiB: 2, sincePowerOn: 2 };

/** As the udev rules of Amazon Linux name a disk after the block device mapping; the links may come later. */
function plannedName({ id }: Volume): string {
  return `ln -sf /dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_${id} /dev/xvdb`;
}

function leavesAlone(...others: readonly Volume[]) {
  return async (machine: Machine): Promise<string> => {
    await inMachine(machine, "sync");
    for (const { id } of others) assert.ok(machine.isUntouched(id), `${id} has been written to`);
    return `${String(others.length)} other volumes as before, byte for byte`;
  };
}

/** With the planned name there the kubelet can be started by hand, and has swap. */
async function nameTheVolume(machine: Machine): Promise<string> {
  await leavesAlone(blank, { ...later, sincePowerOn: 1 })(machine);
  await inMachine(machine, `${plannedName(blank)}; systemctl start kubelet.service`);
  await inMachine(machine, "until [[ -s /var/log/rig/kubelet.jsonl ]]; do sleep 1; done");
  assertSwapOn(await observe(machine), "ebs-volume", twoGiB);
  return leavesAlone(later)(machine).then(() => "planned name given: systemctl start kubelet has swap");
}

/** Scenarios with EBS volumes beside the root. */
export const volumes: readonly Scenario[] = [
  {
    name: "ebs volume, 2 GiB, among others",
    control: false,
    hardware: { ...plainHardware, volumes: [foreign, larger, blank, later] },
    node: () => planScenarioPool(pool).node,
    boots: (["first boot", "reboot", "stop and start"] as const).map((power, index) => ({
      power,
      settled: "joined",
      // A blank volume that comes later is not ours, not even under the planned name.
      ...(index === 1 ? { prepare: plannedName(later) } : {}),
      check: (seen) => {
        assertSwapOn(seen, "ebs-volume", twoGiB);
        assert.deepEqual(seen.zswap, { enabled: "Y", max_pool_percent: "30" });
      },
      exercise: leavesAlone(foreign, larger, later),
    })),
  },
  {
    name: "ladder: no ebs volume at the first boot",
    control: false,
    hardware: {
      ...plainHardware,
      rootGiB: planScenarioPool(ladder).rootGiB,
      volumes: [foreign, { ...later, sizeGiB: 1 }],
    },
    node: () => planScenarioPool(ladder).node,
    boots: [
      {
        power: "first boot",
        // A kernel without zswap.
        prepare: "mkdir /run/nothing; mount --bind /run/nothing /sys/module/zswap",
        settled: "joined",
        check: (seen) => {
          assertSwapOn(seen, "root-volume", 1024);
          assertConsole(seen, /^eks-swap: ebs-volume: 0 blank EBS volumes of 1073741824 bytes are attached, not 1$/);
          assertConsole(seen, /^eks-swap: this kernel has no zswap$/);
          assert.deepEqual(seen.zswap, {});
        },
        exercise: leavesAlone(foreign),
      },
      {
        power: "reboot",
        prepare: plannedName(later),
        settled: "joined",
        check: (seen) => {
          assertSwapOn(seen, "root-volume", 1024);
          assertConsole(seen, /^eks-swap: ebs-volume: a kubelet ran before: a blank volume may be a pod's$/);
          assert.deepEqual(seen.zswap, { enabled: "Y", max_pool_percent: "30" });
        },
        exercise: leavesAlone(foreign, later),
      },
    ],
  },
  {
    name: "two blank ebs volumes, block",
    control: false,
    hardware: { ...plainHardware, volumes: [{ ...later, sincePowerOn: 1 }, blank] },
    node: () => planScenarioPool(blocking).node,
    boots: [
      {
        power: "first boot",
        settled: "kubelet-blocked",
        check: (seen) => {
          assertKubeletBlocked(seen);
          assertLadderFailed(seen, [["ebs-volume", /2 blank EBS volumes of 2147483648 bytes are attached, not 1/]]);
          assert.equal(seen.zswap["enabled"], "N");
        },
        exercise: nameTheVolume,
      },
    ],
  },
];
