// What of the memory of pods reaches the disk: secrets are put into memory of each kind, the node swaps hard, and all
// of the swap on the raw device is searched for them.
import assert from "node:assert/strict";
import { inMachine } from "../exercises";
import { SWAP_FILES } from "../expectations";
import type { Machine } from "../machine";
import type { Exercised } from "../scenario";
import { THRASH_MIB } from "./heartbeat";
import { asContainer, asDaemon, command, runContainer } from "./node";

const FOLDER = "/run/rig/canaries";

/** Memory of each kind: where its secret can be read after the search has been prepared, and whether it may swap. */
const CANARIES = {
  /** A Secret or a memory-backed volume, as the kubelet mounts it from Kubernetes 1.31 on a kernel that can. */
  "tmpfs with noswap, written by a container": { file: `${FOLDER}/noswap/secret`, swaps: false },
  /** The same on an older kernel or kubelet. */
  "tmpfs without noswap, written by a container": { file: `${FOLDER}/plain/secret`, swaps: true },
  /** A Secret there: its pages belong to the cgroup of the kubelet, which wrote them. */
  "tmpfs without noswap, written in the kubelet's place": { file: `${FOLDER}/kubelet/secret`, swaps: false },
  "anonymous memory of a container": { file: `${FOLDER}/noswap/memory`, swaps: true },
} as const;

/** A container with less RAM than it has filled. */
const HOLDER_LIMIT = { memoryMax: 8 * 2 ** 20 };

/** Secrets in memory of each kind, and which of them is on the raw device after the node has swapped hard. */
export async function searchSwap(machine: Machine): Promise<Exercised> {
  const inFile = (place: string): string => command("hold.py", "file", `${FOLDER}/${place}/secret`);
  // No process but these knows a secret before the search, and those that write files have ended by then.
  await inMachine(
    machine,
    `mkdir -p ${FOLDER}/{noswap,plain,kubelet}
     mount -t tmpfs -o size=16M,noswap canaries ${FOLDER}/noswap
     mount -t tmpfs -o size=16M canaries ${FOLDER}/plain
     mount -t tmpfs -o size=16M canaries ${FOLDER}/kubelet
     ${asContainer("canary-noswap", {}, inFile("noswap"), "--wait")}
     ${asContainer("canary-plain", {}, inFile("plain"), "--wait")}
     ${asDaemon("runtime.slice", "canary-kubelet", inFile("kubelet"), "--wait")}
     ${asContainer("canary-memory", HOLDER_LIMIT, command("hold.py", "memory", CANARIES["anonymous memory of a container"].file))}
     until [[ -e ${CANARIES["anonymous memory of a container"].file} ]]; do sleep 0.2; done`,
  );
  const ended = await runContainer(machine, "canary-thrash", {}, command("thrash.py", THRASH_MIB, 1000));
  assert.equal(ended.result, "success", ended.lines.join("\n"));
  // And the kernel is asked for more of the pods' memory than there is, which it answers with an error.
  await inMachine(
    machine,
    `echo 1G 2> /dev/null > /sys/fs/cgroup/kubepods.slice/memory.reclaim || true
     systemctl kill --signal=USR1 canary-memory.service
     until [[ -s ${CANARIES["anonymous memory of a container"].file} ]]; do sleep 0.2; done`,
  );
  const entries = Object.entries(CANARIES);
  // In a slice that does not swap: the search knows the secrets.
  const search = command("search.py", SWAP_FILES["root-volume"], ...entries.map(([, { file }]) => file));
  const output = await inMachine(machine, asDaemon("system.slice", "search", search, "--wait", "--pipe"), 600_000);
  const counts = new Map(
    output
      .trim()
      .split("\n")
      .map((line): [string, number] => {
        const [key = "", count] = line.split(" ");
        return [key, Number(count)];
      }),
  );
  for (const [name, { file, swaps }] of entries) {
    const pages = counts.get(file);
    if (swaps) assert.ok((pages ?? 0) > 0, `${name}: the search finds nothing, so it proves nothing`);
    else assert.equal(pages, 0, `${name}: pages on the disk`);
  }
  await inMachine(machine, `systemctl stop canary-memory.service; umount ${FOLDER}/{noswap,plain,kubelet}`);
  const figures = entries.map(([name, { file }]): [string, number] => [`${name}, pages found`, counts.get(file) ?? 0]);
  return {
    remark: "canaries: noswap tmpfs not on the disk, anonymous memory and tmpfs without noswap are",
    figures: { "swap searched, bytes": counts.get("searched") ?? 0, ...Object.fromEntries(figures) },
  };
}
