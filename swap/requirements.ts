// Which instance types a pool may use: the requirements of its NodePool, and the range of RAM that they allow.
import { allowedInstanceTypes, INSTANCE_TYPES, type InstanceType } from "./instance-types";
import { GIB, MIB } from "./quantity";
import { allowsValue } from "./requirement";
import type { Requirement } from "./vocabulary";

/** Labels that Karpenter puts on instance types. Source: https://karpenter.sh/docs/concepts/scheduling/#well-known-labels */
export const INSTANCE_MEMORY_KEY = "karpenter.k8s.aws/instance-memory";
export const INSTANCE_LOCAL_NVME_KEY = "karpenter.k8s.aws/instance-local-nvme";

/** Room in bytes on the array, besides the swap file, for what it also holds: images, writable layers, pod logs. */
export const ARRAY_ROOM_BYTES = 20 * GIB;
export const GIGABYTE = 1e9;

/** RAM of EC2's smallest and largest instance types, t4g.nano and u7inh-32tb, in MiB. */
const LEAST_MEBIBYTES = 512;
const MOST_MEBIBYTES = (32_768 * GIB) / MIB;

/** The smallest and the largest nominal RAM in bytes of the instance types that a pool may use. */
export interface MemoryRange {
  readonly smallestBytes: number;
  readonly largestBytes: number;
}

/**
 * The requirements of a pool: the defaults, each replaced by what the pool says for its key, then the pool's others.
 * @param swapOnArrayBytes size of the swap file on the instance store, 0 when that is not the first backing
 */
export function poolRequirements(
  architecture: string,
  swapOnArrayBytes: number,
  ofPool: readonly Requirement[],
): readonly Requirement[] {
  const defaults: readonly Requirement[] = [
    { key: "kubernetes.io/arch", operator: "In", values: [architecture] },
    { key: "kubernetes.io/os", operator: "In", values: ["linux"] },
    { key: "karpenter.sh/capacity-type", operator: "In", values: ["on-demand"] },
    { key: "karpenter.k8s.aws/instance-category", operator: "In", values: ["c", "m", "r"] },
    { key: "karpenter.k8s.aws/instance-generation", operator: "Gt", values: ["4"] },
    { key: "karpenter.k8s.aws/instance-hypervisor", operator: "In", values: ["nitro"] },
    ...(swapOnArrayBytes > 0 ? [instanceStoreRequirement(swapOnArrayBytes)] : []),
  ];
  const given = new Set(ofPool.map(({ key }) => key));
  return [...defaults.filter(({ key }) => !given.has(key)), ...ofPool];
}

/** Instance types with enough NVMe for the swap file and 20 GiB more; `Gt`, because `Gte` needs Karpenter 1.15. */
export function instanceStoreRequirement(swapFileBytes: number): Requirement {
  return { key: INSTANCE_LOCAL_NVME_KEY, operator: "Gt", values: [String(instanceStoreGigabytes(swapFileBytes) - 1)] };
}

/** The least NVMe for a swap file on the array, in decimal gigabytes as the label counts them. */
export function instanceStoreGigabytes(swapFileBytes: number): number {
  return Math.ceil((swapFileBytes + ARRAY_ROOM_BYTES) / GIGABYTE);
}

/** Whether requirements leave only instance types with enough NVMe for the swap file. */
export function ensuresInstanceStore(requirements: readonly Requirement[], swapFileBytes: number): boolean {
  const least = instanceStoreGigabytes(swapFileBytes);
  return requirements.some(({ key, operator, values = [] }) => {
    if (key !== INSTANCE_LOCAL_NVME_KEY) return false;
    const smallest = Math.min(...values.map(Number));
    if (operator === "In") return values.length > 0 && smallest >= least;
    return (operator === "Gt" && smallest >= least - 1) || (operator === "Gte" && smallest >= least);
  });
}

/** The range of RAM of the instance types that requirements allow; undefined when no known type satisfies them. */
export function memoryRange(requirements: readonly Requirement[]): MemoryRange | undefined {
  const sizes = memorySizes(requirements);
  const [smallest, largest] = [sizes.at(0), sizes.at(-1)];
  if (smallest === undefined || largest === undefined) return undefined;
  return { smallestBytes: smallest, largestBytes: largest };
}

/**
 * Every nominal RAM in bytes of the instance types that requirements allow, in order.
 * @param types the types of the data file when left out, which a plan is always made with
 */
export function memorySizes(
  requirements: readonly Requirement[],
  types: readonly InstanceType[] = INSTANCE_TYPES,
): readonly number[] {
  const known = allowedInstanceTypes(requirements, types).map(({ memoryMebibytes }) => memoryMebibytes);
  const sizes = new Set([...known, ...newSizes(requirements, types)].map((mebibytes) => mebibytes * MIB));
  return [...sizes].toSorted((left, right) => left - right);
}

/** Sizes that are required by name and that no known type has: those of types that are newer than the data. */
function newSizes(requirements: readonly Requirement[], types: readonly InstanceType[]): readonly number[] {
  const onMemory = requirements.filter(({ key }) => key === INSTANCE_MEMORY_KEY);
  return onMemory
    .flatMap(({ operator, values = [] }) => (operator === "In" ? values : []))
    .filter((value) => onMemory.every((requirement) => allowsValue(requirement, value)))
    .map(Number)
    .filter((value) => types.every(({ memoryMebibytes }) => memoryMebibytes !== value));
}

/** Whether some amount of memory that EC2 could offer, known as a type's or not, satisfies the requirements on it. */
export function isMemoryMeetable(requirements: readonly Requirement[]): boolean {
  const onMemory = requirements.filter(({ key }) => key === INSTANCE_MEMORY_KEY);
  // Where there is room at all, there is some next to a bound, or at an end of what EC2 offers.
  const nearBounds = onMemory
    .flatMap(({ values = [] }) => values.map(Number))
    .flatMap((value) => [value - 1, value, value + 1]);
  return [LEAST_MEBIBYTES, MOST_MEBIBYTES, ...nearBounds]
    .filter((mebibytes) => mebibytes >= LEAST_MEBIBYTES && mebibytes <= MOST_MEBIBYTES)
    .some((mebibytes) => onMemory.every((requirement) => allowsValue(requirement, String(mebibytes))));
}
