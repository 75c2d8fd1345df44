// Assertions that scenarios share.
import assert from "node:assert/strict";
import { z } from "zod";
import type { KubeletStart, Observation } from "./observation";

const arrayMount = "/mnt/k8s-disks/0";

/** The only start of the kubelet in this boot. */
export function onlyKubeletStart(seen: Observation): KubeletStart {
  const [start, ...others] = seen.kubeletStarts;
  assert.ok(start !== undefined, "the kubelet never started");
  assert.equal(others.length, 0, "the kubelet started more than once");
  return start;
}

/** Swap of `sizeMiB` on `path`, on before the kubelet started, and seen by it. */
export function assertSwapBeforeKubelet(seen: Observation, path: string, sizeMiB: number): void {
  const start = onlyKubeletStart(seen);
  // The first page of a swap area is its header.
  assert.deepEqual(seen.swaps, [{ path, type: "file", sizeKiB: sizeMiB * 1024 - 4 }]);
  assert.equal(start.swapTotalKiB, sizeMiB * 1024 - 4, "what the kubelet saw when it started");
  assert.equal(start.refused, null);
  assert.ok(
    seen.swapOnAt !== undefined && seen.swapOnAt < start.uptime,
    `swap on at ${seen.swapOnAt}, kubelet at ${start.uptime}`,
  );
}

/** A kubelet that runs, and no swap, neither now nor when it started. */
export function assertNoSwap(seen: Observation): void {
  const start = onlyKubeletStart(seen);
  assert.deepEqual(seen.swaps, []);
  assert.equal(start.swapTotalKiB, 0, "what the kubelet saw when it started");
  assert.equal(start.refused, null);
}

/** The instance store is one RAID0 array at the AMI's place, and the kubelet's and containerd's folders are on it. */
export function assertArrayMounted(seen: Observation): void {
  const source = seen.mounts[arrayMount];
  assert.ok(source !== undefined, `nothing is mounted at ${arrayMount}: ${JSON.stringify(seen.mounts)}`);
  assert.match(source, /^\/dev\/md\d+$/);
  for (const folder of ["kubelet", "containerd"]) {
    assert.equal(seen.mounts[`/var/lib/${folder}`], `${source}[/${folder}]`);
  }
  assert.equal(seen.mounts["/var/log/pods"], `${source}[/pods]`);
}

const status = z.object({
  backing: z.string(),
  bytes: z.number(),
  failures: z.array(z.object({ backing: z.string(), reason: z.string() })),
});

/** The lines that our unit wrote to the serial console. */
export function consoleLines(seen: Observation): string[] {
  return [...seen.console.matchAll(/eks-swap: .*/g)].map(([line]) => line.trim());
}

/** Some line of ours on the console matches. */
export function assertConsole(seen: Observation, pattern: RegExp): void {
  const lines = consoleLines(seen);
  assert.ok(
    lines.some((line) => pattern.test(line)),
    `no line on the console matches ${pattern.toString()}: ${JSON.stringify(lines)}`,
  );
}

/** The node's own account of its swap: status file, console line and the label among the kubelet's arguments. */
export function assertBacking(seen: Observation, backing: string): void {
  const { bytes } = status.parse(seen.status);
  assert.equal(status.parse(seen.status).backing, backing);
  assert.equal(bytes, (seen.swaps[0]?.sizeKiB ?? 0) * 1024, "bytes of the status file");
  assertConsole(
    seen,
    backing === "none"
      ? /^eks-swap: no backing gave swap/
      : new RegExp(`^eks-swap: ${bytes} bytes of swap on ${backing} `),
  );
  const labels = onlyKubeletStart(seen).arguments.filter((argument) => argument.startsWith("--node-labels="));
  assert.ok(
    labels.some((label) => label.includes("karpenter.sh/nodepool=")),
    "Karpenter's labels are among the kubelet's arguments",
  );
  assert.equal(labels.at(-1), `--node-labels=eks-swap/backing=${backing}`, "the last label of the kubelet's arguments");
}
