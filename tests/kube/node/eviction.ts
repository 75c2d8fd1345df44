// A pod that outgrows what the node can give: does the kernel swap before the kubelet evicts, as the plan says?
import { setTimeout as sleep } from "node:timers/promises";
import { evictionOutlook, kubeReservedMemoryBytes, type EvictionOutlook } from "../../../swap/eviction";
import { MIB } from "../../../swap/quantity";
import { watermarks, type AutomaticWatermarks } from "../../../swap/watermarks";
import { inMachine } from "../../boot/exercises";
import type { Machine } from "../../boot/machine";
import { MAX_PODS } from "./node";
import { container, podOf, statuses, type Pods } from "./pods";
import { type Sample, startSampling, stopSampling, usedSwap } from "./samples";

export const EVICTION_HARD = { "memory.available": "100Mi", "nodefs.available": "10%", "nodefs.inodesFree": "5%" };

/**
 * The hog of every case, in MiB: Burstable, without a limit. It ends above the limit of all pods, so that it must swap or
 * be evicted; near that point it grows by half the eviction threshold between two looks of the kubelet, every 10 s. At
 * the end it touches all that it has at full speed.
 */
const HOG = { requestMiB: 1024, needMiB: 3500, fastMiB: 2900, stepMiB: 5 } as const;

/** Less is what the kernel swaps out of the start of a pod, not of pressure. */
const NOTICEABLE_SWAP = 4 * MIB;

type First = "swap" | "eviction" | "OOM kill" | "nothing";

/** What was seen; times in seconds after the hog's start. */
export interface EvictionRun {
  /** What the plan tells of these sysctls before there is a node, of a node of this nominal RAM. */
  readonly planned: "swap" | "eviction";
  readonly first: First;
  readonly swapAt: number | null;
  readonly evictionAt: number | null;
  /** The signal that the kubelet acted on, from its log. */
  readonly signal: string | null;
  readonly oomKillAt: number | null;
  readonly memoryPressureAt: number | null;
  readonly usedSwapAtEviction: number | null;
  readonly mostUsedSwap: number;
  /** How the hog's pod ended: `Succeeded`, `Evicted`, `OOMKilled`. */
  readonly hog: string;
  /** The rule with the numbers of this node instead of assumed ones. */
  readonly outlook: EvictionOutlook;
  readonly systemUseBytes: number;
  readonly sysctls: AutomaticWatermarks;
  readonly samples: readonly Sample[];
}

/** Runs the hog to its end. */
export async function runHog(machine: Machine, pods: Pods, planned: EvictionRun["planned"]): Promise<EvictionRun> {
  await startSampling(machine);
  await sleep(2000);
  const args = [
    `-take=${HOG.needMiB}`,
    `-fast=${HOG.fastMiB}`,
    `-step=${HOG.stepMiB}`,
    "-pause=1s",
    "-hold=15s",
    "-again",
  ];
  const resources = { requests: { memory: `${HOG.requestMiB}Mi` } };
  await pods.create(podOf("hog", { containers: [container("hog", { args, resources })] }));
  const [ended] = await pods.untilEach("the hog has ended", ({ status }) => /Succeeded|Failed/.test(status.phase));
  // The node's condition follows within one more look of the kubelet.
  await sleep(12_000);
  const node = await pods.readyNode();
  const samples = await stopSampling(machine);
  const log = await inMachine(
    machine,
    "journalctl -b -u kubelet -o short-unix --no-pager | grep -i 'eviction manager' || true",
  );
  const condition = node.status.conditions.find(({ type }) => type === "MemoryPressure");
  const start = samples.find(({ container: one }) => one !== null)?.at ?? Number.NaN;
  const after = (at: number | undefined): number | null =>
    at === undefined ? null : Math.round((at - start) * 10) / 10;
  const [before] = samples;
  if (ended === undefined || before === undefined) throw new Error("nothing was seen of the hog");
  const eviction = readEviction(log);
  const swapAt = samples.find((sample) => usedSwap(sample) - usedSwap(before) >= NOTICEABLE_SWAP)?.at;
  const oomKillAt = samples.find(({ counters }) => counters.oom_kill > before.counters.oom_kill)?.at;
  const sysctls = await readSysctls(machine);
  const systemUseBytes = systemUse(before);
  return {
    planned,
    first: firstOf({ swap: swapAt, eviction: eviction?.at, "OOM kill": oomKillAt }),
    swapAt: after(swapAt),
    evictionAt: after(eviction?.at),
    signal: eviction?.signal ?? null,
    oomKillAt: after(oomKillAt),
    memoryPressureAt: condition?.status === "True" ? after(Date.parse(condition.lastTransitionTime) / 1000) : null,
    usedSwapAtEviction: eviction === undefined ? null : usedSwapAt(samples, eviction.at),
    mostUsedSwap: Math.max(...samples.map(usedSwap)),
    hog: ended.status.reason ?? statuses(ended)[0]?.state.terminated?.reason ?? ended.status.phase,
    outlook: evictionOutlook(before.node.MemTotal, watermarks(before.node.MemTotal, sysctls), EVICTION_HARD, {
      reservedBytes: kubeReservedMemoryBytes(MAX_PODS),
      systemUseBytes,
      podsMemoryHighBytes: await readPodsHigh(machine),
    }),
    systemUseBytes,
    sysctls,
    samples,
  };
}

/** Memory that is neither free nor of pods. The system's page cache is in it: it goes only when the kernel reclaims. */
function systemUse({ node, pods }: Sample): number {
  return node.MemTotal - node.MemFree - (pods?.current ?? 0);
}

function usedSwapAt(samples: readonly Sample[], at: number): number | null {
  const sample = samples.findLast((candidate) => candidate.at <= at);
  return sample === undefined ? null : usedSwap(sample);
}

function firstOf(times: Readonly<Record<Exclude<First, "nothing">, number | undefined>>): First {
  const order = (["swap", "eviction", "OOM kill"] as const).filter((name) => times[name] !== undefined);
  return order.toSorted((one, other) => (times[one] ?? 0) - (times[other] ?? 0))[0] ?? "nothing";
}

async function readSysctls(machine: Machine): Promise<AutomaticWatermarks> {
  const output = await inMachine(machine, "cat /proc/sys/vm/min_free_kbytes /proc/sys/vm/watermark_scale_factor");
  const [minFreeKbytes = Number.NaN, watermarkScaleFactor = Number.NaN] = output.trim().split("\n").map(Number);
  return { minFreeKbytes, watermarkScaleFactor };
}

/** memory.high of all pods in bytes; Infinity where none is set. */
async function readPodsHigh(machine: Machine): Promise<number> {
  const text = (await inMachine(machine, "cat /sys/fs/cgroup/kubepods.slice/memory.high")).trim();
  return text === "max" ? Infinity : Number(text);
}

/** The first time that the kubelet set about to reclaim memory, and the signal that was below its threshold. */
function readEviction(log: string): { readonly at: number; readonly signal: string } | undefined {
  const lines = log.split("\n");
  const index = lines.findIndex((line) => line.includes("attempting to reclaim") && line.includes("memory"));
  const line = lines[index];
  if (line === undefined) return undefined;
  const met = lines
    .slice(0, index)
    .findLast((candidate) => /threshold.*signal="[a-zA-Z]*[mM]emory\.available"/.test(candidate));
  return { at: Number(line.split(" ")[0]), signal: /signal="([^"]+)"/.exec(met ?? "")?.[1] ?? "unknown" };
}
