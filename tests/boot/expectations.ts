// Assertions that scenarios share.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { z } from "zod";
import { MIB, parseQuantity } from "../../swap/quantity";
import { BACKING_KEY, type Backing } from "../../swap/vocabulary";
import { automaticWatermarks, podsMemoryHighBytes } from "../../swap/watermarks";
import type { KubeletStart, Observation } from "./observation";
import { readParts } from "./parts";

const ARRAY_MOUNT = "/mnt/k8s-disks/0";

/** A backing that is a swap file. */
export type FileBacking = Extract<Backing, "root-volume" | "instance-store">;

/** The swap file of each backing. */
export const SWAP_FILES: Readonly<Record<FileBacking, string>> = {
  "root-volume": "/var/lib/eks-swap/swapfile",
  "instance-store": `${ARRAY_MOUNT}/eks-swap/swapfile`,
};

const status = z.object({
  backing: z.string(),
  device: z.string(),
  bytes: z.number(),
  askedBytes: z.number(),
  seconds: z.number(),
  failures: z.array(z.object({ backing: z.string(), reason: z.string() })),
});

const kubeReserved = z.object({ kubeReserved: z.object({ memory: z.string() }) });

/** The only start of the kubelet in this boot. */
function onlyKubeletStart(seen: Observation): KubeletStart {
  const [start, ...others] = seen.kubeletStarts;
  assert.ok(start !== undefined, "the kubelet never started");
  assert.equal(others.length, 0, "the kubelet started more than once");
  return start;
}

/** Swap of `sizeMiB` on `path`, on before the kubelet started, and seen by it. */
export function assertSwapBeforeKubelet(seen: Observation, path: string, sizeMiB: number, type = "file"): void {
  const start = onlyKubeletStart(seen);
  // The first page of a swap area is its header.
  assert.deepEqual(seen.swaps, [{ path, type, sizeKiB: sizeMiB * 1024 - 4 }]);
  assert.equal(start.swapTotalKiB, sizeMiB * 1024 - 4, "what the kubelet saw when it started");
  assert.equal(start.refused, null);
  assert.ok(
    seen.swapOnAt !== undefined && seen.swapOnAt < start.uptime,
    `swap on at ${String(seen.swapOnAt)}, kubelet at ${start.uptime}`,
  );
}

/** A kubelet that runs, and no swap, neither now nor when it started. */
export function assertNoSwap(seen: Observation): void {
  const start = onlyKubeletStart(seen);
  assert.deepEqual(seen.swaps, []);
  assert.equal(start.swapTotalKiB, 0, "what the kubelet saw when it started");
  assert.equal(start.refused, null);
}

/** The EBS volume of the scenario that is the swap volume: what the node remembers of it. */
export const SWAP_VOLUME = "vol0cccccccccccccccc";

/** Where the swap of a backing is; the disk of a volume can have another name at every boot. */
function deviceOf(seen: Observation, backing: Backing): string {
  return backing === "ebs-volume" ? (seen.volumes[SWAP_VOLUME] ?? "not attached") : SWAP_FILES[backing];
}

/** A pool of ours on `backing`: the order by systemd's own timestamps, and the node's account, sysctls and cgroups. */
export function assertSwapOn(seen: Observation, backing: Backing, sizeMiB: number): void {
  if (backing === "instance-store") assertArrayMounted(seen);
  const device = deviceOf(seen, backing);
  assertSwapBeforeKubelet(seen, device, sizeMiB, backing === "ebs-volume" ? "partition" : "file");
  const unit = seen.units["eks-swap.service"];
  const kubelet = seen.units["kubelet.service"];
  assert.ok(unit?.endedAt !== undefined && kubelet?.startedAt !== undefined);
  assert.ok(
    unit.endedAt <= kubelet.startedAt,
    `swap-on.sh ended at ${unit.endedAt}, ExecStart of the kubelet at ${kubelet.startedAt}`,
  );
  assert.equal(`${unit.active} ${unit.result}`, "active success");
  assertAccount(seen, backing);
  assertLabel(seen, backing);
  assertSwapSysctls(seen);
  const daemons = { "system.slice": "0", "runtime.slice": "0", "user.slice": "0", "init.scope": "0" };
  assert.deepEqual(seen.swapMaxSettings, { ...daemons, "kubepods.slice": "infinity" });
  assert.deepEqual({ "user.slice": "0", ...seen.swapMax }, { ...daemons, "kubepods.slice": "max" }, "memory.swap.max");
  // Of a backing that is not in use nothing is left.
  assert.deepEqual(seen.swapFolders, backing === "ebs-volume" ? [] : [device.replace(/\/swapfile$/, "")]);
}

/** No backing worked: `reasons` by backing, in the fallback order; nothing of the attempts is left on the node. */
export function assertLadderFailed(seen: Observation, reasons: readonly (readonly [Backing, RegExp])[]): void {
  assert.deepEqual(seen.swaps, []);
  assertKernelSysctls(seen);
  assertAccount(seen, "none");
  const told = status.parse(seen.status).failures;
  assert.deepEqual(
    told.map(({ backing }) => backing),
    reasons.map(([backing]) => backing),
  );
  for (const [index, [backing, reason]] of reasons.entries()) {
    assert.match(told[index]?.reason ?? "", reason);
    assertConsole(seen, new RegExp(`^eks-swap: ${backing}: ${reason.source}`));
  }
  assert.deepEqual(seen.swapFolders, [], "folders that failed attempts left");
  assert.equal(seen.units["eks-swap.service"]?.active, "failed");
}

/** A kubelet that never started, and a nodeadm that goes on waiting for it. */
export function assertKubeletBlocked(seen: Observation): void {
  assert.deepEqual(seen.kubeletStarts, []);
  assert.equal(seen.units["kubelet.service"]?.active, "inactive");
  assert.equal(seen.units["nodeadm-run.service"]?.active, "activating");
}

/** The sysctls that the plan means for a node of this RAM, and the memory.high of all pods that goes with them. */
function assertSwapSysctls(seen: Observation): void {
  const { memTotalKiB, config } = onlyKubeletStart(seen);
  const memTotalBytes = memTotalKiB * 1024;
  const { minFreeKbytes, watermarkScaleFactor } = automaticWatermarks(memTotalBytes, 100 * MIB);
  assert.deepEqual(seen.sysctls, {
    "vm.swappiness": "60",
    "vm.min_free_kbytes": String(minFreeKbytes),
    "vm.watermark_scale_factor": String(watermarkScaleFactor),
    "vm.page-cluster": "5",
  });
  assert.notEqual(seen.sysctls["vm.min_free_kbytes"], seen.sysctlsAtBoot["vm.min_free_kbytes"]);
  const reserved = parseQuantity(kubeReserved.parse(config).kubeReserved.memory);
  const high = podsMemoryHighBytes(memTotalBytes, 100 * MIB, reserved);
  assert.ok(high !== undefined);
  // The kernel keeps whole pages; without a pod of the rig there is no cgroup yet.
  const [setting, inKernel = String(high)] = seen.podsHigh;
  assert.deepEqual([setting, Math.floor(Number(inKernel) / 4096)], [String(high), Math.floor(high / 4096)]);
}

/** The sysctls are those that the kernel chose. */
export function assertKernelSysctls(seen: Observation): void {
  assert.deepEqual(seen.sysctls, seen.sysctlsAtBoot);
  assert.equal(seen.podsHigh[0], "infinity", "MemoryHigh of kubepods.slice");
}

/** The instance store is one RAID0 array at the AMI's place, and the kubelet's and containerd's folders are on it. */
export function assertArrayMounted(seen: Observation): void {
  const source = seen.mounts[ARRAY_MOUNT];
  assert.ok(source !== undefined, `nothing is mounted at ${ARRAY_MOUNT}: ${JSON.stringify(seen.mounts)}`);
  assert.match(source, /^\/dev\/md\d+$/);
  for (const folder of ["kubelet", "containerd"]) {
    assert.equal(seen.mounts[`/var/lib/${folder}`], `${source}[/${folder}]`);
  }
  assert.equal(seen.mounts["/var/log/pods"], `${source}[/pods]`);
}

/** Some line of ours on the serial console matches. */
export function assertConsole(seen: Observation, pattern: RegExp): void {
  const lines = [...seen.console.matchAll(/eks-swap: .*/g)].map(([line]) => line.trim());
  assert.ok(
    lines.some((line) => pattern.test(line)),
    `no line on the console matches ${pattern.toString()}: ${JSON.stringify(lines)}`,
  );
}

/** The status file, the console and the journal say the same, and it is so. */
function assertAccount(seen: Observation, backing: Backing | "none"): void {
  const told = status.parse(seen.status);
  assert.equal(told.backing, backing);
  assert.equal(told.device, backing === "none" ? "" : deviceOf(seen, backing));
  assert.equal(told.bytes, (seen.swaps[0]?.sizeKiB ?? 0) * 1024, "bytes of the status file");
  const line =
    backing === "none" ? "eks-swap: no backing worked" : `eks-swap: ${told.bytes} bytes of swap on ${backing} `;
  assertConsole(seen, new RegExp(`^${line}`));
  assert.ok(seen.journal.includes(line), "the journal says the same as the console");
}

/** The kubelet got the label beside Karpenter's labels and all of nodeadm's other arguments; undefined: no such label. */
export function assertLabel(seen: Observation, backing: string | undefined): void {
  const given = onlyKubeletStart(seen).arguments;
  assert.ok(given[0]?.startsWith("--cloud-provider="), `the first argument is ${String(given[0])}`);
  const labels = given.filter((argument) => argument.startsWith("--node-labels="));
  assert.ok(labels[0]?.includes("karpenter.sh/nodepool="), "Karpenter's labels are among the kubelet's arguments");
  const ours = backing === undefined ? [] : [`--node-labels=${BACKING_KEY}=${backing}`];
  assert.deepEqual(labels.slice(1), ours);
}

/** The shell part is on the node's disk byte for byte, as cloud-init ran it. */
export function assertShellPartArrived(seen: Observation, userData: string): void {
  const parts = readParts(userData).filter(({ contentType }) => contentType.startsWith("text/x-shellscript"));
  const scripts = Object.entries(seen.files).filter(([path]) => path.startsWith("/var/lib/cloud/"));
  assert.deepEqual(
    scripts.map(([, sum]) => sum),
    parts.map(({ body }) => createHash("sha256").update(body).digest("hex")),
  );
}
