// The dedicated EBS volume: found once, known from then on, and no other disk is ever written to.
import assert from "node:assert/strict";
import { assertConsole, assertKubeletBlocked, assertLadderFailed, assertSwapOn, SWAP_VOLUME } from "../expectations";
import { inMachine } from "../exercises";
import type { Machine, Volume } from "../machine";
import { observe } from "../observation";
import { planScenarioPool, type ScenarioPool } from "../pools";
import { PLAIN_HARDWARE, type Scenario } from "../scenario";

const TWO_GIB = 2048;
const POOL: ScenarioPool = {
  sizeMiB: TWO_GIB,
  backings: ["ebs-volume"],
  onFailure: "continue",
  zswapMaxPoolPercent: 30,
};
const LADDER: ScenarioPool = { ...POOL, sizeMiB: 1024, backings: ["ebs-volume", "root-volume"] };
const BLOCKING: ScenarioPool = { ...POOL, onFailure: "block" };

const BLANK: Volume = { id: SWAP_VOLUME, sizeGiB: 2 };
const FOREIGN: Volume = { id: "vol0dddddddddddddddd", sizeGiB: 2, content: "xfs" };
const LARGER: Volume = { id: "vol0eeeeeeeeeeeeeeee", sizeGiB: 3 };
const LATER: Volume = { id: "vol0ffffffffffffffff", sizeGiB: 2, sincePowerOn: 2 };

/** As the udev rules of Amazon Linux name a disk after the block device mapping; the links may come later. */
function plannedName({ id }: Volume): string {
  return `ln -sf /dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_${id} /dev/xvdb`;
}

function leavesAlone(...others: readonly Volume[]) {
  return async (machine: Machine): Promise<string> => {
    await inMachine(machine, "sync");
    for (const { id } of others) assert.ok(machine.isUntouched(id), `${id} has been written to`);
    return `${others.length} other volumes as before, byte for byte`;
  };
}

/** With the planned name there the kubelet can be started manually, and has swap. */
async function nameTheVolume(machine: Machine): Promise<string> {
  await leavesAlone(BLANK, { ...LATER, sincePowerOn: 1 })(machine);
  await inMachine(machine, `${plannedName(BLANK)}; systemctl start kubelet.service`);
  await inMachine(machine, "until [[ -s /var/log/rig/kubelet.jsonl ]]; do sleep 1; done");
  assertSwapOn(await observe(machine), "ebs-volume", TWO_GIB);
  return leavesAlone(LATER)(machine).then(() => "planned name given: systemctl start kubelet has swap");
}

/** Scenarios with EBS volumes beside the root. */
export const VOLUMES: readonly Scenario[] = [
  {
    name: "ebs volume, 2 GiB, among others",
    control: false,
    hardware: { ...PLAIN_HARDWARE, volumes: [FOREIGN, LARGER, BLANK, LATER] },
    node: () => planScenarioPool(POOL).node,
    boots: (["first boot", "reboot", "stop and start"] as const).map((power, index) => ({
      power,
      settled: "joined",
      // A blank volume that comes later is not ours, not even under the planned name.
      ...(index === 1 ? { prepare: plannedName(LATER) } : {}),
      check: (seen) => {
        assertSwapOn(seen, "ebs-volume", TWO_GIB);
        assert.deepEqual(seen.zswap, { enabled: "Y", max_pool_percent: "30" });
      },
      exercise: leavesAlone(FOREIGN, LARGER, LATER),
    })),
  },
  {
    name: "ladder: no ebs volume at the first boot",
    control: false,
    hardware: {
      ...PLAIN_HARDWARE,
      rootGiB: planScenarioPool(LADDER).rootGiB,
      volumes: [FOREIGN, { ...LATER, sizeGiB: 1 }],
    },
    node: () => planScenarioPool(LADDER).node,
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
        exercise: leavesAlone(FOREIGN),
      },
      {
        power: "reboot",
        prepare: plannedName(LATER),
        settled: "joined",
        check: (seen) => {
          assertSwapOn(seen, "root-volume", 1024);
          assertConsole(seen, /^eks-swap: ebs-volume: a kubelet ran before: a blank volume may be a pod's$/);
          assert.deepEqual(seen.zswap, { enabled: "Y", max_pool_percent: "30" });
        },
        exercise: leavesAlone(FOREIGN, LATER),
      },
    ],
  },
  {
    name: "two blank ebs volumes, block",
    control: false,
    hardware: { ...PLAIN_HARDWARE, volumes: [{ ...LATER, sincePowerOn: 1 }, BLANK] },
    node: () => planScenarioPool(BLOCKING).node,
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
