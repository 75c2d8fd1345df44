// The volumes of a pool: are size, iops and throughput such that EC2 makes them?
import {
  GP3_BASE,
  iopsRange,
  mostVolumeGiB,
  needsIops,
  throughputRange,
  type VolumePerformance,
} from "../../swap/ebs-volume";
import { formatQuantity, GIB } from "../../swap/quantity";
import { rootVolumeGiB } from "../../swap/root-volume";
import { mostSwapBytes } from "../../swap/size";
import type { Finding } from "./finding";
import type { Path, Report } from "./report";
import { swapDesign, type PoolConfig } from "../schema/pool";

type VolumeKey = "rootVolume" | "swapVolume";

/** Everything that is wrong with the volumes. */
export function checkVolumes(pool: PoolConfig, report: Report): readonly Finding[] {
  const { rootVolume, swapVolume } = pool;
  const swap = swapDesign(pool.swap);
  const most = swap ? (mostSwapBytes(swap) ?? 0) : 0;
  const computedGiB = rootVolumeGiB(swap?.backings.includes("root-volume") === true ? most : 0);
  const sizeGiB = Math.max(computedGiB, rootVolume.size ?? 0);
  const findings: Finding[] = [];
  if (rootVolume.size !== undefined && rootVolume.size < computedGiB) {
    const parameters = { computed: gibibytes(computedGiB) };
    findings.push(report("root-volume-size", ["rootVolume", "size"], gibibytes(rootVolume.size), parameters, ["swap"]));
  }
  const blame: Path = rootVolume.size === sizeGiB ? ["rootVolume", "size"] : ["swap", "size"];
  findings.push(...checkVolume("rootVolume", { ...rootVolume, sizeGiB }, blame, most, report));
  if (swap?.backings.includes("ebs-volume") === true) {
    const volume = { ...(swapVolume ?? { type: "gp3" as const }), sizeGiB: Math.ceil(most / GIB) };
    findings.push(...checkVolume("swapVolume", volume, ["swap", "size"], most, report));
  } else if (swapVolume !== undefined) {
    findings.push(report("swap-volume-unused", ["swapVolume"], swapVolume, {}, ["swap"]));
  }
  for (const [key, volume] of [["rootVolume", rootVolume] as const, ["swapVolume", swapVolume] as const]) {
    if (volume?.kmsKeyId !== undefined) findings.push(report("kms-key-grant", [key, "kmsKeyId"], volume.kmsKeyId));
  }
  return findings;
}

function checkVolume(
  key: VolumeKey,
  volume: VolumePerformance,
  sizePath: Path,
  swapBytes: number,
  report: Report,
): readonly Finding[] {
  const { type, sizeGiB, iops } = volume;
  const size = gibibytes(sizeGiB);
  const behind: Path[] = [["swap"], [key, "size"], [key, "type"]];
  if (sizeGiB > mostVolumeGiB(type)) {
    const parameters = { computed: size, type, most: gibibytes(mostVolumeGiB(type)) };
    const value = sizePath[0] === "swap" ? formatQuantity(swapBytes) : size;
    return [report("volume-too-large", sizePath, value, parameters, ...behind)];
  }
  const range = iopsRange(volume);
  const findings: Finding[] = [];
  if (iops === undefined && needsIops(type)) {
    findings.push(report("volume-iops-missing", [key, "iops"], undefined, { type, size, ...range }, ...behind));
  }
  if (iops !== undefined && (iops < range.least || iops > range.most)) {
    findings.push(report("volume-iops", [key, "iops"], iops, { type, size, ...range }, ...behind));
  }
  return [...findings, ...checkThroughput(key, volume, report)];
}

function checkThroughput(key: VolumeKey, volume: VolumePerformance, report: Report): readonly Finding[] {
  const { type, iops = GP3_BASE.iops, throughput } = volume;
  if (throughput === undefined) return [];
  const range = throughputRange(volume);
  const path = [key, "throughput"];
  if (range === undefined) return [report("volume-throughput-type", path, throughput, { type }, [key, "type"])];
  if (throughput >= range.least && throughput <= range.most) return [];
  return [report("volume-throughput", path, throughput, { iops, ...range }, [key, "iops"], [key, "type"])];
}

function gibibytes(size: number): string {
  return `${size}Gi`;
}
