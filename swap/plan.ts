// The swap plan of a pool: everything that is decided before a node boots.
import type { EvictionThresholds } from "./eviction";
import { limitedSwap } from "./limited-swap";
import { formatQuantity, GIB, PAGE_BYTES, parseQuantity } from "./quantity";
import { memoryRange, poolRequirements, type MemoryRange } from "./requirements";
import { BASE_ROOT_VOLUME_GIB, rootVolumeGiB } from "./root-volume";
import { POOL_KEY, type Backing, type OnFailure, type Requirement, type Taint } from "./vocabulary";
import type { SysctlSettings } from "./watermarks";

/** Swap as the stack config asks for it. */
export interface SwapDesign {
  /** Size of the swap file in bytes, whole MiB. */
  readonly sizeBytes: number;
  /** The ladder: the first backing that works on the node wins. */
  readonly backings: readonly Backing[];
  readonly onFailure: OnFailure;
  readonly sysctls: SysctlSettings;
}

/** EBS settings of the root volume; iops and throughput (MiB/s) are the volume type's own when not given. */
export interface RootVolumeDesign {
  /** GiB; raises the computed size, never lowers it. */
  readonly minimumGiB?: number | undefined;
  readonly type: "gp3" | "io1" | "io2";
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
  readonly rootVolume: RootVolumeDesign;
  readonly evictionHard: EvictionThresholds;
  readonly requirements: readonly Requirement[];
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
  /** Adds the taint `eks-swap/pool=NAME:NoSchedule`. */
  readonly dedicated: boolean;
}

/** Swap of a plan: the design, and what the node's script needs to carry it out. */
export interface PlannedSwap extends SwapDesign {
  /** Bytes that the script leaves free on the filesystem that holds the swap file; it cuts the file instead. */
  readonly reserveBytes: number;
  /** A file smaller than this is no swap: the next rung is tried. */
  readonly minimumBytes: number;
}

export interface PlannedRootVolume extends Omit<RootVolumeDesign, "minimumGiB"> {
  readonly sizeGiB: number;
}

/** The part of the KubeletConfiguration that the plan decides, as EC2NodeClass `spec.kubelet` takes it. */
export interface KubeletSettings {
  readonly evictionHard: EvictionThresholds;
  readonly failSwapOn?: false;
  readonly memorySwap?: { readonly swapBehavior: "LimitedSwap" };
  readonly systemReserved?: Readonly<Record<string, string>>;
}

/** The swap limit of a Burstable container on a node of the pool; all four are quantities or bytes as the kubelet sends. */
export interface Prediction {
  readonly memoryRequest: string;
  readonly memTotal: string;
  readonly swapTotal: string;
  readonly swapLimitBytes: number;
}

export interface SwapPlan {
  readonly pool: string;
  readonly swap: PlannedSwap | null;
  readonly rootVolume: PlannedRootVolume;
  /** `RAID0` makes the AMI join the instance-store disks into the array that holds the swap file. */
  readonly instanceStorePolicy: "RAID0" | null;
  readonly kubelet: KubeletSettings;
  readonly requirements: readonly Requirement[];
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
  readonly memoryRange: MemoryRange | undefined;
  readonly predicted: readonly Prediction[];
}

const RESERVE_BYTES = 10 * GIB;
const MINIMUM_BYTES = GIB;
const PREDICTED_REQUESTS = ["256Mi", "512Mi", "1Gi", "2Gi", "4Gi", "8Gi"];

/**
 * Decides a pool. The same design and architecture always give the same plan, since any change of it replaces nodes.
 * @param architecture `kubernetes.io/arch` of the AMI: `amd64` or `arm64`
 */
export function planPool(design: PoolDesign, architecture: string): SwapPlan {
  const { name, swap } = design;
  const onArray = swap?.backings.includes("instance-store") ?? false;
  const onRoot = swap?.backings.includes("root-volume") ?? false;
  const arrayFirst = swap?.backings[0] === "instance-store";
  const requirements = poolRequirements(architecture, arrayFirst ? swap.sizeBytes : 0, design.requirements);
  const range = memoryRange(requirements);
  const { minimumGiB, ...volume } = design.rootVolume;
  const computedGiB = onRoot && swap ? rootVolumeGiB(swap.sizeBytes) : BASE_ROOT_VOLUME_GIB;
  return {
    pool: name,
    swap: swap ? planSwap(swap) : null,
    rootVolume: { ...volume, sizeGiB: Math.max(computedGiB, minimumGiB ?? 0) },
    instanceStorePolicy: onArray ? "RAID0" : null,
    kubelet: kubeletSettings(design),
    requirements,
    labels: { ...design.labels, [POOL_KEY]: name },
    taints: [
      ...(design.dedicated ? [{ key: POOL_KEY, value: name, effect: "NoSchedule" } as const] : []),
      ...design.taints,
    ],
    memoryRange: range,
    predicted: swap && range ? predict(swap.sizeBytes, range) : [],
  };
}

/** SwapTotal in bytes of a swap file of this size: its first page is the header. */
export function swapTotalBytes(swapFileBytes: number): number {
  return swapFileBytes - PAGE_BYTES;
}

function planSwap(swap: SwapDesign): PlannedSwap {
  return { ...swap, reserveBytes: RESERVE_BYTES, minimumBytes: Math.min(MINIMUM_BYTES, swap.sizeBytes) };
}

/**
 * The swap file is not subtracted from the ephemeral storage that Karpenter and the kubelet count, so it is reserved.
 * `memorySwap` needs no feature gate from Kubernetes 1.30 on, and a gate that a later kubelet no longer knows is fatal.
 */
function kubeletSettings({ evictionHard, swap }: PoolDesign): KubeletSettings {
  if (!swap) return { evictionHard };
  return {
    evictionHard,
    failSwapOn: false,
    memorySwap: { swapBehavior: "LimitedSwap" },
    systemReserved: { "ephemeral-storage": formatQuantity(swap.sizeBytes) },
  };
}

/**
 * Nominal RAM is used: a node's MemTotal is a few percent smaller, which makes its limits larger by as much, so these
 * are lower bounds.
 */
function predict(swapFileBytes: number, range: MemoryRange): readonly Prediction[] {
  const swapTotal = swapTotalBytes(swapFileBytes);
  const sizes = [...new Set([range.smallestBytes, range.largestBytes])];
  return sizes.flatMap((memTotal) =>
    PREDICTED_REQUESTS.filter((request) => parseQuantity(request) <= memTotal).map((memoryRequest) => ({
      memoryRequest,
      memTotal: formatQuantity(memTotal),
      swapTotal: formatQuantity(swapTotal),
      swapLimitBytes: limitedSwap(
        { memTotalBytes: memTotal, swapTotalBytes: swapTotal, swapBehavior: "LimitedSwap" },
        { qosClass: "Burstable", isStatic: false, priority: 0 },
        { requestBytes: parseQuantity(memoryRequest) },
      ).swapLimitBytes,
    })),
  );
}
