// The canary of verify: a small Burstable pod in a pool that reads the swap limit which the kubelet gave it.
import { V1Pod } from "@kubernetes/client-node";
import { setTimeout } from "node:timers/promises";
import type { SwapPlan } from "../../swap/plan";
import { predictedSwapLimit } from "../../swap/prediction";
import { floorToPage, formatQuantity, KIB, MIB } from "../../swap/quantity";
import { type ClusterConnection, ClusterError, isMissing } from "../cluster/connection";
import { NODE_POOL_LABEL } from "../cluster/objects";
import type { Verdict } from "./judgement";

/** How a canary is started. */
export interface CanaryOptions {
  /** Image with `cat`; default: busybox of ECR Public's copy of the Docker library. */
  readonly image?: string | undefined;
  /** Default: `default`. */
  readonly namespace?: string | undefined;
  /** Seconds until it must have run, a node to be launched included. Default: 600. */
  readonly timeoutSeconds?: number | undefined;
}

/** What a canary saw. */
export interface CanaryVerdict extends Verdict {
  /** Node that it ran on; null when it did not run. */
  readonly node: string | null;
  /** `memory.swap.max` in bytes; null when it is not known, `max` is no limit. */
  readonly limitBytes: number | "max" | null;
  /** What the plan promises on that node; null when the canary did not run. */
  readonly promisedBytes: number | null;
}

const REQUEST_BYTES = 64 * MIB;
const IMAGE = "public.ecr.aws/docker/library/busybox:1.37";
const LABEL = "eks-swap/canary";
const NAME = "canary";
const PAUSE = 2000;

/** Starts a canary, reads what it saw and deletes it, whatever happens. */
export async function runCanary(
  cluster: ClusterConnection,
  plan: SwapPlan,
  { image = IMAGE, namespace = "default", timeoutSeconds = 600 }: CanaryOptions,
  signal?: AbortSignal,
): Promise<CanaryVerdict> {
  // A request that is broken off may have been carried out, and nobody would delete the pod.
  const created = await cluster.evenIfAborted(`start a canary in ${namespace}`, async (options) =>
    cluster.core.createNamespacedPod({ namespace, body: describeCanary(plan, image, timeoutSeconds) }, options),
  );
  const name = created.metadata?.name ?? "";
  try {
    const pod = await waitForEnd(cluster, { name, namespace }, timeoutSeconds, signal);
    if (pod.status?.phase !== "Succeeded") return notRun(pod, await readWarning(cluster, { name, namespace }));
    const log = await cluster.read(`read the log of canary ${name}`, async (options) =>
      cluster.core.readNamespacedPodLog({ name, namespace }, options),
    );
    return judgeCanary(plan, pod.spec?.nodeName ?? "", log);
  } finally {
    await deleteCanary(cluster, { name, namespace });
  }
}

/**
 * The pod: Burstable, of 64Mi, on the pool's nodes only; allowed under the Pod Security Standard `restricted`. Should this
 * process be killed, `activeDeadlineSeconds` ends it.
 */
function describeCanary({ pool, taints }: SwapPlan, image: string, timeoutSeconds: number): V1Pod {
  return Object.assign(new V1Pod(), {
    metadata: { generateName: `eks-swap-canary-${pool}-`, labels: { [LABEL]: pool } },
    spec: {
      restartPolicy: "Never",
      activeDeadlineSeconds: timeoutSeconds,
      terminationGracePeriodSeconds: 0,
      automountServiceAccountToken: false,
      nodeSelector: { [NODE_POOL_LABEL]: pool },
      tolerations: taints.map(({ key, value, effect }) => ({
        key,
        effect,
        ...(value === undefined ? { operator: "Exists" } : { operator: "Equal", value }),
      })),
      securityContext: { runAsNonRoot: true, runAsUser: 65_534, seccompProfile: { type: "RuntimeDefault" } },
      containers: [
        {
          name: NAME,
          image,
          command: ["cat", "/sys/fs/cgroup/memory.swap.max", "/proc/meminfo"],
          resources: {
            requests: { cpu: "10m", memory: formatQuantity(REQUEST_BYTES) },
            limits: { memory: formatQuantity(2 * REQUEST_BYTES) },
          },
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
        },
      ],
    },
  });
}

/** Compares what a canary printed, its `memory.swap.max` and the node's /proc/meminfo, with the plan. */
export function judgeCanary(plan: Pick<SwapPlan, "swap">, node: string, log: string): CanaryVerdict {
  const limit = log.split("\n")[0]?.trim() ?? "";
  const memTotalKiB = /^MemTotal: +(\d+) kB$/m.exec(log)?.[1];
  if (plan.swap === null || memTotalKiB === undefined || !/^(?:\d+|max)$/.test(limit)) {
    const reasons = [`the canary printed something else than its swap limit: ${log.slice(0, 200)}`];
    return { status: "failed", reasons, node, limitBytes: null, promisedBytes: null };
  }
  const promisedBytes = floorToPage(predictedSwapLimit(plan.swap, Number(memTotalKiB) * KIB, REQUEST_BYTES));
  const limitBytes: number | "max" = limit === "max" ? limit : Number(limit);
  const seen = { node, limitBytes, promisedBytes };
  const said = `a container that requests ${formatQuantity(REQUEST_BYTES)} may swap ${limit} bytes`;
  const promised = `instead of ${promisedBytes}`;
  if (limitBytes === "max" || limitBytes === 0) return { status: "failed", reasons: [`${said} ${promised}`], ...seen };
  if (limitBytes < promisedBytes) return { status: "degraded", reasons: [`${said} ${promised}`], ...seen };
  return { status: "right", reasons: [], ...seen };
}

interface PodName {
  readonly name: string;
  readonly namespace: string;
}

async function waitForEnd(cluster: ClusterConnection, pod: PodName, timeoutSeconds: number, signal?: AbortSignal) {
  const deadline = Date.now() + timeoutSeconds * 1000;
  for (;;) {
    const seen = await cluster.read(`read canary ${pod.name}`, async (options) =>
      cluster.core.readNamespacedPod(pod, options),
    );
    const ended = seen.status?.phase === "Succeeded" || seen.status?.phase === "Failed";
    if (ended || Date.now() >= deadline) return seen;
    await setTimeout(PAUSE, undefined, { signal });
  }
}

function notRun({ spec, status }: V1Pod, warning: string | undefined): CanaryVerdict {
  const waiting = status?.containerStatuses?.[0]?.state?.waiting;
  const unscheduled = status?.conditions?.find(({ type, status: is }) => type === "PodScheduled" && is !== "True");
  const causes = [status?.reason, status?.message, unscheduled?.message, waiting?.reason, waiting?.message, warning];
  const cause = [...new Set(causes)].filter((text) => text !== undefined && text !== "").join(": ");
  const reasons = [`the canary did not run (${status?.phase ?? "Unknown"})${cause === "" ? "" : `: ${cause}`}`];
  return { status: "failed", reasons, node: spec?.nodeName ?? null, limitBytes: null, promisedBytes: null };
}

/** The last warning about a pod: a sandbox that cannot be made, or an image that cannot be pulled, has no other report. */
async function readWarning(cluster: ClusterConnection, { name, namespace }: PodName): Promise<string | undefined> {
  const fieldSelector = `involvedObject.name=${name},type=Warning`;
  try {
    const { items } = await cluster.once(`list the events of ${name}`, async (options) =>
      cluster.core.listNamespacedEvent({ namespace, fieldSelector }, options),
    );
    return items.at(-1)?.message;
  } catch (error) {
    // Who may not read events still learns what the pod itself says.
    if (error instanceof ClusterError) return undefined;
    throw error;
  }
}

/** Deletes after an interruption too. */
async function deleteCanary(cluster: ClusterConnection, pod: PodName): Promise<void> {
  try {
    await cluster.evenIfAborted(`delete canary ${pod.name} in ${pod.namespace}`, async (options) =>
      cluster.core.deleteNamespacedPod({ ...pod, gracePeriodSeconds: 0 }, options),
    );
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
}
