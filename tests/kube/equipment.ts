// What the suite needs of the machine that it runs on. It says so and fails, rather than skip anything.
import { spawnSync } from "node:child_process";
import { missingEquipment as missingForMachines } from "../boot/equipment";

/** Commands and the Debian package that has each. */
const COMMANDS = { openssl: "openssl", setpriv: "util-linux" } as const;

/** What nodes need beside the equipment of the boot rig, in whose machines they run. */
const NODE_COMMANDS = { runc: "runc", mke2fs: "e2fsprogs" } as const;

/**
 * Everything that is missing, with the remedy; empty when the suite can run.
 * @param nodes whether scenarios with nodes are among what is to run
 */
export function missingEquipment(nodes: boolean): readonly string[] {
  const commands = { ...COMMANDS, ...(nodes ? NODE_COMMANDS : {}) };
  const packages = Object.entries(commands).flatMap(([command, name]) => (isOnPath(command) ? [] : [name]));
  return [
    ...(packages.length === 0
      ? []
      : [`Debian packages are missing: apt-get install --no-install-recommends ${packages.join(" ")}`]),
    ...(isOnPath("go") ? [] : ["Go is missing (1.21 or later): https://go.dev/doc/install"]),
    ...(nodes ? missingForMachines() : []),
    ...(process.platform === "linux" ? [] : ["etcd, kube-apiserver and nodes are run on Linux only"]),
  ];
}

function isOnPath(command: string): boolean {
  return spawnSync("sh", ["-c", 'command -v "$0"', command]).status === 0;
}
