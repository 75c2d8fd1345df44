// Predicted and seen: what swap.max the kubelet asked for, what the kernel has, and what our rule says, container by container.
import assert from "node:assert/strict";
import { limitedSwap, type NodeMemory, type NoSwapReason } from "../../../swap/limited-swap";
import { qosClass, type ResourceAmounts, type Resources } from "../../../swap/qos-class";
import { floorToPage, parseMilliQuantity, parseQuantity } from "../../../swap/quantity";
import { inMachine } from "../../boot/exercises";
import type { Machine } from "../../boot/machine";
import { cgroupOf, idOf, isStatic, statuses, type Pod, type ResourceTexts } from "./pods";

/** One container, in bytes. */
export interface LimitRow {
  readonly case: string;
  readonly pod: string;
  readonly container: string;
  readonly qosClass: string;
  readonly memoryRequest: string | null;
  readonly memoryLimit: string | null;
  /** By swap/limited-swap.ts, from what the API server stored and the kubelet read of its node. */
  readonly predicted: number;
  readonly reason: NoSwapReason | null;
  /** What the kubelet sent to containerd to make the container; null where it made none, or changed it later. */
  readonly sent: string | null;
  /** memory.swap.max of the cgroup; the kernel keeps whole pages. Null where the kubelet made no container. */
  readonly seen: string | null;
}

/** A pod as it stands, and the case that it shows. */
export interface JudgedPod {
  readonly case: string;
  readonly pod: Pod;
  /** The kubelet did not run it. */
  readonly refused: boolean;
  /** Its resources were changed while it ran: the bundle that containerd made is older. */
  readonly changed?: boolean;
}

/** Rows for running containers, read from the machine. Pods that the kubelet refused have rows without `sent` and `seen`. */
export async function readLimits(
  machine: Machine,
  node: NodeMemory,
  pods: readonly JudgedPod[],
): Promise<readonly LimitRow[]> {
  const running = pods.flatMap((judged) =>
    statuses(judged.pod)
      .filter(({ state }) => state.running !== undefined)
      .map((status) => ({ judged, status })),
  );
  const told = await readCgroups(
    machine,
    running.map(({ judged, status }) => [cgroupOf(judged.pod, status), idOf(status)]),
  );
  return [
    ...running.map(({ judged, status }, index) => rowOf(judged, node, status.name, told[index])),
    ...pods
      .filter(({ refused }) => refused)
      .flatMap((judged) => allContainers(judged.pod).map(({ name }) => rowOf(judged, node, name, undefined))),
  ];
}

/** Whether prediction and node agree: on the bytes that were sent, and on those that the kernel keeps. */
export function agrees({ predicted, sent, seen }: Pick<LimitRow, "predicted" | "sent" | "seen">): boolean {
  if (seen === null) return sent === null && predicted === 0;
  return (sent === null || sent === String(predicted)) && seen === String(floorToPage(predicted));
}

function rowOf(
  { case: name, pod, changed }: JudgedPod,
  node: NodeMemory,
  container: string,
  told: Told | undefined,
): LimitRow {
  const spec = allContainers(pod).find((candidate) => candidate.name === container);
  assert.ok(spec !== undefined, `the pod has no container ${container}`);
  const ofContainer = resourcesOf(spec.resources);
  const computed = qosClass({
    containers: countedContainers(pod).map(({ resources }) => resourcesOf(resources)),
    ...(pod.spec.resources === undefined ? {} : { podLevel: resourcesOf(pod.spec.resources) }),
  });
  assert.equal(computed, pod.status.qosClass, `QoS class of ${pod.metadata.name}`);
  const { swapLimitBytes, reason } = limitedSwap(
    node,
    { qosClass: computed, isStatic: isStatic(pod), priority: pod.spec.priority },
    { requestBytes: ofContainer.requests?.memory, limitBytes: ofContainer.limits?.memory },
  );
  return {
    case: name,
    pod: pod.metadata.name,
    container,
    qosClass: computed,
    memoryRequest: spec.resources?.requests?.["memory"] ?? null,
    memoryLimit: spec.resources?.limits?.["memory"] ?? null,
    predicted: swapLimitBytes,
    reason,
    sent: changed === true ? null : (told?.sent ?? null),
    seen: told?.seen ?? null,
  };
}

function countedContainers({ spec }: Pod): Pod["spec"]["containers"] {
  return [...spec.initContainers, ...spec.containers];
}

function allContainers(pod: Pod): Pod["spec"]["containers"] {
  return [...countedContainers(pod), ...pod.spec.ephemeralContainers];
}

function resourcesOf(resources: ResourceTexts | undefined): Resources {
  const [requests, limits] = [amountsOf(resources?.requests), amountsOf(resources?.limits)];
  return { ...(requests === undefined ? {} : { requests }), ...(limits === undefined ? {} : { limits }) };
}

function amountsOf(amounts: Readonly<Record<string, string>> | undefined): ResourceAmounts | undefined {
  if (amounts === undefined) return undefined;
  const { cpu, memory } = amounts;
  return {
    ...(cpu === undefined ? {} : { cpu: parseMilliQuantity(cpu) }),
    ...(memory === undefined ? {} : { memory: parseQuantity(memory) }),
  };
}

interface Told {
  readonly sent: string;
  readonly seen: string;
}

/** For each cgroup folder and container id: what runc was told, from the bundle that containerd made, and what the kernel says. */
async function readCgroups(
  machine: Machine,
  containers: readonly (readonly [string, string])[],
): Promise<readonly Told[]> {
  const list = containers.map(([folder, id]) => `${folder} ${id}`).join("\n");
  const output = await inMachine(
    machine,
    `while read -r folder id; do
       sent=$(jq -r '.linux.resources.unified["memory.swap.max"]' "/run/containerd/io.containerd.runtime.v2.task/k8s.io/$id/config.json")
       echo "$sent $(< "/sys/fs/cgroup/$folder/memory.swap.max")"
     done <<'END'\n${list}\nEND`,
  );
  const lines = output.trim().split("\n");
  assert.equal(lines.length, containers.length);
  return lines.map((line) => {
    const [sent = "", seen = ""] = line.split(" ");
    return { sent, seen };
  });
}
