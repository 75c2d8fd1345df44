// What can only be judged by looking at several keys of a pool together.
import { memoryThresholdBytes } from "../swap/eviction";
import { iopsRange, mostVolumeGiB, needsIops, throughputRange, GP3_BASE } from "../swap/ebs-volume";
import { formatQuantity, GIB } from "../swap/quantity";
import {
  ensuresInstanceStore,
  INSTANCE_LOCAL_NVME_KEY,
  INSTANCE_MEMORY_KEY,
  instanceStoreGigabytes,
  memoryRange,
  poolRequirements,
} from "../swap/requirements";
import { rootVolumeGiB } from "../swap/root-volume";
import type { Requirement } from "../swap/vocabulary";
import { finding, type Finding } from "./finding";
import { type ProblemId } from "./catalogue";
import { describeProblem, type ProblemParameters } from "./problems";
import type { PoolConfig } from "./schema-pool";

type Path = readonly (string | number)[];

/** The name of an object that other names are made from: https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ */
const POOL_NAME = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** Everything that is wrong with a pool whose single values are right. */
export function checkPool(name: string, pool: PoolConfig, architecture: string): readonly Finding[] {
  const at = (id: ProblemId, path: Path, value: unknown, parameters?: ProblemParameters, ...others: Path[]): Finding =>
    finding(
      describeProblem(id, ["pools", name, ...path], value, parameters),
      ...others.map((other) => ["pools", name, ...other].join(".")),
    );
  return [
    ...(POOL_NAME.test(name) ? [] : [{ problem: describeProblem("pool-name", ["pools", name], name), follows: [] }]),
    ...checkSwapKeys(pool, at),
    ...checkRootVolume(pool, at),
    ...checkRequirements(pool, architecture, at),
    ...checkDisruption(pool, at),
  ];
}

type Report = (id: ProblemId, path: Path, value: unknown, parameters?: ProblemParameters, ...others: Path[]) => Finding;

function checkSwapKeys({ swap }: PoolConfig, report: Report): readonly Finding[] {
  const { size, ...others } = swap;
  if (size === 0) {
    return Object.entries(others).map(([key, value]) =>
      report("swap-off-with-more", ["swap", key], value, {}, ["swap", "size"]),
    );
  }
  if (swap.backings !== undefined) return [];
  return [report("missing-key", ["swap", "backings"], undefined, { expected: "a list of backings" }, ["swap", "size"])];
}

function checkRootVolume({ swap, rootVolume }: PoolConfig, report: Report): readonly Finding[] {
  const { type, iops, throughput, size } = rootVolume;
  const computedGiB = rootVolumeGiB(swap.backings?.includes("root-volume") === true ? swap.size : 0);
  const sizeGiB = Math.max(computedGiB, size ?? 0);
  const shown = `${String(sizeGiB)}Gi`;
  const volume = { type, sizeGiB, iops, throughput };
  const behind: Path[] = [["swap"], ["rootVolume", "size"], ["rootVolume", "type"]];
  const findings: Finding[] = [];
  if (size !== undefined && size < computedGiB) {
    const parameters = { computed: `${String(computedGiB)}Gi` };
    findings.push(report("root-volume-size", ["rootVolume", "size"], `${String(size)}Gi`, parameters, ["swap"]));
  }
  if (sizeGiB > mostVolumeGiB(type)) {
    const parameters = { computed: shown, type, most: `${String(mostVolumeGiB(type))}Gi` };
    const [path, value] =
      size === sizeGiB ? [["rootVolume", "size"], shown] : [["swap", "size"], formatQuantity(swap.size)];
    return [...findings, report("root-volume-too-large", path, value, parameters, ...behind)];
  }
  const range = iopsRange(volume);
  if (iops === undefined && needsIops(type)) {
    const parameters = { type, size: shown, ...range };
    findings.push(report("volume-iops-missing", ["rootVolume", "iops"], undefined, parameters, ...behind));
  }
  if (iops !== undefined && (iops < range.least || iops > range.most)) {
    findings.push(report("volume-iops", ["rootVolume", "iops"], iops, { type, size: shown, ...range }, ...behind));
  }
  const throughputs = throughputRange(volume);
  if (throughput !== undefined && throughputs === undefined) {
    const path = ["rootVolume", "throughput"];
    findings.push(report("volume-throughput-type", path, throughput, { type }, ["rootVolume", "type"]));
  }
  if (throughput !== undefined && throughputs && (throughput < throughputs.least || throughput > throughputs.most)) {
    const parameters = { iops: iops ?? GP3_BASE.iops, ...throughputs };
    const path = ["rootVolume", "throughput"];
    findings.push(report("volume-throughput", path, throughput, parameters, ["rootVolume", "iops"]));
  }
  return findings;
}

function checkRequirements(pool: PoolConfig, architecture: string, report: Report): readonly Finding[] {
  const findings: Finding[] = pool.requirements.flatMap((requirement, index) => {
    const takes = whatOperatorTakes(requirement);
    if (takes === undefined) return [];
    const parameters = { operator: requirement.operator, takes };
    return [report("requirement-values", ["requirements", index, "values"], requirement.values ?? [], parameters)];
  });
  if (findings.length > 0) return findings;
  const onArray = pool.swap.backings?.[0] === "instance-store" ? pool.swap.size : 0;
  const requirements = poolRequirements(architecture, onArray, pool.requirements);
  const index = pool.requirements.findIndex(({ key }) => key === INSTANCE_LOCAL_NVME_KEY);
  if (onArray > 0 && index >= 0 && !ensuresInstanceStore(requirements, onArray)) {
    const least = instanceStoreGigabytes(onArray);
    const values = pool.requirements[index]?.values ?? [];
    const parameters = { least, bound: least - 1 };
    findings.push(report("requirement-local-nvme", ["requirements", index, "values"], values, parameters, ["swap"]));
  }
  return [...findings, ...checkMemory(pool, requirements, report)];
}

function checkMemory(pool: PoolConfig, requirements: readonly Requirement[], report: Report): readonly Finding[] {
  const range = memoryRange(requirements);
  if (range === undefined) {
    const index = pool.requirements.findIndex(({ key }) => key === INSTANCE_MEMORY_KEY);
    const why = "no instance type of EC2 has such an amount of memory";
    return [report("requirements-unmeetable", ["requirements", index], pool.requirements[index]?.values, { why })];
  }
  const threshold = pool.evictionHard["memory.available"] ?? "0";
  if (memoryThresholdBytes(pool.evictionHard, range.smallestBytes) < range.smallestBytes) return [];
  const smallest = `${String(range.smallestBytes / GIB)}Gi`;
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
      return values.length >= minValues ? undefined : `at least ${String(minValues)} values`;
    case "Exists":
    case "DoesNotExist":
      return values.length === 0 ? undefined : "no values";
    case "Gt":
    case "Lt":
    case "Gte":
    case "Lte":
      return values.length === 1 && /^\d+$/.test(values[0] ?? "") ? undefined : "one whole number, in quotes";
  }
}

function checkDisruption({ disruption }: PoolConfig, report: Report): readonly Finding[] {
  return disruption.budgets.flatMap((budget, index) =>
    (budget.schedule === undefined) === (budget.duration === undefined)
      ? []
      : [report("budget-schedule", ["disruption", "budgets", index], budget)],
  );
}
