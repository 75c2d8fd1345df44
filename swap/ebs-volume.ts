// What EC2 demands of an EBS volume's size, iops and throughput, checked before anything is launched with it.
// Rules: https://docs.aws.amazon.com/ebs/latest/userguide/ebs-volume-types.html

/** The SSD volume types, which can be a root volume and carry swap. */
export const VOLUME_TYPES = ["gp3", "io1", "io2"] as const;
/** A type of EBS volume that swap is fast enough on. */
export type VolumeType = (typeof VOLUME_TYPES)[number];

/** Size in GiB, iops in operations per second, throughput in MiB/s; the type's own defaults where not given. */
export interface VolumePerformance {
  readonly type: VolumeType;
  readonly sizeGiB: number;
  readonly iops?: number | undefined;
  readonly throughput?: number | undefined;
}

/** The inclusive range of a value; undefined where the volume type does not take it. */
export interface Range {
  readonly least: number;
  readonly most: number;
}

interface VolumeLimits {
  readonly leastIops: number;
  readonly mostIops: number;
  readonly iopsPerGiB: number;
  readonly leastGiB: number;
  readonly mostGiB: number;
}

const LIMITS: Readonly<Record<VolumeType, VolumeLimits>> = {
  gp3: { leastIops: 3000, mostIops: 80_000, iopsPerGiB: 500, leastGiB: 1, mostGiB: 65_536 },
  io1: { leastIops: 100, mostIops: 64_000, iopsPerGiB: 50, leastGiB: 4, mostGiB: 16_384 },
  io2: { leastIops: 100, mostIops: 256_000, iopsPerGiB: 1000, leastGiB: 4, mostGiB: 65_536 },
};

/** What a gp3 volume has by default. */
export const GP3_BASE = { iops: 3000, throughput: 125 } as const;

/** MiB/s that a gp3 volume can have, and that for each of its iops. */
const GP3_MOST_THROUGHPUT = 2000;
const GP3_THROUGHPUT_PER_IOPS = 0.25;

/**
 * The largest volume that Karpenter's EC2NodeClass takes in `Gi`, and EC2's limit for the type, whichever is smaller.
 * Source: volumeSize, https://github.com/aws/karpenter-provider-aws/blob/v1.15.1/pkg/apis/v1/ec2nodeclass.go
 */
export function mostVolumeGiB(type: VolumeType): number {
  return Math.min(LIMITS[type].mostGiB, 59_000);
}

/** The smallest volume of this type. */
export function leastVolumeGiB(type: VolumeType): number {
  return LIMITS[type].leastGiB;
}

/** The iops that a volume of this type and size takes. */
export function iopsRange({ type, sizeGiB }: Pick<VolumePerformance, "type" | "sizeGiB">): Range {
  const { leastIops, mostIops, iopsPerGiB } = LIMITS[type];
  return { least: leastIops, most: Math.max(leastIops, Math.min(mostIops, sizeGiB * iopsPerGiB)) };
}

/** Whether the type has no iops of its own and must be given some. */
export function needsIops(type: VolumeType): boolean {
  return type !== "gp3";
}

/** The throughput that a volume takes; only gp3 has one to set, at most a quarter MiB/s for each of its iops. */
export function throughputRange({
  type,
  iops = GP3_BASE.iops,
}: Pick<VolumePerformance, "type" | "iops">): Range | undefined {
  if (type !== "gp3") return undefined;
  return {
    least: GP3_BASE.throughput,
    most: Math.max(GP3_BASE.throughput, Math.min(GP3_MOST_THROUGHPUT, Math.floor(iops * GP3_THROUGHPUT_PER_IOPS))),
  };
}
