// What can only be judged by looking at several keys of a pool together.
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
} from "../../swap/requirements";
import type { Requirement } from "../../swap/vocabulary";
import { checkArrayShare } from "./array";
import { checkFixedSize } from "./fixed-size";
import { checkMaxSize } from "./max-size";
import { checkMemoryPressure } from "./memory";
import { checkVolumes } from "./volume";
import type { Finding } from "./finding";
import { describeProblem } from "../catalogue/problems";
import { reportFor, type Report } from "./report";
import { swapDesign, type PoolConfig } from "../schema/pool";

/** The name of an object that other names are made from: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ */
const POOL_NAME = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** https://github.com/kubernetes-sigs/karpenter/blob/v1.15.0/pkg/apis/v1/labels.go and https://github.com/aws/karpenter-provider-aws/blob/v1.15.0/pkg/apis/v1/labels.go */
const KNOWN_VALUES: Readonly<Record<string, readonly string[]>> = {
  "karpenter.sh/capacity-type": ["on-demand", "spot", "reserved"],
  "karpenter.k8s.aws/instance-tenancy": ["dedicated", "default"],
};

/** Everything that is wrong with a pool whose single values are right. */
export function checkPool(name: string, pool: PoolConfig, architecture: string): readonly Finding[] {
  const report = reportFor(name);
  return [
    ...(POOL_NAME.test(name) ? [] : [{ problem: describeProblem("pool-name", ["pools", name], name), follows: [] }]),
    ...checkSwapKeys(pool, report),
    ...checkMaxSize(pool, architecture, report),
    ...checkVolumes(pool, report),
    ...checkRequirements(pool, architecture, report),
    ...checkDisruption(pool, report),
  ];
}

function checkSwapKeys({ swap }: PoolConfig, report: Report): readonly Finding[] {
  const { size, maxSize, backings, ...others } = swap;
  if (size === 0) {
    return Object.entries({ maxSize, backings, ...others })
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => report("swap-off-with-more", ["swap", key], value, {}, ["swap", "size"]));
  }
  const findings: Finding[] = [];
  if (backings === undefined) {
    const parameters = { expected: "a list of backings" };
    findings.push(report("missing-key", ["swap", "backings"], undefined, parameters, ["swap", "size"]));
  }
  if ("sizeBytes" in size && maxSize !== undefined) {
    findings.push(report("max-size-unused", ["swap", "maxSize"], formatQuantity(maxSize), {}, ["swap", "size"]));
  }
  return findings;
}

function checkRequirements(pool: PoolConfig, architecture: string, report: Report): readonly Finding[] {
  const findings: Finding[] = pool.requirements.flatMap((requirement, index) => {
    const { key, operator, values = [] } = requirement;
    const path = ["requirements", index, "values"];
    const takes = whatOperatorTakes(requirement);
    if (takes !== undefined) return [report("requirement-values", path, values, { operator, takes })];
    const known = KNOWN_VALUES[key];
    if (operator !== "In" || known === undefined || values.every((value) => known.includes(value))) return [];
    return [report("requirement-known-values", path, values, { key, known: known.join(", ") })];
  });
  if (findings.length > 0) return findings;
  const onArray = arrayBytes({ swap: swapDesign(pool.swap), requirements: pool.requirements });
  const requirements = poolRequirements(architecture, onArray, pool.requirements);
  const index = pool.requirements.findIndex(({ key }) => key === INSTANCE_LOCAL_NVME_KEY);
  if (onArray > 0 && index >= 0 && !ensuresInstanceStore(requirements, onArray)) {
    const least = instanceStoreGigabytes(onArray);
    const values = pool.requirements[index]?.values ?? [];
    const parameters = { least, bound: least - 1 };
    findings.push(report("requirement-local-nvme", ["requirements", index, "values"], values, parameters, ["swap"]));
  }
  return [...findings, ...checkArrayShare(pool, requirements, report), ...checkMemory(pool, requirements, report)];
}

function checkMemory(pool: PoolConfig, requirements: readonly Requirement[], report: Report): readonly Finding[] {
  const range = memoryRange(requirements);
  if (range === undefined) {
    const index = pool.requirements.findIndex(({ key }) => key === INSTANCE_MEMORY_KEY);
    const id = isMemoryMeetable(requirements) ? "memory-unknown" : "requirements-unmeetable";
    const [path, value] =
      index < 0 ? [["requirements"], pool.requirements] : [["requirements", index], pool.requirements[index]?.values];
    return [report(id, path, value, { date: TYPES.date })];
  }
  const threshold = pool.evictionHard["memory.available"] ?? "0";
  if (memoryThresholdBytes(pool.evictionHard, range.smallestBytes) < range.smallestBytes) {
    return [...checkFixedSize(pool, range, report), ...checkMemoryPressure(pool, range, report)];
  }
  const smallest = `${range.smallestBytes / GIB}Gi`;
  const path = ["evictionHard", "memory.available"];
  return [report("eviction-above-memory", path, threshold, { smallest }, ["requirements"])];
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

function checkDisruption({ disruption }: PoolConfig, report: Report): readonly Finding[] {
  return disruption.budgets.flatMap((budget, index) =>
    (budget.schedule === undefined) === (budget.duration === undefined)
      ? []
      : [report("budget-schedule", ["disruption", "budgets", index], budget)],
  );
}
