// EBS volumes of a stage: sparse files with the names that udev gives to disks, read and formatted by the real tools.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { closeSync, mkdirSync, openSync, readSync, rmSync, symlinkSync, truncateSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import type { Stage } from "./stage";

const LINK = "/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_";

/** Where the stand-in for udev puts the disk of a volume. */
export function diskOf(id: string): string {
  return `/dev/nvme-${id}`;
}

/** Attaches an empty volume, with the planned device name too where `asPlanned`; returns the disk's path on the node. */
export function attach(node: Stage, id: string, sizeBytes: number, asPlanned = false): string {
  const disk = diskOf(id);
  node.write(disk, "");
  truncateSync(node.real(disk), sizeBytes);
  for (const link of [`${LINK}${id}`, `${LINK}${id}_1`, ...(asPlanned ? ["/dev/xvdb"] : [])]) {
    mkdirSync(dirname(node.real(link)), { recursive: true });
    symlinkSync(node.real(disk), node.real(link));
  }
  return disk;
}

export function detach(node: Stage, id: string): void {
  for (const link of [`${LINK}${id}`, `${LINK}${id}_1`]) rmSync(node.real(link));
}

/** The UUID that blkid finds, and whether anything else than zeros is in the first MiB. */
export function readDisk(node: Stage, disk: string): { readonly uuid: string; readonly written: boolean } {
  const start = Buffer.alloc(1_048_576);
  const descriptor = openSync(node.real(disk), "r");
  readSync(descriptor, start);
  closeSync(descriptor);
  const { stdout } = tool("blkid", "-p", "-o", "value", "-s", "UUID", node.real(disk));
  return { uuid: stdout.trim(), written: start.some((byte) => byte !== 0) };
}

export function writeAt(node: Stage, disk: string, offset: number, text: string): void {
  const descriptor = openSync(node.real(disk), "r+");
  writeSync(descriptor, text, offset);
  closeSync(descriptor);
}

/** Makes a swap area, as somebody else would. */
export function formatDisk(node: Stage, disk: string, uuid: string): void {
  const { status, stderr } = tool("mkswap", "--uuid", uuid, node.real(disk));
  assert.equal(status, 0, stderr);
}

function tool(name: string, ...options: readonly string[]) {
  const { error, ...result } = spawnSync(name, options, { encoding: "utf8", env: { PATH: "/usr/sbin:/sbin" } });
  assert.ok(error === undefined, `${name} cannot be run: ${String(error?.message)}`);
  return result;
}
