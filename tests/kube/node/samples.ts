// Memory and swap of a node over time, sampled inside the machine and stamped by its clock.
import { z } from "zod";
import { inMachine } from "../../boot/exercises";
import type { Machine } from "../../boot/machine";
import { MOUNT_POINT } from "./disk";

const amount = z.number().nullable();
const group = z.object({
  current: z.number(),
  max: amount,
  swap: z.number(),
  swapMax: amount,
  inactive_file: z.number(),
});

/** One look at the node; all amounts in bytes, the counters as the kernel counts them. */
export const sampleSchema = z.object({
  /** Seconds since 1970. */
  at: z.number(),
  node: z.object({
    MemTotal: z.number(),
    MemFree: z.number(),
    MemAvailable: z.number(),
    SwapTotal: z.number(),
    SwapFree: z.number(),
  }),
  root: z.object({ anon: z.number(), file: z.number(), inactive_file: z.number() }),
  counters: z.object({ pswpin: z.number(), pswpout: z.number(), oom_kill: z.number() }),
  /** All pods; null before the first one. */
  pods: group.nullable(),
  /** The one container; null before and after it. */
  container: group.nullable(),
});

export type Sample = z.infer<typeof sampleSchema>;

const FILE = "/run/rig/samples.jsonl";
const UNIT = "rig-samples";

/** Starts to sample. There may be one container at a time beside the sandboxes. */
export async function startSampling(machine: Machine): Promise<void> {
  await inMachine(
    machine,
    `systemd-run --quiet --collect --slice=rig.slice --unit=${UNIT} --property=MemorySwapMax=0 python3 ${MOUNT_POINT}/sample.py ${FILE}
     echo -1000 > "/proc/$(systemctl show --property=MainPID --value rig-agent.service)/oom_score_adj"`,
  );
}

/** Ends sampling and gives what was seen. */
export async function stopSampling(machine: Machine): Promise<readonly Sample[]> {
  const lines = await inMachine(machine, `systemctl stop ${UNIT}.service; cat ${FILE}`);
  return lines
    .trim()
    .split("\n")
    .map((line) => sampleSchema.parse(JSON.parse(line)));
}

/** Swap in use, in bytes. */
export function usedSwap({ node }: Sample): number {
  return node.SwapTotal - node.SwapFree;
}
