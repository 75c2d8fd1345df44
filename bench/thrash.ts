// Thrash: the worst gap between the heartbeats of a kubelet-like process while pods thrash, on a node as eks-swap's userData
// leaves it and without what protects daemons there, on one machine of the boot rig for each setting of the sysctls.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SysctlSettings } from "../swap/watermarks";
import { missingEquipment } from "../tests/boot/equipment";
import { assertSwapBeforeKubelet, SWAP_FILES } from "../tests/boot/expectations";
import { type Image, provideImage } from "../tests/boot/image";
import { provideMerger } from "../tests/boot/karpenter";
import type { Machine } from "../tests/boot/machine";
import { planScenarioPool } from "../tests/boot/pools";
import {
  coolDown,
  daemonOf,
  protect,
  type Protection,
  readProtection,
  readPulse,
  startDaemons,
  startPulse,
  stopDaemons,
  THRASH_MIB,
  UNPROTECTED,
} from "../tests/boot/pressure/heartbeat";
import { command, installPrograms, runContainer, swapOfUnit } from "../tests/boot/pressure/node";
import { runScenario } from "../tests/boot/runner";
import { PLAIN_HARDWARE } from "../tests/boot/scenario";
import type { Benchmark } from "./benchmark";
import { takeTurns } from "./interleave";
import { type Beat, SETTINGS, thrashFigures } from "./thrash/figures";

const SWAP_MIB = 4096;
/** By each of the pods, to pages at random once its memory is filled. */
const WRITES = 2000;

const DAEMON = daemonOf("runtime.slice");

/** A benchmark of each of the settings. */
export const thrashBenches: readonly Benchmark[] = Object.entries(SETTINGS).map(([name, sysctls]) => ({
  name,
  about: "gaps between heartbeats while pods swap; one machine, and what the boot rig needs",
  measure: async (runs, say, keep) => {
    const missing = missingEquipment();
    if (missing.length > 0) throw new Error(`thrash cannot be measured here:\n${missing.join("\n")}`);
    provideMerger(say);
    const beats: { readonly eksSwap: Beat[]; readonly reference: Beat[] } = { eksSwap: [], reference: [] };
    await onNode(name, sysctls, provideImage(say), async (machine) => {
      await installPrograms(machine);
      const side = (protection: Protection) => async (): Promise<Beat> => {
        const beat = await beatUnderThrash(machine, protection);
        say(`${JSON.stringify(protection)}: ${JSON.stringify(beat)}`);
        return beat;
      };
      const ownProtection = await readProtection(machine);
      if (ownProtection.swapMax !== "0") throw new Error(`the daemons may swap: ${JSON.stringify(ownProtection)}`);
      while (beats.eksSwap.length < runs) {
        const { eksSwap, reference } = await takeTurns(beats.eksSwap.length, side(ownProtection), side(UNPROTECTED));
        beats.eksSwap.push(eksSwap);
        beats.reference.push(reference);
        await keep(thrashFigures(name, beats));
      }
    });
    return thrashFigures(name, beats);
  },
}));

/** Boots a node of eks-swap and works on it. */
async function onNode(
  name: string,
  sysctls: SysctlSettings,
  image: Image,
  work: (machine: Machine) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "eks-swap-bench-"));
  const pool = { sizeMiB: SWAP_MIB, backings: ["root-volume"], onFailure: "continue", sysctls } as const;
  const { node, rootGiB } = planScenarioPool(pool);
  try {
    const { result, message, boots } = await runScenario(
      {
        name: `bench: ${name}`,
        control: false,
        hardware: { ...PLAIN_HARDWARE, rootGiB, rootAtGp3Rate: true },
        node: () => node,
        boots: [
          {
            power: "first boot",
            settled: "joined",
            check: (seen) => {
              assertSwapBeforeKubelet(seen, SWAP_FILES["root-volume"], SWAP_MIB);
            },
            exercise: async (machine) => {
              await work(machine);
              return undefined;
            },
          },
        ],
      },
      image,
      join(folder, "machine"),
      false,
    );
    if (result === "failed") throw new Error(`${name} failed: ${message ?? boots[0]?.message ?? "no boot"}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** One thrash with fresh daemons. Fails when they were swapped although they must not be: nothing would be shown then. */
async function beatUnderThrash(machine: Machine, protection: Protection): Promise<Beat> {
  await protect(machine, protection);
  await startDaemons(machine);
  await coolDown(machine);
  const coldKiB = await swapOfUnit(machine, DAEMON);
  await startPulse(machine);
  const ended = await runContainer(machine, "thrash", {}, command("thrash.py", THRASH_MIB, WRITES));
  if (ended.result !== "success") throw new Error(`the pods ended with ${ended.result}: ${ended.lines.join("\n")}`);
  const pulse = await readPulse(machine);
  const swappedKiB = await swapOfUnit(machine, DAEMON);
  await stopDaemons(machine);
  if (protection.swapMax === "0" && coldKiB + swappedKiB > 0)
    throw new Error(`${coldKiB + swappedKiB} KiB of a protected daemon are in swap`);
  return { ...pulse, coldKiB, swappedKiB };
}
