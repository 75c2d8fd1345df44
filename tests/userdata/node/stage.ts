// A folder that stands for a node's file system: the scripts as they are shipped, with their paths moved below it, and
// stand-ins for the commands that need root. Everything else is the real bash.
import { spawn } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { z } from "zod";
import { planPool } from "../../../swap/plan";
import { GIB } from "../../../swap/quantity";
import type { Backing, OnFailure } from "../../../swap/vocabulary";
import { swapFragments } from "../../../userdata/swap-fragments";

/** What a test says of the node; all sizes are bytes. */
export interface StageOptions {
  readonly backings?: readonly Backing[];
  readonly onFailure?: OnFailure;
  readonly sizeBytes?: number;
  readonly minFreeKbytes?: number | "auto";
  readonly watermarkScaleFactor?: number | "auto";
  readonly evictionThreshold?: string;
  /** The size is this percentage of RAM; `sizeBytes` is then the most. */
  readonly memoryPercent?: number;
  readonly memTotalKiB?: number;
  /** Memory that jq finds reserved in the kubelet's configuration. */
  readonly reservedBytes?: number;
  readonly zswapMaxPoolPercent?: number;
  readonly freeBytes?: number;
  readonly arrayMounted?: boolean;
  /** What jq finds in the kubelet's configuration; undefined: jq fails. */
  readonly failSwapOn?: "true" | "false" | undefined;
  readonly kubeletArguments?: string;
  readonly systemState?: "running" | "stopping";
}

export interface RunOptions {
  readonly kill?: { readonly at: string; readonly signal: "SIGTERM" };
  readonly environment?: NodeJS.ProcessEnv;
}

export interface Outcome {
  /** Null when a signal ended the script. */
  readonly exitCode: number | null;
  readonly output: string;
}

const MOVED = [
  "/run/eks-swap",
  "/etc/",
  "/proc/",
  "/sys/module/",
  "/var/lib/",
  "/usr/local/lib/",
  "/dev/disk/",
  "/dev/xvdb",
];

const STATUS = z.strictObject({
  backing: z.string(),
  device: z.string(),
  bytes: z.number(),
  askedBytes: z.number(),
  seconds: z.number(),
  failures: z.array(z.strictObject({ backing: z.string(), reason: z.string() })),
});

const DEFAULT_LADDER: readonly Backing[] = ["instance-store", "root-volume"];

/** Bash of each stand-in; `$root` is the stage's folder, and each call has been logged to `$root/calls`. */
const STAND_INS: Readonly<Record<string, string>> = {
  fallocate: 'truncate -s "$2" "$3"',
  mkswap: 'PATH=/usr/sbin:/sbin exec mkswap "$@" 2>/dev/null',
  // A swap area's header has the number of its last page at byte 1028.
  swapon: String.raw`case $1 in
  */dev/*) printf '%s partition %d 0 -2\n' "$1" $(($(od -An -tu4 -j1028 -N4 "$1") * 4)) >>"$root/proc/swaps" ;;
  *) printf '%s file %d 0 -2\n' "$1" $(($(/usr/bin/stat -c %s "$1") / 1024 - 4)) >>"$root/proc/swaps" ;;
esac`,
  swapoff: 'grep -vF "$1 " "$root/proc/swaps" >"$root/swaps.new"; cat "$root/swaps.new" >"$root/proc/swaps"',
  stat: 'if [[ $1 == -f ]]; then cat "$root/free"; else exec /usr/bin/stat "$@"; fi',
  mountpoint: "[[ -e $root/array-mounted ]]",
  jq: String.raw`if [[ $1 == -rs ]]; then cat "$root/kubelet-settings"; else printf '{"backing":"%s","reason":"%s"}\n' "$4" "$7"; fi`,
  systemctl: `case $1 in
  is-system-running) cat "$root/system-state" ;;
  list-jobs) echo '7 var-lib-eks\\x2dswap-swapfile.swap stop waiting' ;;
esac`,
  blkid: 'PATH=/usr/sbin:/sbin exec blkid "$@"',
  blockdev: '/usr/bin/stat -L -c %s "$2"',
  udevadm: "true",
  sync: "true",
  mv: 'exec /usr/bin/mv "$@"',
  rm: 'exec /usr/bin/rm "$@"',
};

export class Stage {
  readonly root = mkdtempSync(join(tmpdir(), "eks-swap-node-"));
  readonly #environment: NodeJS.ProcessEnv;

  constructor(options: StageOptions = {}) {
    const { backings = DEFAULT_LADDER, onFailure = "continue", sizeBytes = 4 * GIB } = options;
    const { minFreeKbytes = "auto", watermarkScaleFactor = "auto" } = options;
    const { evictionThreshold = "100Mi", memoryPercent } = options;
    const { zswapMaxPoolPercent: maxPoolPercent, memTotalKiB = 16_000_000 } = options;
    const plan = planPool(
      {
        name: "test",
        swap: {
          ...(memoryPercent === undefined ? { sizeBytes } : { memoryPercent, maxSizeBytes: sizeBytes }),
          backings,
          onFailure,
          sysctls: { swappiness: 60, minFreeKbytes, watermarkScaleFactor, pageCluster: "auto" },
          zswap: maxPoolPercent === undefined ? undefined : { maxPoolPercent },
        },
        rootVolume: { type: "gp3" },
        evictionHard: { "memory.available": evictionThreshold },
        requirements: [],
        labels: {},
        taints: [],
        dedicated: true,
      },
      "amd64",
    );
    this.#environment = { PATH: `${join(this.root, "bin")}:/usr/bin:/bin`, ON_FAILURE: onFailure };
    const shellParts: string[] = [];
    for (const fragment of swapFragments(plan)) {
      if (fragment.kind === "file") this.write(fragment.path, this.#moved(fragment.content));
      if (fragment.kind === "shell") shellParts.push(this.#moved(fragment.script));
      if (fragment.kind === "environment") {
        this.write(fragment.path, "");
        Object.assign(this.#environment, fragment.variables);
      }
    }
    this.write("/shell-part.sh", ["set -euo pipefail\n", ...shellParts].join(""));
    this.#environment["ARRAY_PATH"] = join(this.root, "mnt/k8s-disks/0");
    this.#environment["VOLUME_DEVICE"] = join(this.root, "dev/xvdb");
    for (const folder of ["/var/lib", "/mnt/k8s-disks/0"]) mkdirSync(this.real(folder), { recursive: true });
    this.write("/proc/meminfo", `MemTotal: ${memTotalKiB} kB\n`);
    this.write("/proc/sys/kernel/random/uuid", `${SWAP_UUID}\n`);
    this.#switchOn();
    this.write("/free", `${Math.floor((options.freeBytes ?? 100 * GIB) / 4096)}*4096\n`);
    this.write("/system-state", `${options.systemState ?? "running"}\n`);
    if (options.arrayMounted ?? true) this.write("/array-mounted", "");
    const failSwapOn = "failSwapOn" in options ? options.failSwapOn : "false";
    const settings = `${options.reservedBytes ?? 0} ${failSwapOn ?? ""}\n`;
    if (failSwapOn !== undefined) this.write("/kubelet-settings", settings);
    // nodeadm ends the file without a line feed.
    this.write("/etc/eks/kubelet/environment", options.kubeletArguments ?? "A=b\nNODEADM_KUBELET_ARGS=--v=2 --x=y");
    for (const [name, body] of Object.entries(STAND_INS)) this.standIn(name, body);
  }

  /** Puts bash in the place of a command. */
  standIn(name: string, body: string): void {
    const lines = ["#!/bin/bash", `root=${this.root}`, `echo "${name} $*" >>"$root/calls"`, body, ""];
    this.write(`/bin/${name}`, lines.join("\n"));
    chmodSync(join(this.root, "bin", name), 0o755);
  }

  /** Puts the usual stand-in back. */
  repair(name: string): void {
    this.standIn(name, STAND_INS[name] ?? "true");
  }

  /**
   * Runs a script of the library, or the shell part without the files that it writes, in a process group of its own,
   * which gets `kill.signal` as soon as a line of the calls contains `kill.at`.
   */
  async run(
    script: "swap-on.sh" | "swap-off.sh" | "shell-part.sh",
    { kill, environment }: RunOptions = {},
  ): Promise<Outcome> {
    const path = join(this.root, script === "shell-part.sh" ? script : `usr/local/lib/eks-swap/${script}`);
    const env = { ...this.#environment, ...environment };
    const child = spawn("bash", [path], { env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (bytes: Buffer) => (output += bytes.toString()));
    const watch = setInterval(() => {
      if (kill === undefined || child.pid === undefined || !this.calls().some((call) => call.includes(kill.at))) return;
      clearInterval(watch);
      process.kill(-child.pid, kill.signal);
    }, 20);
    return new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (exitCode) => {
        clearInterval(watch);
        resolve({ exitCode, output });
      });
    });
  }

  /** The commands that ran so far, each with its arguments, paths as on a node. */
  calls(): readonly string[] {
    const text = this.read("/calls") ?? "";
    return text
      .split("\n")
      .slice(0, -1)
      .map((line) => this.#asOnNode(line));
  }

  forgetCalls(): void {
    this.write("/calls", "");
  }

  /** The text of a file, paths as on a node; undefined when there is none. */
  read(path: string): string | undefined {
    const file = join(this.root, path);
    return existsSync(file) ? this.#asOnNode(readFileSync(file, "utf8")) : undefined;
  }

  write(path: string, content: string): void {
    const file = join(this.root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }

  /** Where a path of the node really is. */
  real(path: string): string {
    return join(this.root, path);
  }

  /** What a power cut leaves: everything that is only in memory is gone. */
  cutPower(): void {
    rmSync(join(this.root, "run/eks-swap"), { recursive: true, force: true });
    this.#switchOn();
  }

  exists(path: string): boolean {
    return existsSync(join(this.root, path));
  }

  /** The status file; throws when there is none, or one of another shape. */
  status(): z.infer<typeof STATUS> {
    return STATUS.parse(JSON.parse(this.read("/run/eks-swap/status.json") ?? "null"));
  }

  /** Active swap files. */
  swaps(): readonly string[] {
    return (this.read("/proc/swaps") ?? "")
      .split("\n")
      .slice(1, -1)
      .map((line) => line.replace(/ .*/, ""));
  }

  sysctls(): Readonly<Record<string, string>> {
    const names = readdirSync(join(this.root, "proc/sys/vm"));
    return Object.fromEntries(names.toSorted().map((name) => [name, (this.read(`/proc/sys/vm/${name}`) ?? "").trim()]));
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  #switchOn(): void {
    this.write("/proc/swaps", "Filename Type Size Used Priority\n");
    for (const [name, value] of Object.entries(KERNEL_SYSCTLS)) this.write(`/proc/sys/vm/${name}`, `${value}\n`);
    for (const [name, value] of Object.entries(KERNEL_ZSWAP)) this.write(`${ZSWAP}/${name}`, `${value}\n`);
  }

  #moved(text: string): string {
    return MOVED.reduce((moved, path) => moved.replaceAll(path, `${this.root}${path}`), text);
  }

  #asOnNode(text: string): string {
    return text.replaceAll(this.root, "");
  }
}

/** A kernel that has zswap, off. */
export const ZSWAP = "/sys/module/zswap/parameters";
const KERNEL_ZSWAP: Readonly<Record<string, string>> = { enabled: "N", max_pool_percent: "21" };

/** What the stage's kernel gives for a new UUID. */
export const SWAP_UUID = "11111111-2222-3333-4444-555555555555";

/** The sysctls of a node before anything of ours has run. */
export const KERNEL_SYSCTLS: Readonly<Record<string, string>> = {
  min_free_kbytes: "67584",
  "page-cluster": "3",
  swappiness: "61",
  watermark_scale_factor: "10",
};
