// Whether the instance store of every type that a pool may use holds a percentage of its RAM.
import { arrayRoomPercent } from "../../swap/array-swap";
import { allowedInstanceTypes } from "../../swap/instance-types";
import { formatQuantity, MIB } from "../../swap/quantity";
import type { Requirement } from "../../swap/vocabulary";
import type { Problem } from "../catalogue/problems";
import type { Report } from "./report";
import type { PoolConfig } from "../schema/pool";

/** A warning that names the type with the least room; with maxSize, or a fixed size, the requirement on NVMe sees to it. */
export function checkArrayShare(
  { swap }: Pick<PoolConfig, "swap">,
  requirements: readonly Requirement[],
  report: Report,
): readonly Problem[] {
  const { size, maxSize, backings } = swap;
  if (size === 0 || "sizeBytes" in size || maxSize !== undefined || backings?.[0] !== "instance-store") return [];
  const [least] = allowedInstanceTypes(requirements)
    .map((type) => ({ type, percent: arrayRoomPercent(type) }))
    .toSorted((left, right) => left.percent - right.percent);
  if (least === undefined || least.percent >= size.memoryPercent) return [];
  const { type, percent } = least;
  const parameters = { type: type.name, percent, memory: formatQuantity(type.memoryMebibytes * MIB) };
  return [report("percent-beyond-instance-store", ["swap", "size"], `${size.memoryPercent}%`, parameters)];
}
