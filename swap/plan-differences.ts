// What differs between two plans of one pool, in words and numbers. Tables with every key of a plan: a new one that has
// no line here does not compile.
import type { KubeletSettings } from "./kubelet-settings";
import type { PlannedSwap, PlannedVolume, SwapPlan } from "./plan";
import { formatQuantity } from "./quantity";
import { describeVolume } from "./summary";
import type { Requirement, Taint } from "./vocabulary";
import type { SysctlSettings } from "./watermarks";
import { own } from "./own";

/** One thing that differs, as in "swap size", "30Gi", "60Gi". */
export interface Difference {
  readonly what: string;
  /** `none`, `off`, `auto` or `default` where nothing is set. */
  readonly before: string;
  readonly after: string;
}

/** A difference of two plans, and the key of the plan that it belongs to. */
export interface PlanDifference extends Difference {
  readonly key: keyof SwapPlan;
}

type KeyOf<T> = T extends unknown ? keyof T : never;

/** How each key of a value is compared: what differs, in the order of the table. */
export type Comparisons<T> = Readonly<Record<KeyOf<T>, Comparison<T>>>;

type Comparison<T> = (before: T, after: T) => readonly Difference[];

/** For keys that decide nothing, or that only another key can change: that one's line shows the difference. */
const notCompared = (): readonly Difference[] => [];

/** Compares the text of one thing. */
export function differ(what: string, before: string | number, after: string | number): readonly Difference[] {
  return before === after ? [] : [{ what, before: String(before), after: String(after) }];
}

/** Compares texts by their keys; a key that one side lacks is `none` there. */
export function differByKey(
  what: string,
  before: Readonly<Record<string, string>> = {},
  after: Readonly<Record<string, string>> = {},
): readonly Difference[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted();
  return keys.flatMap((key) => differ(`${what} ${key}`, own(before, key) ?? "none", own(after, key) ?? "none"));
}

/** What differs between two plans of the same pool; each line alone is a reason to replace nodes. */
export function planDifferences(before: SwapPlan, after: SwapPlan): readonly PlanDifference[] {
  return keysOf(PLAN).flatMap((key) => PLAN[key](before, after).map((difference) => ({ key, ...difference })));
}

const PLAN: Comparisons<SwapPlan> = {
  pool: notCompared,
  swap: ({ swap: before }, { swap: after }) =>
    before === null || after === null
      ? differ("swap size", swapSize(before), swapSize(after))
      : compareAll(SWAP, before, after),
  rootVolume: ({ rootVolume: before }, { rootVolume: after }) => compareVolumes("root volume", before, after),
  swapVolume: ({ swapVolume: before }, { swapVolume: after }) =>
    before === null || after === null
      ? differ("swap volume", volumeOrNone(before), volumeOrNone(after))
      : compareVolumes("swap volume", before, after),
  instanceStorePolicy: (before, after) =>
    differ("instance store policy", before.instanceStorePolicy ?? "none", after.instanceStorePolicy ?? "none"),
  kubelet: (before, after) => compareAll(KUBELET, before.kubelet, after.kubelet),
  nodeConfig: (before, after) =>
    differ("kubelet's swap settings in userData", setOrNone(before.nodeConfig), setOrNone(after.nodeConfig)),
  requirements: (before, after) => differByKey("requirement", requirements(before), requirements(after)),
  labels: (before, after) => differByKey("label", before.labels, after.labels),
  taints: (before, after) => differByKey("taint", taints(before), taints(after)),
  memoryRange: notCompared,
  predicted: notCompared,
};

const SWAP: Comparisons<PlannedSwap> = {
  sizeBytes: (before, after) => differ("swap size", swapSize(before), swapSize(after)),
  memoryPercent: notCompared,
  maxSizeBytes: (before, after) => differ("swap maxSize", mostSwap(before), mostSwap(after)),
  backings: (before, after) => differ("backings", before.backings.join(" then "), after.backings.join(" then ")),
  onFailure: (before, after) => differ("onFailure", before.onFailure, after.onFailure),
  sysctls: (before, after) => compareAll(SYSCTLS, before.sysctls, after.sysctls),
  zswap: ({ zswap: before }, { zswap: after }) =>
    before === undefined || after === undefined
      ? differ("zswap", zswapOrOff(before), zswapOrOff(after))
      : compareAll(ZSWAP, before, after),
  reserveBytes: (before, after) =>
    differ(
      "reserve on the swap's file system",
      formatQuantity(before.reserveBytes),
      formatQuantity(after.reserveBytes),
    ),
  minimumBytes: (before, after) =>
    differ("smallest swap file", formatQuantity(before.minimumBytes), formatQuantity(after.minimumBytes)),
};

const SYSCTLS: Comparisons<SysctlSettings> = {
  swappiness: (before, after) => differ("swappiness", before.swappiness, after.swappiness),
  minFreeKbytes: (before, after) => differ("minFreeKbytes", before.minFreeKbytes, after.minFreeKbytes),
  watermarkScaleFactor: (before, after) =>
    differ("watermarkScaleFactor", before.watermarkScaleFactor, after.watermarkScaleFactor),
  pageCluster: (before, after) => differ("pageCluster", before.pageCluster, after.pageCluster),
};

type Zswap = NonNullable<PlannedSwap["zswap"]>;

const ZSWAP: Comparisons<Zswap> = {
  maxPoolPercent: (before, after) => differ("zswap", zswapOrOff(before), zswapOrOff(after)),
};

const KUBELET: Comparisons<KubeletSettings> = {
  evictionHard: (before, after) => differByKey("evictionHard", before.evictionHard, after.evictionHard),
  failSwapOn: (before, after) =>
    differ(
      "kubelet's swap settings in the EC2NodeClass",
      setOrNone(before.failSwapOn ?? null),
      setOrNone(after.failSwapOn ?? null),
    ),
  memorySwap: notCompared,
  systemReserved: (before, after) => differByKey("systemReserved", before.systemReserved, after.systemReserved),
};

function compareVolumes(what: string, before: PlannedVolume, after: PlannedVolume): readonly Difference[] {
  const table: Comparisons<PlannedVolume> = {
    sizeGiB: () => differ(`${what} size`, `${before.sizeGiB}Gi`, `${after.sizeGiB}Gi`),
    type: () => differ(`${what} type`, before.type, after.type),
    iops: () => differ(`${what} iops`, before.iops ?? "default", after.iops ?? "default"),
    throughput: () => differ(`${what} throughput`, before.throughput ?? "default", after.throughput ?? "default"),
    kmsKeyId: () => differ(`${what} kmsKeyId`, before.kmsKeyId ?? "default", after.kmsKeyId ?? "default"),
  };
  return compareAll(table, before, after);
}

/** Compares by a table, line by line. */
export function compareAll<T>(table: Comparisons<T>, before: T, after: T): readonly Difference[] {
  return Object.values<Comparison<T>>(table).flatMap((compare) => compare(before, after));
}

function keysOf<T extends object>(table: T): readonly Extract<keyof T, string>[] {
  const keys: Extract<keyof T, string>[] = [];
  for (const key in table) keys.push(key);
  return keys;
}

function swapSize(swap: PlannedSwap | null): string {
  if (swap === null) return "none";
  return "sizeBytes" in swap ? formatQuantity(swap.sizeBytes) : `${swap.memoryPercent}% of RAM`;
}

function mostSwap(swap: PlannedSwap): string {
  const most = "maxSizeBytes" in swap ? swap.maxSizeBytes : undefined;
  return most === undefined ? "none" : formatQuantity(most);
}

function zswapOrOff(zswap: Zswap | undefined): string {
  return zswap === undefined ? "off" : `at most ${zswap.maxPoolPercent}% of RAM`;
}

function volumeOrNone(volume: PlannedVolume | null): string {
  return volume === null ? "none" : describeVolume(volume);
}

function setOrNone(settings: object | false | null): string {
  return settings === null ? "none" : "set";
}

/** `In [c, m]` by key; a key may stand in several requirements, which all hold. */
function requirements(plan: SwapPlan): Readonly<Record<string, string>> {
  return joinByKey(plan.requirements, describeRequirement);
}

function describeRequirement({ operator, values, minValues }: Requirement): string {
  const list = values === undefined || values.length === 0 ? "" : ` [${values.join(", ")}]`;
  return `${operator}${list}${minValues === undefined ? "" : ` of at least ${minValues}`}`;
}

/** `ebs:NoSchedule` by key; a key may have a taint for each effect. */
function taints(plan: SwapPlan): Readonly<Record<string, string>> {
  return joinByKey(plan.taints, ({ value, effect }: Taint) => (value === undefined ? effect : `${value}:${effect}`));
}

function joinByKey<T extends { readonly key: string }>(
  entries: readonly T[],
  describe: (entry: T) => string,
): Readonly<Record<string, string>> {
  const keys = [...new Set(entries.map(({ key }) => key))];
  return Object.fromEntries(
    keys.map((name) => [
      name,
      entries
        .filter(({ key }) => key === name)
        .map(describe)
        .join(" and "),
    ]),
  );
}
