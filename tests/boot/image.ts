// Finds the machine image in the user's cache, or builds it there. Its key is a hash of everything it is built from.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join, relative } from "node:path";

/** Files of a machine image that is ready to boot. The disk is a base for overlays and is never written. */
export interface Image {
  readonly disk: string;
  readonly kernel: string;
  readonly ramdisk: string;
  /** Versions of the packages that matter, one per line. */
  readonly versions: string;
}

/** Where the rig keeps what is expensive to make: `$XDG_CACHE_HOME/eks-swap/boot`, outside the checkout. */
export function cacheFolder(): string {
  return join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "eks-swap", "boot");
}

/** A short hash of the names and bytes of all files in `folder`. */
export function hashFolder(folder: string): string {
  const hash = createHash("sha256");
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  for (const file of files)
    hash
      .update(`${relative(folder, file)}\0`)
      .update(readFileSync(file))
      .update("\0");
  return hash.digest("hex").slice(0, 16);
}

/** Puts what was built in its place. Another process may have built the same in the meantime; then that one stays. */
function keep(unfinished: string, folder: string): void {
  try {
    renameSync(unfinished, folder);
  } catch (error) {
    rmSync(unfinished, { recursive: true });
    if (!existsSync(folder)) throw error;
  }
}

/** The image for the present sources. A build takes about a minute, needs root and a Debian mirror, and reports to `say`. */
export function provideImage(say: (line: string) => void): Image {
  const sources = join(__dirname, "image");
  const folder = join(cacheFolder(), `image-${hashFolder(sources)}`);
  if (!existsSync(folder)) {
    say(`building the machine image into ${folder} (about a minute)`);
    mkdirSync(cacheFolder(), { recursive: true });
    const unfinished = mkdtempSync(join(cacheFolder(), "unfinished-"));
    const build = spawnSync(join(sources, "build.sh"), [unfinished], { encoding: "utf8" });
    if (build.status !== 0) {
      rmSync(unfinished, { recursive: true });
      throw new Error(`the machine image could not be built:\n${build.stderr}${build.error?.message ?? ""}`);
    }
    keep(unfinished, folder);
  }
  return {
    disk: join(folder, "root.raw"),
    kernel: join(folder, "vmlinuz"),
    ramdisk: join(folder, "initrd"),
    versions: readFileSync(join(folder, "versions.txt"), "utf8"),
  };
}
