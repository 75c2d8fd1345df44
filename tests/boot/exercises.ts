// What is done to a running node after its boot has been checked.
import assert from "node:assert/strict";
import { SWAP_FILES } from "./expectations";
import type { Machine } from "./machine";
import { observe } from "./observation";

const POWER_OFF_TIMEOUT = 600_000;

/** Bash that counts the starts of the kubelet in this boot. */
const STARTS = `starts() { grep -c "$(</proc/sys/kernel/random/boot_id)" /var/log/rig/kubelet.jsonl; }`;

/** Runs a script in the machine; fails with its output when it fails. */
export async function inMachine(machine: Pick<Machine, "run">, script: string, timeout = 300_000): Promise<string> {
  const { status, output } = await machine.run(`set -euo pipefail\n${script}`, timeout);
  assert.equal(status, 0, output);
  return output;
}

/** Lines for `prepare`: a command of this name that stands before the system's in the unit's PATH. */
export function replaceCommand(name: string, ...lines: readonly string[]): string {
  const file = `/usr/local/bin/${name}`;
  return `cat > ${file} <<'END'\n#!/bin/bash\n${lines.join("\n")}\nEND\nchmod +x ${file}\n`;
}

/** systemd reloaded, and the kubelet restarted again and again: all that is set stays, and the unit is not run again. */
export async function restartKubelet(machine: Machine, times: number): Promise<string> {
  const before = await observe(machine);
  // systemd counts manual starts too, and refuses the sixth in ten seconds.
  await inMachine(
    machine,
    `${STARTS}
     systemctl daemon-reload
     for ((time = 1; time <= ${times}; time++)); do
       systemctl reset-failed kubelet.service
       systemctl restart kubelet.service
       until (($(starts) > time)); do sleep 0.2; done
     done`,
  );
  const after = await observe(machine);
  const [first, ...others] = after.kubeletStarts;
  assert.equal(others.length, times);
  for (const start of others) {
    assert.deepEqual(start.swaps, first?.swaps);
    assert.deepEqual(start.arguments, first?.arguments);
    assert.equal(start.refused, null);
  }
  assert.deepEqual(after.swaps, before.swaps);
  assert.deepEqual(after.status, before.status);
  assert.deepEqual(after.sysctls, before.sysctls);
  assert.deepEqual(after.swapMax, before.swapMax);
  assert.deepEqual(after.units["eks-swap.service"], before.units["eks-swap.service"]);
  return `kubelet restarted ${times} times, unit ran once`;
}

/** The unit stopped manually under `continue`: no swap, the kernel's sysctls; the kubelet runs on, its next start has swap. */
export async function stopUnderContinue(machine: Machine): Promise<string> {
  await stopUnit(machine);
  const stopped = await observe(machine);
  assert.equal(stopped.kubeletStarts.length, 1);
  assert.equal(stopped.units["kubelet.service"]?.active, "active");
  await inMachine(machine, "systemctl restart kubelet.service");
  await assertSwapIsBack(machine);
  return "unit stopped manually: kubelet runs on; its restart has swap";
}

/** The unit stopped manually under `block`: the kubelet stops with it; its next start has swap. */
export async function stopUnderBlock(machine: Machine): Promise<string> {
  await stopUnit(machine);
  const stopped = await observe(machine);
  assert.equal(stopped.units["kubelet.service"]?.active, "inactive");
  await inMachine(machine, "systemctl start kubelet.service");
  await assertSwapIsBack(machine);
  return "unit stopped manually: kubelet stops too; its start has swap";
}

/** A switch-off with pages in swap: nothing reads them back while their process lives. Says how long it took. */
export async function powerOffWithSwapInUse(machine: Machine): Promise<string> {
  // As a container: a scope in the kubelet's part of the cgroup tree with less RAM than it touches, which systemd does
  // not stop. It says on the console how much swap is in use, from the order to switch off until it is killed.
  const output = await inMachine(
    machine,
    `cat > /run/rig/container.py <<'END'
import os, signal, time
memory = bytearray(700 << 20)
for page in range(0, len(memory), 4096): memory[page] = 1
open("/run/rig/touched", "w").close()
console = os.open("/dev/ttyS0", os.O_WRONLY | os.O_NOCTTY)
def end(*_):
    os.write(console, b"rig: the container is told to end\\n")
    os._exit(0)
signal.signal(signal.SIGTERM, end)
while True:
    with open("/proc/swaps") as swaps: used = sum(int(line.split()[3]) for line in list(swaps)[1:])
    os.write(console, b"rig: %d MiB of swap in use\\n" % (used // 1024))
    time.sleep(0.5)
END
     setsid --fork systemd-run --quiet --scope --slice=kubepods-burstable.slice --unit=container --property=MemoryMax=200M \
       --property=DefaultDependencies=no python3 /run/rig/container.py < /dev/null > /dev/null 2>&1
     until [[ -e /run/rig/touched ]]; do sleep 1; done
     tail -n 1 /proc/swaps | awk '{print int($4 / 1024)}'`,
  );
  const usedMiB = Number(output);
  assert.ok(usedMiB > 400, `${output} MiB of swap in use`);
  const before = machine.consoleText().length;
  const start = performance.now();
  await machine.shutDown("poweroff", POWER_OFF_TIMEOUT);
  const seconds = (performance.now() - start) / 1000;
  const told = machine.consoleText().slice(before);
  assert.doesNotMatch(told, /out of memory|deactivating swap/i);
  assert.match(told, /rig: the container is told to end/);
  const least = Math.min(...[...told.matchAll(/rig: (\d+) MiB of swap in use/g)].map(([, used]) => Number(used)));
  assert.ok(least > usedMiB * 0.9, `swap was read back: ${usedMiB} MiB were in use, then ${least}`);
  return `off ${seconds.toFixed(1)} s after the order, ${usedMiB} MiB of swap in use`;
}

async function stopUnit(machine: Machine): Promise<void> {
  await inMachine(machine, "systemctl stop eks-swap.service");
  const { swaps, sysctls, sysctlsAtBoot, swapFolders, status, units } = await observe(machine);
  assert.deepEqual({ swaps, swapFolders, status }, { swaps: [], swapFolders: [], status: undefined });
  assert.deepEqual(sysctls, sysctlsAtBoot);
  assert.equal(units["eks-swap.service"]?.active, "inactive");
}

async function assertSwapIsBack(machine: Machine): Promise<void> {
  await inMachine(machine, `${STARTS}; until (($(starts) == 2)); do sleep 1; done`);
  const { kubeletStarts, swaps } = await observe(machine);
  assert.equal(kubeletStarts.length, 2);
  assert.deepEqual(
    swaps.map(({ path }) => path),
    [SWAP_FILES["root-volume"]],
  );
  assert.deepEqual(kubeletStarts[1]?.arguments, kubeletStarts[0]?.arguments, "the label is back too");
}
