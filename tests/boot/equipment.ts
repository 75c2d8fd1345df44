// What the suite needs of the machine that it runs on. It says so and fails, rather than skip anything.
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** Commands of the image build, the machines and the merge, and the Debian package that has each. */
const COMMANDS = {
  "qemu-system-x86_64": "qemu-system-x86",
  "qemu-img": "qemu-utils",
  mmdebstrap: "mmdebstrap",
  sfdisk: "fdisk",
  "mkfs.xfs": "xfsprogs",
  cmp: "diffutils",
  cpio: "cpio",
  losetup: "mount",
} as const;

/** Everything that is missing, with the remedy; empty when the suite can run. */
export function missingEquipment(): readonly string[] {
  const packages = Object.entries(COMMANDS).flatMap(([command, name]) => (isOnPath(command) ? [] : [name]));
  const problems: string[] = [];
  if (packages.length > 0) {
    problems.push(`Debian packages are missing: apt-get install --no-install-recommends ${packages.join(" ")}`);
  }
  if (!isOnPath("go")) problems.push("Go is missing (1.21 or later): https://go.dev/doc/install");
  if (process.getuid?.() !== 0)
    problems.push("root is needed, for the loop mounts of the image build: sudo npm run test:boot");
  return problems;
}

function isOnPath(command: string): boolean {
  return (process.env["PATH"] ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, command), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
