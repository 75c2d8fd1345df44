// Power cuts while swap is made, what they can leave behind, and sizes that only the node knows.
import assert from "node:assert/strict";
import { MIB } from "../../../swap/quantity";
import { swapBytes } from "../../../swap/size";
import { assertLabel, assertLadderFailed, assertNoSwap, assertSwapOn, SWAP_FILES, SWAP_VOLUME } from "../expectations";
import { inMachine, replaceCommand } from "../exercises";
import type { Machine } from "../machine";
import { HANG_MARK, type Observation } from "../observation";
import { planScenarioPool, type ScenarioPool } from "../pools";
import { PLAIN_HARDWARE, type Boot, type Scenario } from "../scenario";

const TWO_GIB = 2048;
const FILE_POOL: ScenarioPool = { sizeMiB: TWO_GIB, backings: ["root-volume"], onFailure: "block" };
const VOLUME_POOL: ScenarioPool = { ...FILE_POOL, backings: ["ebs-volume"] };
const WITH_VOLUME = { ...PLAIN_HARDWARE, volumes: [{ id: SWAP_VOLUME, sizeGiB: 2 }] };

/** All commands are the system's again. */
const REPAIR = "rm -f /usr/local/bin/*";

/**
 * A boot in which `command` does its work and then hangs, where `when` holds for its arguments. `lost` takes away first
 * what the cut before it may have taken: whether a write that was not synced outlives a cut is a matter of seconds.
 */
function hangAfter(power: Boot["power"], command: string, when = "true", lost = "true"): Boot {
  return {
    power,
    prepare: `${REPAIR}\n${lost}\n${replaceCommand(
      command,
      `PATH=/usr/sbin:/usr/bin; ${command} "$@" || exit`,
      `if ${when}; then touch ${HANG_MARK}; exec sleep infinity; fi`,
    )}`,
    settled: "hangs",
    check: (seen) => {
      assert.deepEqual(seen.kubeletStarts, []);
    },
  };
}

/** The last boot of a machine whose power was cut again and again. */
function wholeAfter(check: (seen: Observation) => void): Boot {
  return { power: "power cut", prepare: REPAIR, settled: "joined", check, exercise: nothingHalfMade };
}

async function nothingHalfMade(machine: Machine): Promise<undefined> {
  const left = await inMachine(
    machine,
    "find /etc/eks-swap /run/eks-swap /var/lib/eks-swap -name '*.new' 2> /dev/null || true",
  );
  assert.equal(left.trim(), "");
  return undefined;
}

/** What an interrupted attempt left, or another size: it is never taken over. */
const LEFTOVERS = {
  "half a file": `head -c 300M /dev/urandom > ${SWAP_FILES["root-volume"]}`,
  "a swap area of another size": `fallocate -l 300M ${SWAP_FILES["root-volume"]}; mkswap ${SWAP_FILES["root-volume"]}`,
};

const PERCENT_POOL: ScenarioPool = {
  ...FILE_POOL,
  sizeMiB: 4096,
  memoryPercent: 60,
  // Far more than the system uses: the low watermark is raised as far as it is ever raised.
  kubelet: { kubeReserved: { memory: "1.5Gi" } },
};

/** Scenarios in which a boot comes to an end too early, or finds what such a boot left. */
export const INTERRUPTIONS: readonly Scenario[] = [
  {
    name: "power cuts after the shell part and while the file is made",
    control: false,
    hardware: { ...PLAIN_HARDWARE, rootGiB: planScenarioPool(FILE_POOL).rootGiB },
    node: () => planScenarioPool(FILE_POOL).node,
    boots: [
      hangAfter("first boot", "sync", "[[ $1 == -f ]]"),
      hangAfter("power cut", "fallocate"),
      hangAfter("power cut", "mkswap"),
      hangAfter("power cut", "swapon"),
      wholeAfter((seen) => {
        assertSwapOn(seen, "root-volume", TWO_GIB);
      }),
    ],
  },
  {
    name: "power cuts while the volume is made",
    control: false,
    hardware: WITH_VOLUME,
    node: () => planScenarioPool(VOLUME_POOL).node,
    boots: [
      hangAfter("first boot", "mv", "[[ $2 == */ebs-volume ]]"),
      hangAfter("power cut", "sync", "[[ $1 == */ebs-volume ]]", "rm -f /etc/eks-swap/ebs-volume"),
      hangAfter("power cut", "mkswap"),
      hangAfter("power cut", "swapon"),
      wholeAfter((seen) => {
        assertSwapOn(seen, "ebs-volume", TWO_GIB);
      }),
    ],
  },
  ...(
    [
      [1536, "half a file"],
      [2560, "a swap area of another size"],
    ] as const
  ).map(([memoryMiB, leftover]): Scenario => ({
    name: `60 % of ${memoryMiB} MiB, found ${leftover}`,
    control: false,
    hardware: { ...PLAIN_HARDWARE, memoryMiB, rootGiB: planScenarioPool(PERCENT_POOL).rootGiB },
    node: () => planScenarioPool(PERCENT_POOL).node,
    boots: [
      {
        power: "first boot",
        prepare: `mkdir -p /var/lib/eks-swap\n${LEFTOVERS[leftover]}`,
        settled: "joined",
        check: (seen) => {
          const memTotal = (seen.kubeletStarts[0]?.memTotalKiB ?? 0) * 1024;
          assertSwapOn(seen, "root-volume", swapBytes({ memoryPercent: 60 }, memTotal) / MIB);
          assert.equal(seen.sysctls["vm.watermark_scale_factor"], "1000");
          assert.equal(seen.zswap["enabled"], "N");
        },
      },
    ],
  })),
  {
    name: "mkswap and swapon fail, continue",
    control: false,
    hardware: { ...WITH_VOLUME, rootGiB: planScenarioPool(FILE_POOL).rootGiB },
    node: () => planScenarioPool({ ...FILE_POOL, backings: ["ebs-volume", "root-volume"], onFailure: "continue" }).node,
    boots: [
      {
        power: "first boot",
        prepare: `${replaceCommand("mkswap", '[[ $1 == /* ]] || { echo "I/O error" >&2; exit 1; }; exec /usr/sbin/mkswap "$@"')}
          ${replaceCommand("swapon", "exit 255")}`,
        settled: "joined",
        check: (seen) => {
          assertNoSwap(seen);
          assertLadderFailed(seen, [
            ["ebs-volume", /mkswap failed/],
            ["root-volume", /swapon failed/],
          ]);
          assertLabel(seen, "none");
        },
      },
      {
        // The volume is remembered, so it is this node's also after a kubelet ran.
        power: "reboot",
        prepare: REPAIR,
        settled: "joined",
        check: (seen) => {
          assertSwapOn(seen, "ebs-volume", TWO_GIB);
        },
      },
    ],
  },
  {
    name: "array cannot be made, continue",
    control: false,
    hardware: { ...PLAIN_HARDWARE, instanceStoreGiB: [8] },
    node: () =>
      planScenarioPool({ ...FILE_POOL, backings: ["instance-store", "root-volume"], onFailure: "continue" }).node,
    boots: [
      {
        power: "first boot",
        prepare: replaceCommand("mdadm", "exit 1"),
        settled: "run-failed",
        check: (seen) => {
          // nodeadm's own rule, under continue too: the AMI starts no kubelet without the array that it was told to make.
          assert.deepEqual(seen.kubeletStarts, []);
          assert.deepEqual(seen.swaps, []);
        },
      },
    ],
  },
];
