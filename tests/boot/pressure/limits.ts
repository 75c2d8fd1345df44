// A container above its memory limit: killed without swap, alive with the swap limit that our rule predicts, killed
// at the ceiling of both at the latest.
import assert from "node:assert/strict";
import { limitedSwap, memoryCeiling, type NodeMemory } from "../../../swap/limited-swap";
import { floorToPage, MIB } from "../../../swap/quantity";
import type { Machine } from "../machine";
import { observe } from "../observation";
import type { Exercised } from "../scenario";
import { command, type Ended, runContainer } from "./node";

const BURSTABLE = { qosClass: "Burstable", isStatic: false, priority: 0 } as const;
const CONTAINER = { requestBytes: 128 * MIB, limitBytes: 160 * MIB };

/** More than the limit, less than the ceiling. */
const NEED_MIB = 240;

/** Room for Python and the kernel's tables beside the memory that is touched, in bytes. */
const overhead = 24 * MIB;

/** A container of 128Mi requested and 160Mi limit, with the swap limits that the kubelet gives it and would give it. */
export async function exceedLimits(machine: Machine): Promise<Exercised> {
  const node = await kubeletsNode(machine);
  const limit = limitedSwap(node, BURSTABLE, CONTAINER);
  const optedOut = limitedSwap(node, BURSTABLE, { ...CONTAINER, requestBytes: CONTAINER.limitBytes });
  const ceiling = memoryCeiling(CONTAINER, limit) ?? Number.NaN;
  assert.ok(CONTAINER.limitBytes < NEED_MIB * MIB && NEED_MIB * MIB + overhead < ceiling, `the ceiling is ${ceiling}`);
  const run = async (name: string, swapMax: number, mebibytes: number): Promise<Ended> => {
    const ended = await runContainer(
      machine,
      name,
      { memoryMax: CONTAINER.limitBytes, swapMax },
      command("touch.py", mebibytes),
    );
    // The kernel keeps whole pages of what it is told.
    assert.equal(told(ended, "max")[1], floorToPage(swapMax), "memory.swap.max");
    return ended;
  };

  assert.equal(optedOut.swapLimitBytes, 0);
  const without = await run("without-swap", optedOut.swapLimitBytes, NEED_MIB);
  assert.equal(without.result, "oom-kill", "above its limit, without swap");
  const withSwap = await run("with-swap", limit.swapLimitBytes, NEED_MIB);
  assert.equal(withSwap.result, "success", "above its limit, with the predicted swap");
  const [swapped = 0] = told(withSwap, "swapped");
  assert.ok(swapped >= NEED_MIB * MIB - CONTAINER.limitBytes, `${swapped} bytes in swap`);
  const above = await run("above-ceiling", limit.swapLimitBytes, Math.ceil(ceiling / MIB) + 64);
  assert.equal(above.result, "oom-kill", "above its ceiling");
  // A bound: the kernel gives up earlier when the disk does not take pages as fast as the container fills them.
  const held = (told(above, "touched")[0] ?? 0) * MIB;
  assert.ok(held > CONTAINER.limitBytes && held <= ceiling, `killed with ${held} bytes, the ceiling is ${ceiling}`);
  return {
    remark: `${NEED_MIB} MiB at a limit of 160Mi: killed without swap, done with the predicted limit; more than the ceiling: killed`,
    figures: {
      "MemTotal, bytes": node.memTotalBytes,
      "SwapTotal, bytes": node.swapTotalBytes,
      "memory request, bytes": CONTAINER.requestBytes,
      "memory limit, bytes": CONTAINER.limitBytes,
      "swap limit predicted, bytes": limit.swapLimitBytes,
      "memory.swap.max read back, bytes": told(withSwap, "max")[1] ?? Number.NaN,
      "touched when killed without swap, bytes": (told(without, "touched")[0] ?? 0) * MIB,
      "touched with swap, bytes": (told(withSwap, "touched")[0] ?? 0) * MIB,
      "of it in swap, bytes": swapped,
      "ceiling predicted, bytes": ceiling,
      "touched when killed, more than the ceiling asked, bytes": held,
    },
  };
}

/** What the kubelet of this boot read when it started. */
async function kubeletsNode(machine: Machine): Promise<NodeMemory> {
  const start = (await observe(machine)).kubeletStarts.at(-1);
  assert.ok(start !== undefined, "the kubelet never started");
  return {
    memTotalBytes: start.memTotalKiB * 1024,
    swapTotalBytes: start.swapTotalKiB * 1024,
    swapBehavior: "LimitedSwap",
  };
}

/** The numbers of the last line with which the program told `key`. */
function told(ended: Ended, key: string): readonly number[] {
  const line = ended.lines.findLast((candidate) => candidate.startsWith(`${key} `));
  assert.ok(line !== undefined, `the program told no "${key}": ${ended.lines.join("\n")}`);
  return line.split(" ").slice(1).map(Number);
}
