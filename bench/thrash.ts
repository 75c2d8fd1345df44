// Thrash: the worst gap between heartbeats in the kubelet's place while pods swap hard, with the slices of daemons as our
// userData leaves them and with swap allowed to them, on one machine of the boot rig and by sysctls.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { missingEquipment } from "../tests/boot/equipment";
import { inMachine } from "../tests/boot/exercises";
import { assertSwapOn } from "../tests/boot/expectations";
import { provideImage } from "../tests/boot/image";
import { provideMerger } from "../tests/boot/karpenter";
import type { Machine } from "../tests/boot/machine";
import { planScenarioPool, type ScenarioPool } from "../tests/boot/pools";
import {
  daemonOf,
  readPulse,
  startDaemons,
  startPulse,
  stopDaemons,
  unswapped,
} from "../tests/boot/pressure/heartbeat";
import { command, installPrograms, runContainer, swapOfUnit } from "../tests/boot/pressure/node";
import { runScenario } from "../tests/boot/runner";
import { plainHardware } from "../tests/boot/scenario";
import type { Bench } from "./bench";
import { takeTurns } from "./interleave";
import { type Beat, SETTINGS, type ThrashRound, thrashFigures, type Waits } from "./thrash/figures";

const SWAP_MIB = 4096;
const POOL: ScenarioPool = { sizeMiB: SWAP_MIB, backings: ["root-volume"], onFailure: "continue" };

/** More than the node's 1.5 GiB of RAM, and how often each of the four pods writes to its part: half a minute of thrash. */
const THRASH_MIB = 2400;
const THRASH_WRITES = 5000;

/** What our userData sets, and where it is kept. */
const SYSCTLS = ["vm.swappiness", "vm.page-cluster", "vm.min_free_kbytes", "vm.watermark_scale_factor"];
const PLANNED_SYSCTLS = "/run/rig/planned-sysctls";

/** Where the waits of the heartbeat are counted. */
const DAEMON = daemonOf("runtime.slice");
const CGROUP = `/sys/fs/cgroup/runtime.slice/${DAEMON}.service`;

export const thrash: Bench = {
  name: "thrash",
  about: "gaps between heartbeats while pods swap; one machine, and what the boot rig needs",
  measure: async (runs, say, keep) => {
    const missing = missingEquipment();
    if (missing.length > 0) throw new Error(`thrash cannot be measured here:\n${missing.join("\n")}`);
    provideMerger(say);
    const rounds: ThrashRound[] = [];
    await onNode(async (machine) => {
      await installPrograms(machine);
      await inMachine(machine, `sysctl ${SYSCTLS.join(" ")} > ${PLANNED_SYSCTLS}`);
      while (rounds.length < runs) {
        rounds.push(await takeRound(machine, rounds.length, say));
        await keep(thrashFigures(rounds));
      }
    }, say);
    return thrashFigures(rounds);
  },
};

/** Boots a node of ours and works on it. */
async function onNode(work: (machine: Machine) => Promise<void>, say: (line: string) => void): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "eks-swap-bench-"));
  const { node, rootGiB } = planScenarioPool(POOL);
  try {
    const { result, message, boots } = await runScenario(
      {
        name: "bench: thrash",
        control: false,
        hardware: { ...plainHardware, rootGiB, rootAtGp3Rate: true },
        node: () => node,
        boots: [
          {
            power: "first boot",
            settled: "joined",
            check: (seen) => {
              assertSwapOn(seen, "root-volume", SWAP_MIB);
            },
            exercise: async (machine) => {
              await work(machine);
              return undefined;
            },
          },
        ],
      },
      provideImage(say),
      join(folder, "machine"),
      false,
    );
    if (result === "failed") throw new Error(`thrash failed: ${message ?? boots[0]?.message ?? "no boot"}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Both sides under each of the settings. */
async function takeRound(machine: Machine, round: number, say: (line: string) => void): Promise<ThrashRound> {
  const taken: [string, ThrashRound[string]][] = [];
  for (const [name, sysctls] of Object.entries(SETTINGS)) {
    const changes = Object.entries(sysctls).map(([sysctl, value]) => `sysctl --quiet --write vm.${sysctl}=${value}`);
    await inMachine(machine, [`sysctl --quiet --load=${PLANNED_SYSCTLS}`, ...changes].join("\n"));
    const side = (swapMax: "0" | "infinity") => async (): Promise<Beat> => {
      const beat = await beatUnderThrash(machine, swapMax);
      say(`${name}, MemorySwapMax=${swapMax}: ${JSON.stringify(beat)}`);
      return beat;
    };
    taken.push([name, await takeTurns(round, side("0"), side("infinity"))]);
  }
  return Object.fromEntries(taken);
}

/** One thrash beside fresh daemons. Fails when they were not swapped as `swapMax` says: nothing would be shown then. */
async function beatUnderThrash(machine: Machine, swapMax: "0" | "infinity"): Promise<Beat> {
  const limits = unswapped.map((unit) => `systemctl set-property --runtime ${unit} MemorySwapMax=${swapMax}`);
  await inMachine(machine, limits.join("\n"));
  await startDaemons(machine);
  const before = await readWaits(machine);
  await startPulse(machine);
  const ended = await runContainer(machine, "thrash", {}, command("thrash.py", THRASH_MIB, THRASH_WRITES));
  if (ended.result !== "success") throw new Error(`the pods ended with ${ended.result}: ${ended.lines.join("\n")}`);
  const pulse = await readPulse(machine);
  const after = await readWaits(machine);
  const swappedKiB = await swapOfUnit(machine, DAEMON);
  await stopDaemons(machine);
  if (swapMax === "0" && swappedKiB > 0) throw new Error(`${swappedKiB} KiB of a protected daemon are in swap`);
  const waits = Object.fromEntries(Object.entries(after).map(([name, value]) => [name, value - (before[name] ?? 0)]));
  return { ...pulse, swappedKiB, waits };
}

/** What the heartbeat has waited for since it was started: `some` of its cgroup's pressure, in microseconds, and pages read again. */
async function readWaits(machine: Machine): Promise<Waits> {
  const output = await inMachine(
    machine,
    `for kind in cpu io memory; do echo "$kind $(sed -n 's/^some .*total=//p' ${CGROUP}/$kind.pressure)"; done
     grep -E '^workingset_refault_(anon|file) ' ${CGROUP}/memory.stat`,
  );
  return Object.fromEntries(
    output
      .trim()
      .split("\n")
      .map((line): [string, number] => {
        const [name = "", value] = line.split(" ");
        return [name, Number(value)];
      }),
  );
}
