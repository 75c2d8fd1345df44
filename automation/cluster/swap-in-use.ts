// What the containers of pools have in swap now, against what they could have under another plan.
import type { V1Container, V1Node, V1Pod } from "@kubernetes/client-node";
import { z } from "zod";
import { limitedSwap, type NoSwapReason } from "../../swap/limited-swap";
import type { SwapPlan } from "../../swap/plan";
import { swapTotalBytes } from "../../swap/prediction";
import { floorToPage, parseQuantity } from "../../swap/quantity";
import { swapBytes } from "../../swap/size";
import { type ClusterConnection, ClusterError } from "./connection";
import { askKubelet, forEachOf, listNodes, memTotalBytes } from "./nodes";
import { parse } from "./objects";

/** Swap of one running container. */
export interface ContainerSwap {
  readonly pool: string;
  readonly node: string;
  readonly namespace: string;
  readonly pod: string;
  /** Name of the container; `*` stands for all of the pod where the kubelet counts pods only (before Kubernetes 1.33). */
  readonly container: string;
  /** What it has in swap now, in bytes. */
  readonly usedBytes: number;
  /** What it may have under the plan on a node of the same memory, in bytes as the kernel counts them. */
  readonly limitBytes: number;
  /** Why it may have none; null where swap is given. */
  readonly reason: NoSwapReason | null;
}

/** Swap in use on the nodes of some pools. */
export interface SwapUse {
  /** Containers that have anything in swap. */
  readonly containers: readonly ContainerSwap[];
  /** Nodes whose kubelet did not answer, so that nothing is known of their containers. */
  readonly unread: readonly { readonly node: string; readonly reason: string }[];
}

type PoolPlan = Pick<SwapPlan, "pool" | "swap">;

const usageSchema = z.object({ swapUsageBytes: z.number().default(0) }).default({ swapUsageBytes: 0 });

/** Source: https://github.com/kubernetes/kubernetes/blob/v1.37.2/staging/src/k8s.io/kubelet/pkg/apis/stats/v1alpha1/types.go */
const summarySchema = z.object({
  pods: z
    .array(
      z.object({
        podRef: z.object({ name: z.string(), namespace: z.string() }),
        swap: usageSchema,
        containers: z
          .array(z.object({ name: z.string(), swap: usageSchema }))
          .nullish()
          .transform((containers) => containers ?? []),
      }),
    )
    .nullish()
    .transform((pods) => pods ?? []),
});

type PodSummary = z.infer<typeof summarySchema>["pods"][number];

/**
 * Reads what containers of the pools' nodes have in swap, and predicts their limits under the plans. An update that
 * replaces nodes restarts their containers. A container whose new limit is below its use is OOM-killed on the new node
 * once it has grown to its old size.
 */
export async function readSwapUse(cluster: ClusterConnection, plans: readonly PoolPlan[]): Promise<SwapUse> {
  const nodes = (
    await Promise.all(plans.map(async (plan) => (await listNodes(cluster, plan.pool)).map((node) => ({ plan, node }))))
  ).flat();
  const answers = await forEachOf(nodes, async ({ plan, node }) => {
    try {
      return { containers: await readNode(cluster, plan, node), unread: [] };
    } catch (error) {
      if (!(error instanceof ClusterError)) throw error;
      return { containers: [], unread: [{ node: nameOf(node), reason: error.message }] };
    }
  });
  return {
    containers: answers.flatMap(({ containers }) => containers),
    unread: answers.flatMap(({ unread }) => unread),
  };
}

async function readNode(cluster: ClusterConnection, plan: PoolPlan, node: V1Node): Promise<readonly ContainerSwap[]> {
  const name = nameOf(node);
  const summary = parse(summarySchema, await askKubelet(cluster, name, "stats/summary"), `stats/summary of ${name}`);
  const { items } = await cluster.read(`list the pods of ${name}`, async (options) =>
    cluster.core.listPodForAllNamespaces({ fieldSelector: `spec.nodeName=${name}` }, options),
  );
  return summary.pods.flatMap((used) => {
    const { podRef } = used;
    const pod = items.find(({ metadata }) => metadata?.name === podRef.name && metadata.namespace === podRef.namespace);
    if (pod === undefined) return [];
    return containersOf(used, pod, plan, memTotalBytes(node)).map((container) => ({
      pool: plan.pool,
      node: name,
      namespace: podRef.namespace,
      pod: podRef.name,
      ...container,
    }));
  });
}

type ContainerUse = Pick<ContainerSwap, "container" | "usedBytes" | "limitBytes" | "reason">;

function containersOf(used: PodSummary, pod: V1Pod, plan: PoolPlan, memTotal: number): readonly ContainerUse[] {
  const containers = [...(pod.spec?.initContainers ?? []), ...(pod.spec?.containers ?? [])];
  const predicted = containers.map((container) => ({
    name: container.name,
    ...predict(container, pod, plan, memTotal),
  }));
  const perContainer = predicted.flatMap(({ name, limitBytes, reason }) => {
    const usedBytes = used.containers.find((entry) => entry.name === name)?.swap.swapUsageBytes ?? 0;
    return usedBytes > 0 ? [{ container: name, usedBytes, limitBytes, reason }] : [];
  });
  if (perContainer.length > 0 || used.swap.swapUsageBytes === 0) return perContainer;
  const running = predicted.filter(({ name }) => pod.spec?.containers.some((container) => container.name === name));
  const limitBytes = running.reduce((sum, container) => sum + container.limitBytes, 0);
  const reason = limitBytes > 0 ? null : (running[0]?.reason ?? null);
  return [{ container: "*", usedBytes: used.swap.swapUsageBytes, limitBytes, reason }];
}

/** What a container of a pod in the cluster may have in swap on a node of this MemTotal, in bytes, or why it has none. */
export function predict(
  { resources }: V1Container,
  { metadata, spec, status }: V1Pod,
  { swap }: PoolPlan,
  memTotal: number,
) {
  const bytes = (amounts: Readonly<Record<string, string>> | undefined): number | undefined =>
    amounts?.["memory"] === undefined ? undefined : parseQuantity(amounts["memory"]);
  const { swapLimitBytes, reason } = limitedSwap(
    {
      memTotalBytes: memTotal,
      swapTotalBytes: swap === null ? 0 : swapTotalBytes(swapBytes(swap, memTotal)),
      swapBehavior: swap === null ? "NoSwap" : "LimitedSwap",
    },
    {
      qosClass: qosClassOf(status?.qosClass),
      isStatic: metadata?.annotations?.["kubernetes.io/config.mirror"] !== undefined,
      priority: spec?.priority ?? 0,
    },
    { requestBytes: bytes(resources?.requests), limitBytes: bytes(resources?.limits) },
  );
  return { limitBytes: floorToPage(swapLimitBytes), reason };
}

function qosClassOf(text: string | undefined) {
  return text === "Guaranteed" || text === "Burstable" ? text : "BestEffort";
}

function nameOf(node: V1Node): string {
  return node.metadata?.name ?? "";
}
