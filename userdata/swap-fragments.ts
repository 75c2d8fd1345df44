// From a swap plan to the fragments that carry it out on a node.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { SwapPlan } from "../swap/plan";
import { parseQuantity } from "../swap/quantity";
import { mostSwapBytes } from "../swap/size";
import { assembleUserData } from "./assembler";
import type { FileFragment, Fragment } from "./fragments";
import { stripComments } from "./shell";
import { unitNameOfPath } from "./systemd";

/** Where nodeadm mounts the RAID0 array of the instance store: https://awslabs.github.io/amazon-eks-ami/nodeadm/doc/api/ */
const ARRAY_PATH = "/mnt/k8s-disks/0";
const LIBRARY = "/usr/local/lib/eks-swap";
const ENVIRONMENT_FILE = "/etc/eks-swap/swap.env";

/** What swap-on.sh and swap-off.sh need; the last two are started by systemd, the others are sourced. */
const NODE_SCRIPTS = [
  { name: "report.sh", mode: "0644" },
  { name: "kubelet-config.sh", mode: "0644" },
  { name: "swap-file.sh", mode: "0644" },
  { name: "sysctls.sh", mode: "0644" },
  { name: "swap-off.sh", mode: "0755" },
  { name: "swap-on.sh", mode: "0755" },
] as const;

/** The userData of a pool; undefined for a pool without swap, which needs none. */
export function renderUserData(plan: SwapPlan): string | undefined {
  return plan.swap === null ? undefined : assembleUserData(swapFragments(plan));
}

/**
 * The fragments of a plan with swap, none for one without. The unit and its hook on the kubelet come first: should the
 * shell part die after them, a `block` pool's node still does not join without swap.
 */
export function swapFragments({ swap, kubelet, nodeConfig }: SwapPlan): readonly Fragment[] {
  if (swap === null) return [];
  return [
    ...(nodeConfig === null ? [] : [{ kind: "node-config", spec: { kubelet: { config: nodeConfig } } } as const]),
    {
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
    },
    {
      kind: "systemd-unit",
      name: "kubelet.service.d/50-eks-swap.conf",
      // Read when the kubelet starts, after swap-on.sh wrote it. The dash: it is not there when that could not run.
      sections: { Service: { EnvironmentFile: "-/run/eks-swap/kubelet.env" } },
    },
    { kind: "shell", variables: { EKS_SWAP_ON_FAILURE: swap.onFailure }, script: readNodeFile("hook-kubelet.sh") },
    {
      kind: "environment",
      path: ENVIRONMENT_FILE,
      variables: {
        EKS_SWAP_ARRAY_PATH: ARRAY_PATH,
        EKS_SWAP_BACKINGS: swap.backings.join(" "),
        EKS_SWAP_EVICTION_THRESHOLD: evictionThreshold(kubelet.evictionHard["memory.available"]),
        EKS_SWAP_MINIMUM_BYTES: String(swap.minimumBytes),
        EKS_SWAP_MIN_FREE_KBYTES: String(swap.sysctls.minFreeKbytes),
        EKS_SWAP_ON_FAILURE: swap.onFailure,
        EKS_SWAP_PAGE_CLUSTER: String(swap.sysctls.pageCluster),
        EKS_SWAP_RESERVE_BYTES: String(swap.reserveBytes),
        EKS_SWAP_SIZE_BYTES: String(mostSwapBytes(swap) ?? Number.MAX_SAFE_INTEGER),
        EKS_SWAP_SWAPPINESS: String(swap.sysctls.swappiness),
        EKS_SWAP_WATERMARK_SCALE_FACTOR: String(swap.sysctls.watermarkScaleFactor),
      },
    },
    ...NODE_SCRIPTS.map(({ name, mode }): FileFragment => ({
      kind: "file",
      path: `${LIBRARY}/${name}`,
      mode,
      content: stripComments(readNodeFile(name)),
    })),
    { kind: "shell", variables: {}, script: readNodeFile("system-slices.sh") },
  ];
}

/** Percentages stay, for the node to apply to its own RAM; a quantity becomes bytes. */
function evictionThreshold(threshold: string | undefined): string {
  if (threshold === undefined) return "0";
  return threshold.endsWith("%") ? threshold : String(parseQuantity(threshold));
}

function readNodeFile(name: string): string {
  return readFileSync(join(__dirname, "node", name), "utf8");
}
