// The jobs of peaks on the kernel and processor of the machine that measures: their program alone, in one cgroup with less
// RAM than they need, with a disk as slow as a volume.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { JOBS, type Peak, parametersOf } from "../peaks/jobs";

/** As large as the swap of the nodes of peaks. */
const SWAP_MIB = 4096;

/** What memory.high leaves to the pods of such a node, to 16 MiB. */
const RAM_MIB = 3216;

/** The base rate of gp3, half of it each way: cgroup v1 has no limit of both together. */
const OPERATIONS = 1500;
const BYTES = 62.5 * 2 ** 20;

/** By each job: more than half of them are in RAM. */
const SCATTERED_PAGES = 40_000;

/** Most RAM of zswap's pages on such a node, 20 % of 4 GiB. */
const ZSWAP_POOL_MIB = 819;

const PAGE_CLUSTER = "/proc/sys/vm/page-cluster";
const ZSWAP = "/sys/module/zswap/parameters";

/** How a job touches its memory at the end: all of it from its begin on, or some pages anywhere. */
export const TOUCHES = ["sequentially", "at random"] as const;

export type Touch = (typeof TOUCHES)[number];

const PARAMETER_OF: Readonly<Record<Touch, string>> = {
  sequentially: "-again",
  "at random": `-scattered=${SCATTERED_PAGES}`,
};

/** One batch on this machine. */
export interface HostBatch {
  readonly seconds: number;
  readonly majorFaults: number;
  /** Read from the disk, needed or not. */
  readonly readMiB: number;
}

/** How swap is read back. */
export interface Reading {
  /** At most 2 ** pageCluster pages at once. */
  readonly pageCluster: number;
  readonly zswap: boolean;
}

/** Where a batch runs. */
export interface Host {
  /** With little RAM, and swap. */
  readonly swap: (program: string, peaks: readonly Peak[], touch: Touch, reading: Reading) => Promise<HostBatch>;
  /** With RAM for all, touched sequentially. */
  readonly ram: (program: string, peaks: readonly Peak[]) => Promise<HostBatch>;
}

/**
 * Swap and cgroups while `work` runs. They go when this process does, however it ends.
 * @throws Error when this machine has swap of its own, no cgroup v1, or less than root's rights
 */
export async function withSwap(work: (host: Host) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "eks-swap-bench-"));
  const holder = spawn(join(__dirname, "hold-swap.sh"), [folder, SWAP_MIB, OPERATIONS, BYTES].map(String), {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = once(holder, "exit");
  try {
    const groups: string[] = [];
    for await (const group of createInterface(holder.stdout)) if (groups.push(group) === 2) break;
    const [memory] = groups;
    if (memory === undefined || groups.length < 2) throw new Error("swap cannot be held on this machine");
    const majorFaults = () => counter(join(memory, "memory.stat"), "total_pgmajfault");
    await work({
      swap: async (program, peaks, touch, { pageCluster, zswap }) => {
        writeFileSync(PAGE_CLUSTER, String(pageCluster));
        // A node's pods pay for what zswap holds of theirs; cgroup v1 does not count that
        // (obj_cgroup_charge_zswap, https://github.com/torvalds/linux/blob/v6.12/mm/memcontrol.c).
        const ramMiB = RAM_MIB - setZswap(zswap);
        writeFileSync(join(memory, "memory.limit_in_bytes"), String(ramMiB * 2 ** 20));
        return runBatch(program, peaks, touch, groups, majorFaults);
      },
      ram: (program, peaks) => runBatch(program, peaks, "sequentially", [], () => 0),
    });
  } finally {
    holder.stdin.end();
    await ended;
    rmSync(folder, { recursive: true });
  }
}

/**
 * zswap off, or on with as large a pool as whole percents of this machine's RAM allow.
 * @returns the pool in MiB
 * @throws Error when this machine has no zswap, or so much RAM that one percent is more than that of a node
 */
function setZswap(on: boolean): number {
  const enabled = join(ZSWAP, "enabled");
  if (!on) {
    if (existsSync(enabled)) writeFileSync(enabled, "N");
    return 0;
  }
  if (!existsSync(enabled)) throw new Error("this machine's kernel has no zswap");
  const percentMiB = totalmem() / 2 ** 20 / 100;
  const percent = Math.floor(ZSWAP_POOL_MIB / percentMiB);
  if (percent === 0) throw new Error(`one percent of this machine's RAM is more than ${ZSWAP_POOL_MIB} MiB for zswap`);
  writeFileSync(join(ZSWAP, "max_pool_percent"), String(percent));
  writeFileSync(enabled, "Y");
  return Math.floor(percent * percentMiB);
}

/** All jobs at once, until the last has ended. */
async function runBatch(
  program: string,
  peaks: readonly Peak[],
  touch: Touch,
  groups: readonly string[],
  majorFaults: () => number,
): Promise<HostBatch> {
  const readPages = () => counter("/proc/vmstat", "pswpin");
  const before = { majorFaults: majorFaults(), readPages: readPages() };
  const began = performance.now();
  await Promise.all(peaks.map((peak) => runJob(groups, [program, ...parametersOf(peak), PARAMETER_OF[touch]])));
  return {
    seconds: (performance.now() - began) / 1000,
    majorFaults: majorFaults() - before.majorFaults,
    readMiB: ((readPages() - before.readPages) * 4096) / 2 ** 20,
  };
}

async function runJob(groups: readonly string[], command: readonly string[]): Promise<void> {
  const job = spawn(join(__dirname, "in-cgroups.sh"), [String(groups.length), ...groups, ...command], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  await once(job, "exit");
  const { exitCode, signalCode } = job;
  if (exitCode !== 0)
    throw new Error(`one of ${JOBS} jobs ended with ${exitCode ?? String(signalCode)}: none may be lost`);
}

function counter(file: string, name: string): number {
  const value = new RegExp(`^${name} (\\d+)$`, "m").exec(readFileSync(file, "utf8"))?.[1];
  if (value === undefined) throw new Error(`${file} has no ${name}`);
  return Number(value);
}
