// The swap plan of a pool: everything that is decided before a node boots.
import type { VolumeType } from "./ebs-volume";
import type { EvictionThresholds } from "./eviction";
import { kubeletSettings, type KubeletSettings, type SwapSettings, type SwapSettingsPlace } from "./kubelet-settings";
import { predictLimits, type Prediction } from "./prediction";
import { GIB } from "./quantity";
import { memoryRange, poolRequirements, type MemoryRange } from "./requirements";
import { BASE_ROOT_VOLUME_GIB, rootVolumeGiB } from "./root-volume";
import { mostSwapBytes, swapBytes, type SwapSize } from "./size";
import { POOL_KEY, type Backing, type OnFailure, type Requirement, type Taint } from "./vocabulary";
import type { SysctlSettings } from "./watermarks";

/** Swap as the stack config asks for it. */
export type SwapDesign = SwapSize & {
  /** The fallback order: the first backing that works on the node wins. */
  readonly backings: readonly Backing[];
  readonly onFailure: OnFailure;
  readonly sysctls: SysctlSettings;
  /** A compressed cache in RAM before the disk, at most this percentage of RAM; off when undefined. */
  readonly zswap?: { readonly maxPoolPercent: number } | undefined;
};

/** EBS settings of a volume; iops and throughput (MiB/s) are the volume type's own when not given. */
export interface VolumeDesign {
  readonly type: VolumeType;
  readonly iops?: number | undefined;
  readonly throughput?: number | undefined;
  /** KMS key id or ARN; EBS's default key when not given. Volumes are always encrypted. */
  readonly kmsKeyId?: string | undefined;
}

/** A pool as the stack config asks for it, checked and with all defaults. */
export interface PoolDesign {
  readonly name: string;
  /** `undefined` for a pool without swap (`size: 0`). */
  readonly swap?: SwapDesign | undefined;
  /** `minimumGiB` raises the computed size, never lowers it. */
  readonly rootVolume: VolumeDesign & { readonly minimumGiB?: number | undefined };
  /** The dedicated volume of the backing `ebs-volume`; gp3 with its own rates when undefined. */
  readonly swapVolume?: VolumeDesign | undefined;
  readonly evictionHard: EvictionThresholds;
  readonly requirements: readonly Requirement[];
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
  /** Adds the taint `eks-swap/pool=NAME:NoSchedule`. */
  readonly dedicated: boolean;
}

/** Swap of a plan: the design, and what the node's script needs to carry it out. */
export type PlannedSwap = SwapDesign & {
  /** Bytes that the script leaves free on the filesystem that holds the swap file; it cuts the file instead. */
  readonly reserveBytes: number;
  /** A smaller file is not used: the node tries the next backing. */
  readonly minimumBytes: number;
};

/** A volume with its size. */
export interface PlannedVolume extends VolumeDesign {
  readonly sizeGiB: number;
}

/** Everything that is decided about a pool before one of its nodes boots. */
export interface SwapPlan {
  readonly pool: string;
  readonly swap: PlannedSwap | null;
  readonly rootVolume: PlannedVolume;
  /** The dedicated swap volume; null where no backing needs one. */
  readonly swapVolume: PlannedVolume | null;
  /** `RAID0` makes the AMI join the instance-store disks into the array that holds the swap file. */
  readonly instanceStorePolicy: "RAID0" | null;
  /** `spec.kubelet` of the EC2NodeClass. */
  readonly kubelet: KubeletSettings;
  /** Kubelet settings that go into userData instead, since the running Karpenter is too old for them. */
  readonly nodeConfig: SwapSettings | null;
  readonly requirements: readonly Requirement[];
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
  readonly memoryRange: MemoryRange | undefined;
  readonly predicted: readonly Prediction[];
}

const RESERVE_BYTES = 10 * GIB;
const MINIMUM_BYTES = GIB;

/**
 * Decides a pool. The same arguments always give the same plan, since any change of it replaces nodes.
 * @param architecture `kubernetes.io/arch` of the AMI: `amd64` or `arm64`
 * @param place where the kubelet's swap settings go, which the running Karpenter decides
 */
export function planPool(design: PoolDesign, architecture: string, place: SwapSettingsPlace = "node-class"): SwapPlan {
  const { name, swap } = design;
  const uses = (backing: Backing): boolean => swap?.backings.includes(backing) ?? false;
  const requirements = poolRequirements(architecture, arrayBytes(design), design.requirements);
  const range = memoryRange(requirements);
  const fileBytes = uses("root-volume") || uses("instance-store") ? reservedBytes(swap, range) : 0;
  const kubelet = kubeletSettings(design.evictionHard, swap ? fileBytes : null, place);
  return {
    pool: name,
    swap: swap ? planSwap(swap) : null,
    rootVolume: planRootVolume(design, uses("root-volume")),
    swapVolume: swap && uses("ebs-volume") ? planSwapVolume(design.swapVolume, swap) : null,
    instanceStorePolicy: uses("instance-store") ? "RAID0" : null,
    kubelet: kubelet.nodeClass,
    nodeConfig: kubelet.nodeConfig,
    requirements,
    labels: { ...design.labels, [POOL_KEY]: name },
    taints: [
      ...(design.dedicated ? [{ key: POOL_KEY, value: name, effect: "NoSchedule" } as const] : []),
      ...design.taints,
    ],
    memoryRange: range,
    predicted: swap && range ? predictLimits(swap, range) : [],
  };
}

/**
 * What the instance store must hold, 0 when it is not the first backing. Where only the node knows the size, it is that of
 * the smallest RAM allowed: in every family of EC2 but the GPU families g5, g6 and g6e, the instance store grows with RAM.
 */
export function arrayBytes({ swap, requirements }: Pick<PoolDesign, "swap" | "requirements">): number {
  if (swap?.backings[0] !== "instance-store") return 0;
  return reservedBytes(swap, memoryRange(requirements));
}

function planSwap(swap: SwapDesign): PlannedSwap {
  const minimumBytes = Math.min(MINIMUM_BYTES, mostSwapBytes(swap) ?? MINIMUM_BYTES);
  return { ...swap, reserveBytes: RESERVE_BYTES, minimumBytes };
}

function planRootVolume({ rootVolume, swap }: PoolDesign, holdsSwap: boolean): PlannedVolume {
  const { minimumGiB = 0, ...volume } = rootVolume;
  const computedGiB = holdsSwap && swap ? rootVolumeGiB(mostSwapBytes(swap) ?? 0) : BASE_ROOT_VOLUME_GIB;
  return { ...volume, sizeGiB: Math.max(computedGiB, minimumGiB) };
}

function planSwapVolume(volume: VolumeDesign = { type: "gp3" }, swap: SwapDesign): PlannedVolume {
  return { ...volume, sizeGiB: Math.ceil((mostSwapBytes(swap) ?? 0) / GIB) };
}

function reservedBytes(swap: SwapDesign | undefined, range: MemoryRange | undefined): number {
  return swap ? (mostSwapBytes(swap) ?? swapBytes(swap, range?.smallestBytes ?? 0)) : 0;
}
