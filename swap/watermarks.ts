// The kernel's memory watermarks, and the sysctls that raise them in proportion to RAM.
// Rule: __setup_per_zone_wmarks, https://github.com/torvalds/linux/blob/v6.12/mm/page_alloc.c; one zone is assumed,
// and MemTotal is taken for its managed pages, which on a node differ by less than 1 %.
import { KIB, MIB, GIB } from "./quantity";

/** Free memory in bytes: below `low` kswapd reclaims and swaps until `high`; below `min` allocations stall. */
export interface Watermarks {
  readonly minBytes: number;
  readonly lowBytes: number;
  readonly highBytes: number;
}

/** The sysctls of the `vm.` family that a swap pool sets; watermarks that are `auto` are decided on the node, in proportion to its RAM. */
export interface SysctlSettings {
  /** vm.swappiness, 0 to 200: how readily anonymous memory is reclaimed compared with the page cache. */
  readonly swappiness: number;
  /** vm.min_free_kbytes, in KiB. */
  readonly minFreeKbytes: number | "auto";
  /** vm.watermark_scale_factor, 1 to 3000 in units of 1/10000 of RAM: the distance from min to low and from low to high. */
  readonly watermarkScaleFactor: number | "auto";
  /** vm.page-cluster, the logarithm of the most pages read at once from swap; `auto`: 5. */
  readonly pageCluster: number | "auto";
}

/** What `auto` becomes on a node. */
export interface AutomaticWatermarks {
  readonly minFreeKbytes: number;
  readonly watermarkScaleFactor: number;
}

/** One percent of RAM from min to low and again to high: what is kept free is lost to page cache. */
const AUTOMATIC_SCALE_FACTOR = 100;

/**
 * How far pods may be above memory.high for a moment: a task charges 64 pages at once, and reclaims when it goes on.
 * Source: MEMCG_CHARGE_BATCH, https://github.com/torvalds/linux/blob/v6.12/include/linux/memcontrol.h
 */
const MEMORY_HIGH_MARGIN_BYTES = 32 * MIB;

const LARGEST_AUTOMATIC_MIN_FREE_BYTES = GIB;
/** The kernel warns that more than 5 % of RAM may hang a machine: Documentation/admin-guide/sysctl/vm.rst, min_free_kbytes. */
const LARGEST_SHARE_OF_RAM = 20;

/**
 * What `auto` means, decided again on the node by the same integer arithmetic (userdata/node/sysctls.sh).
 *
 * min_free_kbytes: 1 % of RAM, at least 1.25 times the kubelet's memory.available threshold, at most 1 GiB unless the
 * threshold asks for more, and never above 5 % of RAM. watermark_scale_factor: 1 % of RAM; the kubelet's second signal
 * is what `podsMemoryHighBytes` is for.
 */
export function automaticWatermarks(memTotalBytes: number, evictionThresholdBytes: number): AutomaticWatermarks {
  const share = Math.min(Math.floor(memTotalBytes / 100), LARGEST_AUTOMATIC_MIN_FREE_BYTES);
  const aboveThreshold = Math.floor((evictionThresholdBytes * 5) / 4);
  const minBytes = Math.min(Math.max(share, aboveThreshold), Math.floor(memTotalBytes / LARGEST_SHARE_OF_RAM));
  return { minFreeKbytes: Math.floor(minBytes / KIB), watermarkScaleFactor: AUTOMATIC_SCALE_FACTOR };
}

/**
 * memory.high of the cgroup of all pods, which goes with an automatic watermark_scale_factor; undefined where the kubelet
 * watches no memory. The kubelet evicts when pods come within the threshold of their cgroup's limit
 * (allocatableMemory.available), however much is free. Above memory.high they reclaim their own memory, so that they do
 * not come there while there is something to swap; watermarks alone cannot do that, since kswapd looks at the whole node
 * and is late. Decided on the node by the same arithmetic (userdata/node/sysctls.sh).
 * @param reservedBytes memory reserved for the system by the kubelet
 */
export function podsMemoryHighBytes(
  memTotalBytes: number,
  evictionThresholdBytes: number,
  reservedBytes: number,
): number | undefined {
  const high = memTotalBytes - reservedBytes - evictionThresholdBytes - MEMORY_HIGH_MARGIN_BYTES;
  return evictionThresholdBytes === 0 || high <= 0 ? undefined : high;
}

/** The watermarks in bytes that the kernel derives from the two sysctls. */
export function watermarks(memTotalBytes: number, sysctls: AutomaticWatermarks): Watermarks {
  const minBytes = sysctls.minFreeKbytes * KIB;
  const gap = Math.max(Math.floor(minBytes / 4), Math.floor((memTotalBytes * sysctls.watermarkScaleFactor) / 10_000));
  return { minBytes, lowBytes: minBytes + gap, highBytes: minBytes + 2 * gap };
}

/** The two sysctls as they will be on a node of this size, `auto` resolved. */
export function effectiveWatermarkSysctls(
  memTotalBytes: number,
  evictionThresholdBytes: number,
  sysctls: SysctlSettings,
): AutomaticWatermarks {
  const automatic = automaticWatermarks(memTotalBytes, evictionThresholdBytes);
  return {
    minFreeKbytes: sysctls.minFreeKbytes === "auto" ? automatic.minFreeKbytes : sysctls.minFreeKbytes,
    watermarkScaleFactor:
      sysctls.watermarkScaleFactor === "auto" ? automatic.watermarkScaleFactor : sysctls.watermarkScaleFactor,
  };
}

/** As far as the kernel reads ahead in a program's memory: SWAP_RA_ORDER_CEILING, https://github.com/torvalds/linux/blob/v6.1/include/linux/swap.h */
const LONGEST_READAHEAD = 5;

/**
 * vm.page-cluster as it will be on a node, `auto` resolved. A volume at the base rate of gp3 gives 3000 operations and
 * 125 MiB a second: with the kernel's 8 pages an operation the first runs out before the second. Random reads hardly pay
 * for it: the kernel takes the window of each mapping down to one page where what it read ahead was not needed
 * (__swapin_nr_pages, https://github.com/torvalds/linux/blob/v6.12/mm/swap_state.c).
 */
export function effectivePageCluster(pageCluster: SysctlSettings["pageCluster"]): number {
  return pageCluster === "auto" ? LONGEST_READAHEAD : pageCluster;
}

/** What the AL2023 AMI leaves as it finds it on EC2's x86 instances: the kernel's own ceiling for small machines. */
export const KERNEL_DEFAULTS: AutomaticWatermarks = { minFreeKbytes: (66 * MIB) / KIB, watermarkScaleFactor: 10 };
