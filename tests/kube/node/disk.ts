// The read-only disk with which a machine of the boot rig becomes a node of a cluster: programs, their settings, the image of the pods.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hashFolder } from "../../boot/image";
import { provideProgram, type Say } from "../go";
import { provideContainerd, provideKubernetes } from "../programs";

/** Where the machine mounts the disk; the files of guest/ name it too. */
export const MOUNT_POINT = "/opt/equipment";

/** The address that the nodeadm stand-in gives to the kubelet. */
const NODE_ADDRESS = "10.42.0.10";

/** The one image of all pods, and of their sandboxes. Its program is pod/main.go. */
export const POD_IMAGE = "localhost/pod:1";

const DISK_BYTES = 512 * 2 ** 20;

/**
 * Makes the disk for a version of Kubernetes in `folder` and returns its file. What is not in the cache is built first,
 * which takes minutes; runc is the host's.
 */
export function makeDisk(folder: string, kubernetesVersion: string, say: Say): string {
  const work = mkdtempSync(join(folder, "disk-"));
  const tree = join(work, "tree");
  cpSync(join(__dirname, "guest"), tree, { recursive: true });
  mkdirSync(join(tree, "cni"));
  cpSync(join(tree, "no-pod-network.conflist"), join(tree, "cni", "10-no-pod-network.conflist"));
  writeFileSync(join(tree, "node-address"), NODE_ADDRESS);
  const programs = {
    kubelet: provideKubernetes("kubelet", kubernetesVersion, say),
    containerd: provideContainerd("containerd", say),
    "containerd-shim-runc-v2": provideContainerd("containerd-shim-runc-v2", say),
    ctr: provideContainerd("ctr", say),
    runc: execFileSync("bash", ["-c", "type -P runc"], { encoding: "utf8" }).trim(),
  };
  mkdirSync(join(tree, "bin"));
  for (const [name, file] of Object.entries(programs)) cpSync(file, join(tree, "bin", name), { dereference: true });
  makeImage(work, join(tree, "pod.tar"), say);
  const disk = join(folder, "equipment.ext4");
  writeFileSync(disk, "");
  truncateSync(disk, DISK_BYTES);
  execFileSync("mke2fs", ["-q", "-t", "ext4", "-d", tree, disk]);
  rmSync(work, { recursive: true });
  return disk;
}

/** An image with one layer and one program, in the form of `docker save`. */
function makeImage(work: string, archive: string, say: Say): void {
  const [root, image] = [join(work, "root"), join(work, "image")];
  mkdirSync(root);
  mkdirSync(image);
  cpSync(providePodProgram(say), join(root, "pod"));
  execFileSync("tar", ["--create", "--file", join(image, "layer.tar"), "--directory", root, "."]);
  const layer = createHash("sha256")
    .update(readFileSync(join(image, "layer.tar")))
    .digest("hex");
  const config = {
    architecture: "amd64",
    os: "linux",
    config: { Entrypoint: ["/pod"] },
    rootfs: { type: "layers", diff_ids: [`sha256:${layer}`] },
  };
  const manifest = [{ Config: "config.json", RepoTags: [POD_IMAGE], Layers: ["layer.tar"] }];
  writeFileSync(join(image, "config.json"), JSON.stringify(config));
  writeFileSync(join(image, "manifest.json"), JSON.stringify(manifest));
  execFileSync("tar", ["--create", "--file", archive, "--directory", image, "."]);
}

/** The program of the pods, for this machine. */
export function providePodProgram(say: Say): string {
  const sources = join(__dirname, "pod");
  return provideProgram(
    {
      path: `pod-${hashFolder(sources)}`,
      package: ".",
      prepare: (folder) => cpSync(sources, folder, { recursive: true }),
    },
    say,
  );
}
