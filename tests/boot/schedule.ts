// How many machines run side by side, and which scenario is next.
import { availableParallelism, freemem } from "node:os";
import { MACHINE_PROCESSORS } from "./machine";

/** Memory in bytes that one machine takes of the host: its RAM and QEMU's translated code. */
const MACHINE_BYTES = 2.5 * 2 ** 30;

/**
 * As many machines as there are processors and memory for. Two that share two processors keep each other waiting: a boot
 * of 82 s took 175 and more.
 */
export function soundParallelism(): number {
  return Math.max(1, Math.floor(Math.min(availableParallelism() / MACHINE_PROCESSORS, freemem() / MACHINE_BYTES)));
}

/** Runs `work` on all items, `parallel` at a time, the first ones first; results are in the items' order. */
export async function runAll<Item, Result>(
  items: readonly Item[],
  parallel: number,
  work: (item: Item, index: number) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  const queue = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of queue) results[index] = await work(item, index);
  };
  await Promise.all(Array.from({ length: parallel }, worker));
  return results;
}
