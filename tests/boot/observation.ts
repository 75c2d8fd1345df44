// What is looked at inside the machine after a boot has settled: one script, one answer, one typed record.
import { z } from "zod";
import type { Machine } from "./machine";

/** When a boot has come to the point where it can be judged. */
export type Settled =
  /** nodeadm-run has ended and a kubelet has started. */
  | "joined"
  /** nodeadm-run polls for a kubelet that does not start. */
  | "kubelet-blocked"
  /** The kubelet has exited and was started again. */
  | "kubelet-exits"
  /** nodeadm-run has failed: there is no kubelet. */
  | "run-failed"
  /** A command that a scenario put in the place of another has done its work, and hangs. */
  | "hangs";

/** Made by a command that hangs on purpose. */
export const HANG_MARK = "/run/rig/hangs";

const CONDITIONS: Record<Settled, string> = {
  joined: `[[ $run == inactive:success && $ran != 0 && $starts -ge 1 ]]`,
  "kubelet-blocked": `[[ $(cat /run/rig/nodeadm-polls 2> /dev/null) =~ ^kubelet\\ ([0-9]+)$ ]] && ((BASH_REMATCH[1] >= 6))`,
  "kubelet-exits": `[[ $starts -ge 2 ]]`,
  "run-failed": `[[ $run == failed:* ]]`,
  hangs: `[[ -e ${HANG_MARK} ]]`,
};

const kubeletStart = z.object({
  boot: z.string(),
  /** Seconds since the kernel started. */
  uptime: z.number(),
  swaps: z.array(z.string()),
  memTotalKiB: z.number(),
  swapTotalKiB: z.number(),
  arguments: z.array(z.string()),
  config: z.record(z.string(), z.unknown()),
  /** The words with which the kubelet refused to run, or null. */
  refused: z.string().nullable(),
});

/** One start of the kubelet stand-in, as it recorded it before it did anything else. */
export type KubeletStart = z.infer<typeof kubeletStart>;

/** One line of /proc/swaps. */
export interface ActiveSwap {
  readonly path: string;
  readonly type: string;
  readonly sizeKiB: number;
}

/** The state of a systemd unit; times are seconds since the kernel started, undefined when it never happened. */
export interface UnitState {
  readonly active: string;
  readonly result: string;
  readonly startedAt: number | undefined;
  readonly endedAt: number | undefined;
}

/** Everything that is recorded about one boot. */
export interface Observation {
  /** Seconds since the kernel started at which the kernel took the first swap area, from its own log. */
  readonly swapOnAt: number | undefined;
  readonly swaps: readonly ActiveSwap[];
  readonly kubeletStarts: readonly KubeletStart[];
  readonly units: Readonly<Record<string, UnitState>>;
  readonly mounts: Readonly<Record<string, string>>;
  readonly sysctls: Readonly<Record<string, string>>;
  /** The same sysctls before cloud-init and anything of ours ran. */
  readonly sysctlsAtBoot: Readonly<Record<string, string>>;
  /** memory.swap.max by cgroup; a cgroup that does not exist, as a slice without processes, is left out. */
  readonly swapMax: Readonly<Record<string, string>>;
  /** What systemd gives to these cgroups, also when it makes them anew. */
  readonly swapMaxSettings: Readonly<Record<string, string>>;
  /** MemoryHigh that systemd gives to kubepods.slice, and its memory.high where it exists. */
  readonly podsHigh: readonly string[];
  /** SHA-256 of the files that arrived on the node, by path. */
  readonly files: Readonly<Record<string, string>>;
  /** Folders of swap files that exist. */
  readonly swapFolders: readonly string[];
  /** Device by EBS volume id. */
  readonly volumes: Readonly<Record<string, string>>;
  /** Parameters of zswap; none where the kernel has no zswap. */
  readonly zswap: Readonly<Record<string, string>>;
  /** Size and free bytes of the root file system. */
  readonly root: { readonly size: number; readonly free: number };
  readonly status: unknown;
  readonly journal: string;
  readonly console: string;
}

const WATCHED_UNITS = [
  "cloud-init-local.service",
  "nodeadm-config.service",
  "cloud-init.service",
  "cloud-config.service",
  "cloud-final.service",
  "nodeadm-run.service",
  "mnt-k8s\\x2ddisks-0.mount",
  "containerd.service",
  "eks-swap.service",
  "kubelet.service",
] as const;

const WATCHED_SYSCTLS = [
  "vm.min_free_kbytes",
  "vm.swappiness",
  "vm.watermark_scale_factor",
  "vm.page-cluster",
] as const;

const WATCHED_CGROUPS = ["system.slice", "runtime.slice", "user.slice", "init.scope", "kubepods.slice"] as const;

const ZSWAP = "/sys/module/zswap/parameters";

const SWAP_FOLDERS = ["/var/lib/eks-swap", "/mnt/k8s-disks/0/eks-swap"] as const;

/** Waits inside the machine until the boot has settled; fails with the units' states when it has not after `timeout` milliseconds. */
export async function waitUntilSettled(machine: Machine, settled: Settled, timeout: number): Promise<void> {
  const answer = await machine.run(
    `read -r boot < /proc/sys/kernel/random/boot_id
     for ((second = 0; second < ${Math.round(timeout / 1000)}; second++)); do
       run=$(systemctl show --property=ActiveState --value nodeadm-run.service):$(systemctl show --property=Result --value nodeadm-run.service)
       ran=$(systemctl show --property=ExecMainExitTimestampMonotonic --value nodeadm-run.service)
       starts=$(grep -c "$boot" /var/log/rig/kubelet.jsonl 2> /dev/null)
       if ${CONDITIONS[settled]}; then exit 0; fi
       sleep 1
     done
     echo "run=$run starts=$starts"; systemctl list-units --failed --no-legend; systemctl list-jobs --no-legend; journalctl -b -n 40 --no-pager
     exit 1`,
    timeout + 60_000,
  );
  if (answer.status !== 0) throw new Error(`the boot did not reach "${settled}":\n${answer.output}`);
}

/** Looks at the machine. */
export async function observe(machine: Machine): Promise<Observation> {
  const answer = await machine.run(
    `section() { echo "=== $1"; }
     section dmesg; dmesg | grep 'Adding .* swap on'
     section swaps; tail -n +2 /proc/swaps
     section kubelet; grep "$(cat /proc/sys/kernel/random/boot_id)" /var/log/rig/kubelet.jsonl 2> /dev/null
     section units; systemctl show --property=Id,ActiveState,Result,InactiveExitTimestampMonotonic,ActiveEnterTimestampMonotonic,InactiveEnterTimestampMonotonic,ExecMainStartTimestampMonotonic,ExecMainExitTimestampMonotonic ${WATCHED_UNITS.map((unit) => `'${unit}'`).join(" ")}
     section mounts; findmnt --raw --noheadings --output TARGET,SOURCE --real
     section sysctls; sysctl ${WATCHED_SYSCTLS.join(" ")}
     section boot-sysctls; cat /run/rig/sysctls-at-boot
     section cgroups; cd /sys/fs/cgroup; for group in ${WATCHED_CGROUPS.join(" ")}; do [[ ! -e $group/memory.swap.max ]] || echo "$group $(<$group/memory.swap.max)"; done
     section settings; for group in ${WATCHED_CGROUPS.join(" ")}; do echo "$group $(systemctl show --property=MemorySwapMax --value "$group")"; done
     section high; systemctl show --property=MemoryHigh --value kubepods.slice; cat kubepods.slice/memory.high 2> /dev/null
     section files; sha256sum /usr/local/lib/eks-swap/* /var/lib/cloud/instance/scripts/* 2> /dev/null
     section folders; ls -d ${SWAP_FOLDERS.join(" ")} 2> /dev/null
     section volumes; for link in /dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_vol*; do [[ $link == *-part* ]] || echo "\${link##*_} $(realpath "$link")"; done
     section zswap; for name in enabled max_pool_percent; do [[ ! -e ${ZSWAP}/$name ]] || echo "$name $(<${ZSWAP}/$name)"; done
     section root; findmnt --bytes --noheadings --output SIZE,AVAIL /
     section status; cat /run/eks-swap/status.json 2> /dev/null
     section journal; journalctl -b -u eks-swap.service -u cloud-final.service -u nodeadm-run.service -u kubelet.service --no-pager -o short-monotonic`,
    60_000,
  );
  const sections = readSections(answer.output);
  const section = (name: string): string => sections.get(name) ?? "";
  const status = section("status").trim();
  const [size = "0", free = "0"] = section("root").trim().split(/\s+/);
  return {
    swapOnAt: readSwapOn(section("dmesg")),
    swaps: lines(section("swaps")).map(readSwap),
    kubeletStarts: lines(section("kubelet")).map((line) => kubeletStart.parse(JSON.parse(line))),
    units: readUnits(section("units")),
    mounts: Object.fromEntries(lines(section("mounts")).map((line) => pair(line, " "))),
    sysctls: Object.fromEntries(lines(section("sysctls")).map((line) => pair(line, " = "))),
    sysctlsAtBoot: Object.fromEntries(lines(section("boot-sysctls")).map((line) => pair(line, " = "))),
    swapMax: Object.fromEntries(lines(section("cgroups")).map((line) => pair(line, " "))),
    swapMaxSettings: Object.fromEntries(lines(section("settings")).map((line) => pair(line, " "))),
    podsHigh: lines(section("high")),
    files: Object.fromEntries(
      lines(section("files")).map((line): [string, string] => {
        const [sum, path] = pair(line, "  ");
        return [path, sum];
      }),
    ),
    swapFolders: lines(section("folders")),
    volumes: Object.fromEntries(lines(section("volumes")).map((line) => pair(line, " "))),
    zswap: Object.fromEntries(lines(section("zswap")).map((line) => pair(line, " "))),
    root: { size: Number(size), free: Number(free) },
    status: status === "" ? undefined : z.unknown().parse(JSON.parse(status)),
    journal: section("journal"),
    console: machine.consoleText(),
  };
}

function lines(text: string): string[] {
  return text.split("\n").filter((line) => line.trim() !== "");
}

function pair(line: string, separator: string): [string, string] {
  const at = line.indexOf(separator);
  return [line.slice(0, at), line.slice(at + separator.length)];
}

function readSections(text: string): Map<string, string> {
  const result = new Map<string, string>();
  for (const part of text.split(/^=== /m).slice(1)) result.set(...pair(part, "\n"));
  return result;
}

function readSwapOn(text: string): number | undefined {
  const match = /^\[\s*([\d.]+)\]/.exec(text);
  return match === null ? undefined : Number(match[1]);
}

function readSwap(line: string): ActiveSwap {
  const [path = "", type = "", size = ""] = line.split(/\s+/);
  return { path, type, sizeKiB: Number(size) };
}

function readUnits(text: string): Record<string, UnitState> {
  const units: Record<string, UnitState> = {};
  for (const block of text.split("\n\n")) {
    const properties = new Map(lines(block).map((line) => pair(line, "=")));
    const seconds = (name: string): number | undefined => {
      const value = Number(properties.get(name) ?? 0);
      return value === 0 ? undefined : value / 1e6;
    };
    const id = properties.get("Id");
    if (id === undefined) continue;
    units[id] = {
      active: properties.get("ActiveState") ?? "",
      result: properties.get("Result") ?? "",
      startedAt: seconds("ExecMainStartTimestampMonotonic") ?? seconds("InactiveExitTimestampMonotonic"),
      endedAt: seconds("ExecMainExitTimestampMonotonic") ?? seconds("ActiveEnterTimestampMonotonic"),
    };
  }
  return units;
}
