// The volumes of a pool: are size, iops and throughput such that EC2 makes them?
import {
  GP3_BASE,
  iopsRange,
  leastVolumeGiB,
  mostVolumeGiB,
  needsIops,
  throughputRange,
  type VolumePerformance,
} from "../../swap/ebs-volume";
import { formatQuantity, GIB } from "../../swap/quantity";
import { rootVolumeGiB } from "../../swap/root-volume";
import { mostSwapBytes } from "../../swap/size";
import type { Problem } from "../catalogue/problems";
import type { Path, Report } from "./report";
import { swapDesign, type PoolConfig } from "../schema/pool";

type VolumeKey = "rootVolume" | "swapVolume";

type Volumes = Pick<PoolConfig, "rootVolume" | "swapVolume">;

/** Everything that is wrong with size and rates of the volumes. */
export function checkVolumes(pool: Volumes & Pick<PoolConfig, "swap">, report: Report): readonly Problem[] {
  const { rootVolume, swapVolume } = pool;
  const swap = swapDesign(pool.swap);
  const most = swap ? (mostSwapBytes(swap) ?? 0) : 0;
  const computedGiB = rootVolumeGiB(swap?.backings.includes("root-volume") === true ? most : 0);
  const sizeGiB = Math.max(computedGiB, rootVolume.size ?? 0);
  const problems: Problem[] = [];
  if (rootVolume.size !== undefined && rootVolume.size < computedGiB) {
    const parameters = { computed: gibibytes(computedGiB) };
    problems.push(report("root-volume-size", ["rootVolume", "size"], gibibytes(rootVolume.size), parameters));
  }
  const blame: Path = rootVolume.size === sizeGiB ? ["rootVolume", "size"] : ["swap", "size"];
  problems.push(...checkVolume("rootVolume", { ...rootVolume, sizeGiB }, blame, most, report));
  if (swap?.backings.includes("ebs-volume") === true) {
    const volume = { ...(swapVolume ?? { type: "gp3" as const }), sizeGiB: Math.ceil(most / GIB) };
    problems.push(...checkVolume("swapVolume", volume, ["swap", "size"], most, report));
  } else if (swapVolume !== undefined) {
    problems.push(report("swap-volume-unused", ["swapVolume"], swapVolume));
  }
  return problems;
}

/** A key needs a grant that the program does not make. */
export function checkKeys({ rootVolume, swapVolume }: Volumes, report: Report): readonly Problem[] {
  return Object.entries({ rootVolume, swapVolume }).flatMap(([key, volume]) =>
    volume?.kmsKeyId === undefined ? [] : [report("kms-key-grant", [key, "kmsKeyId"], volume.kmsKeyId)],
  );
}

function checkVolume(
  key: VolumeKey,
  volume: VolumePerformance,
  sizePath: Path,
  swapBytes: number,
  report: Report,
): readonly Problem[] {
  const { type, sizeGiB, iops } = volume;
  const size = gibibytes(sizeGiB);
  if (sizeGiB > mostVolumeGiB(type)) {
    const parameters = { computed: size, type, most: gibibytes(mostVolumeGiB(type)) };
    const value = sizePath[0] === "swap" ? formatQuantity(swapBytes) : size;
    return [report("volume-too-large", sizePath, value, parameters)];
  }
  const range = iopsRange(volume);
  const problems: Problem[] = [];
  // The size of a percentage without maxSize is not known, which is a problem of its own.
  if (sizeGiB > 0 && sizeGiB < leastVolumeGiB(type)) {
    const parameters = { computed: size, type, least: gibibytes(leastVolumeGiB(type)) };
    problems.push(report("volume-too-small", sizePath, formatQuantity(swapBytes), parameters));
  }
  if (iops === undefined && needsIops(type)) {
    problems.push(report("volume-iops-missing", [key, "iops"], undefined, { type, size, ...range }));
  }
  if (iops !== undefined && (iops < range.least || iops > range.most)) {
    problems.push(report("volume-iops", [key, "iops"], iops, { type, size, ...range }));
  }
  return [...problems, ...checkThroughput(key, volume, report)];
}

function checkThroughput(key: VolumeKey, volume: VolumePerformance, report: Report): readonly Problem[] {
  const { type, iops = GP3_BASE.iops, throughput } = volume;
  if (throughput === undefined) return [];
  const range = throughputRange(volume);
  const path = [key, "throughput"];
  if (range === undefined) return [report("volume-throughput-type", path, throughput, { type })];
  if (throughput >= range.least && throughput <= range.most) return [];
  return [report("volume-throughput", path, throughput, { iops, ...range })];
}

function gibibytes(size: number): string {
  return `${size}Gi`;
}
