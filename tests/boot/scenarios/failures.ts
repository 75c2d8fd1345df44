// No backing works: what the node does then, and what it says.
import assert from "node:assert/strict";
import {
  assertConsole,
  assertKernelSysctls,
  assertKubeletBlocked,
  assertLabel,
  assertLadderFailed,
  assertNoSwap,
  assertSwapOn,
  SWAP_FILES,
} from "../expectations";
import { inMachine, replaceCommand } from "../exercises";
import type { Machine } from "../machine";
import { observe } from "../observation";
import { planScenarioPool, thirtyGiB, type ScenarioPool } from "../pools";
import { PLAIN_HARDWARE, type Scenario } from "../scenario";

const LADDER: ScenarioPool = {
  sizeMiB: thirtyGiB,
  backings: ["instance-store", "root-volume"],
  onFailure: "continue",
};
const BLOCKING: ScenarioPool = { ...LADDER, backings: ["root-volume"], onFailure: "block" };
const FROM_ROOT: ScenarioPool = { ...LADDER, backings: ["root-volume"] };
const BROKEN_FALLOCATE = "/usr/local/bin/fallocate";

/** A new start of the kubelet finds the verdict of this boot and no swap, although there would be room now. */
async function restartWithRoom(machine: Machine): Promise<string> {
  await inMachine(machine, "rm /var/filler; systemctl restart kubelet.service; sleep 5");
  const { kubeletStarts, swaps, status } = await observe(machine);
  assert.equal(kubeletStarts.length, 2);
  assert.deepEqual(swaps, []);
  assert.deepEqual(kubeletStarts[1]?.arguments, kubeletStarts[0]?.arguments);
  assert.ok(status !== undefined);
  return "room made: a kubelet restart finds the same verdict";
}

/** With the fault gone the kubelet can be started manually, and has swap. */
async function startWithoutFault(machine: Machine): Promise<string> {
  await inMachine(machine, `rm ${BROKEN_FALLOCATE}; systemctl start kubelet.service`);
  await inMachine(machine, "until [[ -s /var/log/rig/kubelet.jsonl ]]; do sleep 1; done");
  const { kubeletStarts, swaps } = await observe(machine);
  assert.deepEqual(
    swaps.map(({ path }) => path),
    [SWAP_FILES["root-volume"]],
  );
  assert.ok((kubeletStarts[0]?.swapTotalKiB ?? 0) > 0);
  return "fault removed: systemctl start kubelet has swap";
}

const DROP_INS = "/etc/kubernetes/kubelet/config.json.d";

/** Bash that writes a drop-in of the kubelet in YAML. */
function yamlDropIn(path: string, failSwapOn: boolean): string {
  const lines = ["# in YAML", "apiVersion: kubelet.config.k8s.io/v1beta1", "kind: KubeletConfiguration"];
  const text = [...lines, `failSwapOn: ${String(failSwapOn)}`, ""].join("\n");
  return `install -D -m 0644 /dev/stdin ${DROP_INS}/${path} <<'END'\n${text}END\n`;
}

/** With a full /run a new start leaves the node without swap; what another process has mounted in the folder's place is kept. */
async function startWithFullRun(machine: Machine): Promise<string> {
  const folder = SWAP_FILES["root-volume"].replace("/swapfile", "");
  await inMachine(
    machine,
    `fails() { if systemctl start eks-swap.service; then exit 1; fi; }
    systemctl stop eks-swap.service
    mkdir ${folder}; mount -t tmpfs none ${folder}; touch ${folder}/kept
    fails
    [[ -e ${folder}/kept ]]
    grep -q 'cannot be made' /run/eks-swap/status.json
    umount ${folder}; rmdir ${folder}; rm -r /run/eks-swap; mkdir /run/eks-swap
    # Room for the parameters found, and not for the label beside them.
    mount -t tmpfs -o nr_inodes=2 none /run/eks-swap
    fails
    journalctl -b -u eks-swap.service | grep -q 'kubelet.env cannot be written'`,
  );
  const { swaps, sysctls, sysctlsAtBoot } = await observe(machine);
  assert.deepEqual(swaps, []);
  assert.deepEqual(sysctls, sysctlsAtBoot);
  return "a mount in the folder is kept; with a full /run there is no swap";
}

/** Scenarios in which a pool of ours gives no swap. */
export const FAILURES: readonly Scenario[] = [
  {
    name: "no room on any backing, continue",
    control: false,
    hardware: { ...PLAIN_HARDWARE, instanceStoreGiB: [8] },
    node: () => planScenarioPool(LADDER).node,
    boots: [
      {
        power: "first boot",
        prepare: "fallocate -l 9G /var/filler",
        settled: "joined",
        check: (seen) => {
          assertNoSwap(seen);
          assertLadderFailed(seen, [
            ["instance-store", /no room for 1073741824 bytes: \d+ are free/],
            ["root-volume", /no room for 1073741824 bytes: \d+ are free/],
          ]);
          assertLabel(seen, "none");
        },
        exercise: restartWithRoom,
      },
    ],
  },
  {
    name: "fallocate fails midway, block",
    control: false,
    hardware: { ...PLAIN_HARDWARE, rootGiB: planScenarioPool(BLOCKING).rootGiB },
    node: () => planScenarioPool(BLOCKING).node,
    boots: [
      {
        power: "first boot",
        prepare: replaceCommand("fallocate", '/usr/bin/fallocate -l 4G "$3"', "exit 1"),
        settled: "kubelet-blocked",
        check: (seen) => {
          assertKubeletBlocked(seen);
          assertLadderFailed(seen, [["root-volume", /fallocate of 32212254720 bytes failed/]]);
          assertConsole(seen, /the kubelet is kept from starting/);
          assert.ok(seen.root.size - seen.root.free < 3 * 2 ** 30, "the space of the failed attempt is free again");
        },
        exercise: startWithoutFault,
      },
    ],
  },
  {
    name: "fallocate hangs, continue",
    control: false,
    hardware: { ...PLAIN_HARDWARE, rootGiB: planScenarioPool(LADDER).rootGiB },
    node: () => planScenarioPool(LADDER).node,
    boots: [
      {
        power: "first boot",
        // The unit's own limit is 3 minutes.
        prepare: `${replaceCommand("fallocate", '/usr/bin/fallocate -l 4G "$3"', "sleep 1000")}
          mkdir -p /etc/systemd/system/eks-swap.service.d
          printf '[Service]\\nTimeoutStartSec=15\\n' > /etc/systemd/system/eks-swap.service.d/90-rig.conf`,
        settled: "joined",
        check: (seen) => {
          assertNoSwap(seen);
          assertLadderFailed(seen, [
            ["instance-store", /no instance store is mounted/],
            ["root-volume", /not done in time/],
          ]);
          assertLabel(seen, "none");
          assert.equal(seen.units["eks-swap.service"]?.result, "timeout");
        },
      },
    ],
  },
  {
    name: "kubelet refuses swap, continue",
    control: false,
    hardware: { ...PLAIN_HARDWARE, rootGiB: planScenarioPool(LADDER).rootGiB, instanceStoreGiB: [64] },
    node: () => planScenarioPool({ ...LADDER, kubelet: { failSwapOn: true } }).node,
    boots: [
      {
        power: "first boot",
        settled: "joined",
        check: (seen) => {
          assertNoSwap(seen);
          assertLadderFailed(seen, [
            ["instance-store", /the kubelet refuses swap: failSwapOn is true/],
            ["root-volume", /the kubelet refuses swap: failSwapOn is true/],
          ]);
          assertLabel(seen, "none");
        },
      },
    ],
  },
  {
    name: "kubelet drop-ins in YAML and in a subfolder",
    control: false,
    hardware: { ...PLAIN_HARDWARE, rootGiB: planScenarioPool(FROM_ROOT).rootGiB },
    node: () => planScenarioPool(FROM_ROOT).node,
    boots: [
      {
        power: "first boot",
        prepare: yamlDropIn("50-team/10.conf", true),
        settled: "joined",
        check: (seen) => {
          assertNoSwap(seen);
          assertLadderFailed(seen, [["root-volume", /the kubelet refuses swap: failSwapOn is true/]]);
          assertLabel(seen, "none");
        },
      },
      {
        power: "reboot",
        // The folder sorts before the file that ends its name.
        prepare: `${yamlDropIn("50-team.conf", false)}ln -s nowhere /var/lib/eks-swap\n`,
        settled: "joined",
        check: (seen) => assertSwapOn(seen, "root-volume", thirtyGiB),
        exercise: startWithFullRun,
      },
    ],
  },
  {
    name: "shell part dies midway, block",
    control: false,
    hardware: { ...PLAIN_HARDWARE, rootGiB: planScenarioPool(BLOCKING).rootGiB },
    node: () => planScenarioPool(BLOCKING).node,
    boots: [
      {
        power: "first boot",
        // The folder of the environment file, the first thing after the hook, cannot be made.
        prepare: "touch /etc/eks-swap",
        settled: "kubelet-blocked",
        check: (seen) => {
          assertKubeletBlocked(seen);
          assert.deepEqual(seen.swaps, []);
          assertKernelSysctls(seen);
          assertConsole(
            seen,
            /^eks-swap: the shell part of the userData failed, so there is no swap: install .*swap\.env/,
          );
        },
      },
    ],
  },
  {
    name: "shell part dies midway, continue",
    control: false,
    hardware: { ...PLAIN_HARDWARE, rootGiB: planScenarioPool(LADDER).rootGiB },
    node: () => planScenarioPool(LADDER).node,
    boots: [
      {
        power: "first boot",
        prepare: "mkdir -p /usr/local/lib; touch /usr/local/lib/eks-swap",
        settled: "joined",
        check: (seen) => {
          assertNoSwap(seen);
          assertKernelSysctls(seen);
          assertConsole(seen, /^eks-swap: the shell part of the userData failed, so there is no swap: install /);
          // Nothing of ours could run: no label is as much as can be said.
          assertLabel(seen, undefined);
        },
      },
    ],
  },
];
