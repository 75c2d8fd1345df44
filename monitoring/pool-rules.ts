// What was decided of each pool before a node existed, as series: the rules compare nodes with it.
import { GP3_BASE } from "../swap/ebs-volume";
import type { PlannedSwap, PlannedVolume, SwapPlan } from "../swap/plan";
import { swapTotalBytes } from "../swap/prediction";
import { literal } from "../swap/literal";
import { MIB } from "../swap/quantity";
import { BACKING_POSITION, MEMORY, PLANNED_IOPS, PLANNED_THROUGHPUT, PLANNED_TOTAL, POOL_INFO } from "./names";
import type { RecordingRule, RuleGroup } from "./rule";

/** A plan whose pool has swap. */
type SwapPoolPlan = SwapPlan & { readonly swap: PlannedSwap };

/** The pools that have swap. */
export function swapPools(plans: readonly SwapPlan[]): readonly SwapPoolPlan[] {
  return plans.flatMap((plan) => (plan.swap === null ? [] : [{ ...plan, swap: plan.swap }]));
}

/** Constants of the pools. */
export function poolGroup(plans: readonly SwapPoolPlan[]): RuleGroup {
  return { name: "eks-swap.pools", rules: plans.flatMap((plan) => [...backingPositions(plan), ...volumeRates(plan)]) };
}

/** What each node was to have, which for a percentage depends on its RAM. */
export function plannedTotals(plans: readonly SwapPoolPlan[]): readonly RecordingRule[] {
  return plans.map(({ pool, swap }) => ({ record: PLANNED_TOTAL, expr: plannedTotal(pool, swap), labels: { pool } }));
}

function plannedTotal(pool: string, swap: PlannedSwap): string {
  if ("sizeBytes" in swap) return `${POOL_INFO}{pool=${literal(pool)}} * ${swapTotalBytes(swap.sizeBytes)}`;
  const share = `${MEMORY}{pool=${literal(pool)}} * ${swap.memoryPercent / 100}`;
  return swap.maxSizeBytes === undefined ? share : `clamp_max(${share}, ${swapTotalBytes(swap.maxSizeBytes)})`;
}

function backingPositions({ pool, swap }: SwapPoolPlan): readonly RecordingRule[] {
  return swap.backings.map((backing, index) => constant(BACKING_POSITION, index + 1, { pool, backing }));
}

/** eks-swap sets no ceiling for the instance store. */
function volumeRates({ pool, swap, rootVolume, swapVolume }: SwapPoolPlan): readonly RecordingRule[] {
  return swap.backings.flatMap((backing) => {
    const volume = { "root-volume": rootVolume, "ebs-volume": swapVolume, "instance-store": null }[backing];
    return volume === null ? [] : ratesOf(volume, { pool, backing });
  });
}

/** Only gp3 has a throughput of its own; that of the others follows from their iops. */
function ratesOf(volume: PlannedVolume, labels: Readonly<Record<string, string>>): readonly RecordingRule[] {
  const iops = constant(PLANNED_IOPS, volume.iops ?? GP3_BASE.iops, labels);
  if (volume.type !== "gp3") return [iops];
  return [iops, constant(PLANNED_THROUGHPUT, (volume.throughput ?? GP3_BASE.throughput) * MIB, labels)];
}

function constant(record: string, value: number, labels: Readonly<Record<string, string>>): RecordingRule {
  return { record, expr: `vector(${value})`, labels };
}
