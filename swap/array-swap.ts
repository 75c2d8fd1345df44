// Swap on the instance store: a percentage of RAM may be more than the disks of an instance type hold.
import { allowedInstanceTypes, INSTANCE_TYPES, type InstanceType } from "./instance-types";
import { MIB } from "./quantity";
import { ARRAY_ROOM_BYTES, GIGABYTE } from "./requirements";
import { swapBytes, type SwapSize } from "./size";
import type { Backing, Requirement } from "./vocabulary";

/** Which swap, and on which instance types. */
export interface PoolSwap {
  readonly swap: SwapSize & { readonly backings: readonly Backing[] };
  readonly requirements: readonly Requirement[];
}

/**
 * Swap in bytes on the node of this RAM that has least of it: what the size says, or where the array comes first what its
 * disks hold after 20 GiB are reserved, since the node cuts the file to that before it tries another backing.
 * @param types those of the data file when left out
 */
export function leastSwapBytes(
  { swap, requirements }: PoolSwap,
  memTotalBytes: number,
  types: readonly InstanceType[] = INSTANCE_TYPES,
): number {
  const asked = swapBytes(swap, memTotalBytes);
  if (swap.backings[0] !== "instance-store") return asked;
  const rooms = allowedInstanceTypes(requirements, types)
    .filter(({ memoryMebibytes }) => memoryMebibytes * MIB === memTotalBytes)
    .map(arrayRoomBytes);
  return Math.min(asked, ...rooms);
}

/** The most swap in whole MiB that the array of an instance type holds. */
export function arrayRoomBytes({ localNvmeGigabytes }: InstanceType): number {
  return Math.max(0, Math.floor((localNvmeGigabytes * GIGABYTE - ARRAY_ROOM_BYTES) / MIB)) * MIB;
}

/** The largest whole percentage of RAM that the array of an instance type holds. */
export function arrayRoomPercent(type: InstanceType): number {
  return Math.floor((arrayRoomBytes(type) * 100) / (type.memoryMebibytes * MIB));
}
