// From a swap plan to the fragments that carry it out on a node.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { PlannedSwap, SwapPlan } from "../swap/plan";
import { GIB, parseQuantity } from "../swap/quantity";
import { mostSwapBytes } from "../swap/size";
import { SWAP_DEVICE } from "../swap/vocabulary";
import { effectivePageCluster } from "../swap/watermarks";
import { assembleUserData } from "./assembler";
import { checkRoom } from "./room";
import { UserDataError, type Fragment } from "./fragments";
import { shrinkScript } from "./shell";
import { unitNameOfPath } from "./systemd";

/** Where nodeadm mounts the RAID0 array of the instance store: https://awslabs.github.io/amazon-eks-ami/nodeadm/doc/api/ */
const ARRAY_PATH = "/mnt/k8s-disks/0";
const LIBRARY = "/usr/local/lib/eks-swap";
const FOLDER = "/etc/eks-swap";
const ENVIRONMENT_FILE = `${FOLDER}/swap.env`;
const KUBELET_RAN = `${FOLDER}/kubelet-ran`;

/** The same for every pool: what differs stands in the environment file. */
const SWAP_UNIT = {
  kind: "systemd-unit",
  name: "eks-swap.service",
  sections: {
    Unit: {
      Description: "Swap for pods, before the kubelet starts",
      After: unitNameOfPath(ARRAY_PATH, "mount"),
      Before: "kubelet.service",
    },
    Service: {
      Type: "oneshot",
      RemainAfterExit: "yes",
      EnvironmentFile: ENVIRONMENT_FILE,
      ExecStart: `${LIBRARY}/swap-on.sh`,
      ExecStop: `${LIBRARY}/swap-off.sh`,
      // A oneshot has no start timeout of its own; Karpenter gives a node up after 15 minutes.
      TimeoutStartSec: "3min",
      // Swap in use is read back from the disk.
      TimeoutStopSec: "15min",
      StandardOutput: "journal+console",
    },
  },
} as const satisfies Fragment;

/**
 * The userData of a pool; undefined for a pool without swap, which needs none.
 * @throws UserDataError when EC2 would not take what Karpenter makes of it
 */
export function renderUserData(plan: SwapPlan): string | undefined {
  const userData = plan.swap === null ? undefined : assembleUserData(swapFragments(plan));
  checkRoom(plan, userData);
  return userData;
}

/**
 * The userData of each pool that has swap, by the name of the pool.
 * @throws UserDataError with every pool whose userData EC2 would not take
 */
export function renderAllUserData(plans: readonly SwapPlan[]): Readonly<Record<string, string>> {
  const problems: string[] = [];
  const rendered = plans.flatMap((plan) => {
    try {
      const text = renderUserData(plan);
      return text === undefined ? [] : [[plan.pool, text] as const];
    } catch (error) {
      if (!(error instanceof UserDataError)) throw error;
      problems.push(error.message);
      return [];
    }
  });
  if (problems.length > 0) throw new UserDataError(problems.join("\n"));
  return Object.fromEntries(rendered);
}

/**
 * The fragments of a plan with swap, none for one without. The unit and its hook on the kubelet come first: should the
 * shell part die after them, a `block` pool's node still does not join without swap.
 */
export function swapFragments({ swap, swapVolume, kubelet, nodeConfig }: SwapPlan): readonly Fragment[] {
  if (swap === null) return [];
  return [
    ...(nodeConfig === null ? [] : [{ kind: "node-config", spec: { kubelet: { config: nodeConfig } } } as const]),
    SWAP_UNIT,
    kubeletDropIn(swapVolume !== null),
    { kind: "shell", variables: { ON_FAILURE: swap.onFailure }, script: readNodeFile("hook-kubelet.sh") },
    {
      kind: "environment",
      path: ENVIRONMENT_FILE,
      variables: {
        ...swapVariables(swap),
        EVICTION_THRESHOLD: evictionThreshold(kubelet.evictionHard["memory.available"]),
        ...(swapVolume === null ? {} : { VOLUME_BYTES: String(swapVolume.sizeGiB * GIB), VOLUME_DEVICE: SWAP_DEVICE }),
      },
    },
    library("functions.sh", "0644", functionsOf(swap)),
    library("swap-off.sh", "0755", shrinkScript(readNodeFile("swap-off.sh"))),
    library("swap-on.sh", "0755", shrinkScript(readNodeFile("swap-on.sh"))),
    { kind: "shell", variables: {}, script: readNodeFile("system-slices.sh") },
    { kind: "shell", variables: {}, script: readNodeFile("keep.sh") },
  ];
}

function kubeletDropIn(hasVolume: boolean): Fragment {
  return {
    kind: "systemd-unit",
    name: "kubelet.service.d/50-eks-swap.conf",
    sections: {
      Service: {
        // Read when the kubelet starts, after swap-on.sh wrote it. The dash: it is not there when that could not run.
        EnvironmentFile: "-/run/eks-swap/kubelet.env",
        // ebs-volume.sh looks for no volume from then on, not even after a power cut.
        ...(hasVolume ? { ExecStartPre: [`-/usr/bin/touch ${KUBELET_RAN}`, `-/usr/bin/sync ${KUBELET_RAN}`] } : {}),
      },
    },
  };
}

/** The parameters of swap-on.sh that the plan's swap decides. */
function swapVariables(swap: PlannedSwap): Readonly<Record<string, string>> {
  const { backings, minimumBytes, onFailure, reserveBytes, sysctls, zswap } = swap;
  return {
    ARRAY_PATH,
    BACKINGS: backings.join(" "),
    MINIMUM_BYTES: String(minimumBytes),
    MIN_FREE_KBYTES: String(sysctls.minFreeKbytes),
    ON_FAILURE: onFailure,
    PAGE_CLUSTER: String(effectivePageCluster(sysctls.pageCluster)),
    RESERVE_BYTES: String(reserveBytes),
    SIZE_BYTES: String(mostSwapBytes(swap) ?? Number.MAX_SAFE_INTEGER),
    ...("memoryPercent" in swap ? { SIZE_PERCENT: String(swap.memoryPercent) } : {}),
    SWAPPINESS: String(sysctls.swappiness),
    WATERMARK_SCALE_FACTOR: String(sysctls.watermarkScaleFactor),
    ...(zswap === undefined ? {} : { ZSWAP_MAX_POOL_PERCENT: String(zswap.maxPoolPercent) }),
  };
}

function library(name: string, mode: "0644" | "0755", content: string): Fragment {
  return { kind: "file", path: `${LIBRARY}/${name}`, mode, content };
}

/** What swap-on.sh and swap-off.sh source: the scripts that the pool uses, in one file, which takes the least of userData. */
function functionsOf(swap: PlannedSwap): string {
  const scripts = [
    "report.sh",
    "kubelet-config.sh",
    ...("memoryPercent" in swap ? ["swap-size.sh"] : []),
    "swap-file.sh",
    ...(swap.backings.includes("ebs-volume") ? ["ebs-volume.sh"] : []),
    "sysctls.sh",
    ...(swap.zswap === undefined ? [] : ["zswap.sh"]),
  ];
  return scripts.map((name) => shrinkScript(readNodeFile(name))).join("");
}

/** A quantity becomes bytes; a percentage stays one, in thousandths (`m`), for the node to apply to its own RAM. */
function evictionThreshold(threshold = "0"): string {
  if (!threshold.endsWith("%")) return String(parseQuantity(threshold));
  return `${Math.round(Number(threshold.slice(0, -1)) * 1000)}m%`;
}

function readNodeFile(name: string): string {
  return readFileSync(join(__dirname, "node", name), "utf8");
}
