// What can only be judged by looking at several keys of a pool together.
import { z } from "zod";
import { memoryThresholdBytes } from "../../swap/eviction";
import { arrayBytes } from "../../swap/plan";
import { TYPES } from "../../swap/instance-types";
import { formatQuantity, GIB } from "../../swap/quantity";
import {
  ensuresInstanceStore,
  INSTANCE_LOCAL_NVME_KEY,
  INSTANCE_MEMORY_KEY,
  instanceStoreGigabytes,
  isMemoryMeetable,
  memoryRange,
  poolRequirements,
  type MemoryRange,
} from "../../swap/requirements";
import type { Requirement } from "../../swap/vocabulary";
import { checkArrayShare } from "./array";
import { checkFixedSize } from "./fixed-size";
import { checkMaxSize } from "./max-size";
import { checkMemoryPressure } from "./memory";
import { volumeChecks } from "./volume";
import { describeProblem, type Problem } from "../catalogue/problems";
import { check, reportFor, type Check, type Report } from "./report";
import { poolSchema, swapDesign, swapSchema, type PoolConfig } from "../schema/pool";

/** The name of an object that other names are made from: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ */
const POOL_NAME = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** https://github.com/kubernetes-sigs/karpenter/blob/v1.15.0/pkg/apis/v1/labels.go and https://github.com/aws/karpenter-provider-aws/blob/v1.15.0/pkg/apis/v1/labels.go */
const KNOWN_VALUES: ReadonlyMap<string, readonly string[]> = new Map([
  ["karpenter.sh/capacity-type", ["on-demand", "spot", "reserved"]],
  ["karpenter.k8s.aws/instance-tenancy", ["dedicated", "default"]],
]);

/** The keys of `swap` that decide its size. */
const sizesSchema = swapSchema.pick({ size: true, maxSize: true, backings: true }).strip();
// What the checks of a pool need. Made once: to make a schema takes longer than to use it.
const swapOnlySchema = z.object({ swap: swapSchema.strip() });
const sizesOnlySchema = z.object({ swap: sizesSchema });
const requirementsSchema = poolSchema.pick({ requirements: true }).strip();
const sizedSchema = requirementsSchema.extend({ swap: sizesSchema });
const memorySchema = poolSchema.pick({ requirements: true, evictionHard: true }).strip().extend(swapOnlySchema.shape);
const budgetsSchema = poolSchema.pick({ disruption: true }).strip();

type Sized = z.output<typeof sizedSchema>;

/** Everything that is wrong between the keys of a pool. Without an architecture, its instance types are not known. */
export function checkPool(name: string, given: unknown, architecture: string | undefined): readonly Problem[] {
  const report = reportFor(name);
  const checks: readonly Check[] = [
    () => (POOL_NAME.test(name) ? [] : [describeProblem("pool-name", ["pools", name], name)]),
    check(swapOnlySchema, (pool) => checkSwapOff(pool, report)),
    check(sizesOnlySchema, (pool) => checkSwapKeys(pool, report)),
    ...(architecture === undefined ? [] : [check(sizedSchema, (pool) => checkMaxSize(pool, architecture, report))]),
    ...volumeChecks(report),
    check(requirementsSchema, (pool) => checkRequirements(pool, report)),
    ...(architecture === undefined ? [] : instanceTypeChecks(architecture, report)),
    check(budgetsSchema, (pool) => checkDisruption(pool, report)),
  ];
  return checks.flatMap((judge) => judge(given));
}

/** What depends on the instance types that the requirements allow, where each requirement is in order. */
function instanceTypeChecks(architecture: string, report: Report): readonly Check[] {
  const allowed = ({ swap, requirements }: Sized) =>
    checkRequirements({ requirements }, report).length > 0
      ? undefined
      : poolRequirements(architecture, arrayBytes({ swap: swapDesign(swap), requirements }), requirements);
  return [
    check(sizedSchema, (pool) => {
      const requirements = allowed(pool);
      if (requirements === undefined) return [];
      return [
        ...checkLocalNvme(pool, requirements, report),
        ...checkArrayShare(pool, requirements, report),
        ...checkMemoryKnown(pool, requirements, report),
        ...checkFixedSize(pool.swap.size, memoryRange(requirements), report),
      ];
    }),
    check(memorySchema, (pool) => {
      const requirements = allowed(pool);
      const range = requirements && memoryRange(requirements);
      return range === undefined ? [] : checkMemory(pool, range, report);
    }),
  ];
}

function checkSwapOff({ swap }: Pick<PoolConfig, "swap">, report: Report): readonly Problem[] {
  const { size, ...others } = swap;
  if (size !== 0) return [];
  return Object.entries(others)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => report("swap-off-with-more", ["swap", key], value));
}

function checkSwapKeys({ swap }: Pick<PoolConfig, "swap">, report: Report): readonly Problem[] {
  const { size, maxSize, backings } = swap;
  if (size === 0) return [];
  const problems: Problem[] = [];
  if (backings === undefined) {
    problems.push(report("missing-key", ["swap", "backings"], undefined, { expected: "a list of backings" }));
  }
  if ("sizeBytes" in size && maxSize !== undefined) {
    problems.push(report("max-size-unused", ["swap", "maxSize"], formatQuantity(maxSize)));
  }
  return problems;
}

function checkRequirements({ requirements }: Pick<PoolConfig, "requirements">, report: Report): readonly Problem[] {
  return requirements.flatMap((requirement, index) => {
    const { key, operator, values = [] } = requirement;
    const path = ["requirements", index, "values"];
    const takes = whatOperatorTakes(requirement);
    if (takes !== undefined) return [report("requirement-values", path, values, { operator, takes })];
    const known = KNOWN_VALUES.get(key);
    if (operator !== "In" || known === undefined || values.every((value) => known.includes(value))) return [];
    return [report("requirement-known-values", path, values, { key, known: known.join(", ") })];
  });
}

function checkLocalNvme(pool: Sized, requirements: readonly Requirement[], report: Report): readonly Problem[] {
  const onArray = arrayBytes({ swap: swapDesign(pool.swap), requirements: pool.requirements });
  const index = pool.requirements.findIndex(({ key }) => key === INSTANCE_LOCAL_NVME_KEY);
  if (onArray === 0 || index < 0 || ensuresInstanceStore(requirements, onArray)) return [];
  const least = instanceStoreGigabytes(onArray);
  const values = pool.requirements[index]?.values ?? [];
  return [report("requirement-local-nvme", ["requirements", index, "values"], values, { least, bound: least - 1 })];
}

function checkMemoryKnown(pool: Sized, requirements: readonly Requirement[], report: Report): readonly Problem[] {
  if (memoryRange(requirements) !== undefined) return [];
  const index = pool.requirements.findIndex(({ key }) => key === INSTANCE_MEMORY_KEY);
  const id = isMemoryMeetable(requirements) ? "memory-unknown" : "requirements-unmeetable";
  const [path, value] =
    index < 0 ? [["requirements"], pool.requirements] : [["requirements", index], pool.requirements[index]?.values];
  return [report(id, path, value, { date: TYPES.date })];
}

function checkMemory(
  pool: Pick<PoolConfig, "swap" | "evictionHard">,
  range: MemoryRange,
  report: Report,
): readonly Problem[] {
  const threshold = pool.evictionHard["memory.available"] ?? "0";
  if (memoryThresholdBytes(pool.evictionHard, range.smallestBytes) < range.smallestBytes) {
    return checkMemoryPressure(pool, range, report);
  }
  const smallest = `${range.smallestBytes / GIB}Gi`;
  return [report("eviction-above-memory", ["evictionHard", "memory.available"], threshold, { smallest })];
}

/** What the operator takes, when the requirement gives it something else. */
function whatOperatorTakes({
  operator,
  values = [],
  minValues = 1,
}: PoolConfig["requirements"][number]): string | undefined {
  switch (operator) {
    case "In":
    case "NotIn":
      return values.length >= minValues ? undefined : `at least ${minValues} values`;
    case "Exists":
    case "DoesNotExist":
      return values.length === 0 ? undefined : "no values";
    case "Gt":
    case "Lt":
    case "Gte":
    case "Lte":
      return values.length === 1 && /^\d{1,15}$/.test(values[0] ?? "")
        ? undefined
        : "one whole number of up to 15 digits, in quotes";
  }
}

function checkDisruption({ disruption }: Pick<PoolConfig, "disruption">, report: Report): readonly Problem[] {
  return disruption.budgets.flatMap((budget, index) =>
    (budget.schedule === undefined) === (budget.duration === undefined)
      ? []
      : [report("budget-schedule", ["disruption", "budgets", index], budget)],
  );
}
