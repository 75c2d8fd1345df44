// The volumes of a pool: are size, iops and throughput such that EC2 makes them?
import { z } from "zod";
import {
  GP3_BASE,
  iopsRange,
  leastVolumeGiB,
  mostVolumeGiB,
  needsIops,
  throughputRange,
  type VolumeType,
} from "../../swap/ebs-volume";
import { formatQuantity, GIB } from "../../swap/quantity";
import { rootVolumeGiB } from "../../swap/root-volume";
import { mostSwapBytes } from "../../swap/size";
import type { Problem } from "../catalogue/problems";
import { check, type Check, type Path, type Report } from "./report";
import { rootVolumeSchema, swapDesign, swapSchema, swapVolumeSchema, type PoolConfig } from "../schema/pool";

type VolumeKey = "rootVolume" | "swapVolume";

interface SizedVolume {
  readonly type: VolumeType;
  readonly sizeGiB: number;
}

// Each rule needs only the keys that it judges, so that a fault in one of them hides no other.
const swapSizes = { swap: swapSchema.pick({ size: true, maxSize: true, backings: true }).strip() };
const rootType = rootVolumeSchema.pick({ type: true, size: true }).strip();
const swapType = swapVolumeSchema.pick({ type: true }).strip();
const iops = { iops: true } as const;
const rate = { type: true, throughput: true } as const;
const key = { kmsKeyId: true } as const;

const volumeSchemas = {
  size: z.object({ ...swapSizes, rootVolume: rootType.prefault({}) }),
  swapSize: z.object({ ...swapSizes, swapVolume: swapType.optional() }),
  iops: z.object({
    ...swapSizes,
    rootVolume: rootType.extend(rootVolumeSchema.pick(iops).shape).prefault({}),
  }),
  swapIops: z.object({ ...swapSizes, swapVolume: swapType.extend(swapVolumeSchema.pick(iops).shape).optional() }),
};

/** Everything that is wrong with sizes, rates and keys of the volumes. */
export function volumeChecks(report: Report): readonly Check[] {
  return [
    check(volumeSchemas.size, (pool) => checkRootSize(pool, report)),
    check(volumeSchemas.iops, ({ swap, rootVolume }) =>
      checkIops("rootVolume", rootVolume.iops, rootOf(swap, rootVolume), report),
    ),
    ...ratesChecks("rootVolume", report),
    check(volumeSchemas.swapSize, (pool) => checkSwapSize(pool, report)),
    check(volumeSchemas.swapIops, ({ swap, swapVolume }) => {
      const volume = swapOf(swap, swapVolume);
      return volume === undefined ? [] : checkIops("swapVolume", swapVolume?.iops, volume, report);
    }),
    ...ratesChecks("swapVolume", report),
    ...(["rootVolume", "swapVolume"] as const).map((volume) => keyCheck(volume, report)),
  ];
}

function rootOf(
  swap: Parameters<typeof swapDesign>[0],
  { type, size = 0 }: Pick<PoolConfig["rootVolume"], "type" | "size">,
): SizedVolume {
  return { type, sizeGiB: Math.max(computedRootGiB(swap), size) };
}

function computedRootGiB(given: Parameters<typeof swapDesign>[0]): number {
  const swap = swapDesign(given);
  return rootVolumeGiB(swap?.backings.includes("root-volume") === true ? (mostSwapBytes(swap) ?? 0) : 0);
}

/** Undefined where no backing needs it. */
function swapOf(
  given: Parameters<typeof swapDesign>[0],
  { type }: { readonly type: VolumeType } = { type: "gp3" },
): SizedVolume | undefined {
  const swap = swapDesign(given);
  if (swap?.backings.includes("ebs-volume") !== true) return undefined;
  return { type, sizeGiB: Math.ceil((mostSwapBytes(swap) ?? 0) / GIB) };
}

function checkRootSize({ swap, rootVolume }: z.output<typeof volumeSchemas.size>, report: Report): readonly Problem[] {
  const computedGiB = computedRootGiB(swap);
  const { sizeGiB, type } = rootOf(swap, rootVolume);
  const problems: Problem[] = [];
  if (rootVolume.size !== undefined && rootVolume.size < computedGiB) {
    const parameters = { computed: gibibytes(computedGiB) };
    problems.push(report("root-volume-size", ["rootVolume", "size"], gibibytes(rootVolume.size), parameters));
  }
  const blame: Path = rootVolume.size === sizeGiB ? ["rootVolume", "size"] : ["swap", "size"];
  return [...problems, ...checkSize({ type, sizeGiB }, blame, swap, report)];
}

function checkSwapSize(
  { swap, swapVolume }: z.output<typeof volumeSchemas.swapSize>,
  report: Report,
): readonly Problem[] {
  const volume = swapOf(swap, swapVolume);
  if (volume !== undefined) return checkSize(volume, ["swap", "size"], swap, report);
  return swapVolume === undefined ? [] : [report("swap-volume-unused", ["swapVolume"], swapVolume)];
}

function checkSize(
  { type, sizeGiB }: SizedVolume,
  path: Path,
  given: Parameters<typeof swapDesign>[0],
  report: Report,
): readonly Problem[] {
  const swap = swapDesign(given);
  const computed = gibibytes(sizeGiB);
  const value = path[0] === "swap" ? formatQuantity(swap ? (mostSwapBytes(swap) ?? 0) : 0) : computed;
  if (sizeGiB > mostVolumeGiB(type)) {
    return [report("volume-too-large", path, value, { computed, type, most: gibibytes(mostVolumeGiB(type)) })];
  }
  // The size of a percentage without maxSize is not known, which is a problem of its own.
  if (sizeGiB === 0 || sizeGiB >= leastVolumeGiB(type)) return [];
  return [report("volume-too-small", path, value, { computed, type, least: gibibytes(leastVolumeGiB(type)) })];
}

function checkIops(
  volumeKey: VolumeKey,
  given: number | undefined,
  volume: SizedVolume,
  report: Report,
): readonly Problem[] {
  const { type, sizeGiB } = volume;
  if (sizeGiB > mostVolumeGiB(type)) return [];
  const parameters = { type, size: gibibytes(sizeGiB), ...iopsRange(volume) };
  const path = [volumeKey, "iops"];
  if (given === undefined) return needsIops(type) ? [report("volume-iops-missing", path, undefined, parameters)] : [];
  return given < parameters.least || given > parameters.most ? [report("volume-iops", path, given, parameters)] : [];
}

/** Throughput depends on no size, and whether the type takes one on no iops. */
function ratesChecks(volumeKey: VolumeKey, report: Report): readonly Check[] {
  const volumeSchema = volumeKey === "rootVolume" ? rootVolumeSchema : swapVolumeSchema;
  const path = [volumeKey, "throughput"];
  return [
    check(z.object({ [volumeKey]: volumeSchema.pick(rate).strip() }), ({ [volumeKey]: volume }) => {
      if (volume?.throughput === undefined || throughputRange(volume) !== undefined) return [];
      return [report("volume-throughput-type", path, volume.throughput, { type: volume.type })];
    }),
    check(z.object({ [volumeKey]: volumeSchema.pick({ ...rate, iops: true }).strip() }), ({ [volumeKey]: volume }) => {
      if (volume?.throughput === undefined) return [];
      const { iops: operations = GP3_BASE.iops, throughput } = volume;
      const range = throughputRange(volume);
      if (range === undefined || (throughput >= range.least && throughput <= range.most)) return [];
      return [report("volume-throughput", path, throughput, { iops: operations, ...range })];
    }),
  ];
}

/** A key needs a grant that the program does not make. */
function keyCheck(volumeKey: VolumeKey, report: Report): Check {
  const volumeSchema = swapVolumeSchema.pick(key).strip();
  return check(z.object({ [volumeKey]: volumeSchema }), ({ [volumeKey]: volume }) =>
    volume?.kmsKeyId === undefined ? [] : [report("kms-key-grant", [volumeKey, "kmsKeyId"], volume.kmsKeyId)],
  );
}

function gibibytes(size: number): string {
  return `${size}Gi`;
}
