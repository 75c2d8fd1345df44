// What the API server says of the chain: nodes, NodeClaims, jobs and pods, and the wait for something of them.
import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";
import { Api, inNamespace, PATHS } from "../kube/cluster/api";
import type { Chain } from "./chain";

export const JOBS = inNamespace("default", "jobs", "/apis/batch/v1");
export const PODS = inNamespace("default", "pods");
const EVENTS = "/api/v1/events";

/** Longest wait in milliseconds unless a story knows better: far above what emulated nodes on a busy machine need. */
const PATIENCE = 900_000;

const conditionSchema = z.object({
  type: z.string(),
  status: z.string(),
  reason: z.string().default(""),
  message: z.string().default(""),
  lastTransitionTime: z.string().nullish(),
});
const metadataSchema = z.object({
  name: z.string(),
  creationTimestamp: z.string(),
  deletionTimestamp: z.string().optional(),
  labels: z.record(z.string(), z.string()).default({}),
});
const conditionsSchema = z.array(conditionSchema).default([]);
const taintSchema = z.object({ key: z.string() });

const nodeClaimSchema = z.object({
  metadata: metadataSchema,
  status: z
    .object({ conditions: conditionsSchema, nodeName: z.string().default(""), providerID: z.string().default("") })
    .default({ conditions: [], nodeName: "", providerID: "" }),
});
const nodeSchema = z.object({
  metadata: metadataSchema,
  spec: z.object({ providerID: z.string().default(""), taints: z.array(taintSchema).default([]) }),
  status: z.object({
    capacity: z.record(z.string(), z.string()).default({}),
    conditions: conditionsSchema,
    nodeInfo: z.object({ swap: z.object({ capacity: z.number().optional() }).optional() }).optional(),
  }),
});
const podSchema = z.object({
  metadata: metadataSchema.extend({ uid: z.string() }),
  spec: z.object({ nodeName: z.string().default("") }),
  status: z.object({
    phase: z.string(),
    conditions: conditionsSchema,
    qosClass: z.string().default(""),
    containerStatuses: z
      .array(
        z.object({
          name: z.string(),
          containerID: z.string().optional(),
          state: z.object({
            running: z.object({ startedAt: z.string() }).optional(),
            terminated: z.object({ reason: z.string(), finishedAt: z.string() }).optional(),
          }),
        }),
      )
      .default([]),
  }),
});
const jobSchema = z.object({
  metadata: metadataSchema,
  status: z.object({ conditions: conditionsSchema, completionTime: z.string().optional() }),
});
const eventSchema = z.object({
  // Some are about nothing that has a name.
  involvedObject: z.object({ kind: z.string().default(""), name: z.string().default("") }),
  reason: z.string().default(""),
  message: z.string().default(""),
});

export type NodeClaim = z.output<typeof nodeClaimSchema>;
export type Node = z.output<typeof nodeSchema>;
export type Pod = z.output<typeof podSchema>;
export type Job = z.output<typeof jobSchema>;
export type Condition = z.output<typeof conditionSchema>;

/** Objects of the cluster, read anew by every call. */
export class ClusterView {
  readonly api: Api;
  readonly #chain: Chain;

  constructor(chain: Chain) {
    this.api = new Api(chain.server);
    this.#chain = chain;
  }

  async nodeClaims(pool?: string): Promise<readonly NodeClaim[]> {
    const all = z.array(nodeClaimSchema).parse(await this.api.list(PATHS.nodeClaims));
    return all.filter(({ metadata }) => pool === undefined || metadata.labels["karpenter.sh/nodepool"] === pool);
  }

  /** Nodes of a pool. */
  async nodes(pool: string): Promise<readonly Node[]> {
    const all = z.array(nodeSchema).parse(await this.api.list(PATHS.nodes));
    return all.filter(({ metadata }) => metadata.labels["karpenter.sh/nodepool"] === pool);
  }

  /** Conditions of a NodePool. */
  async nodePool(name: string): Promise<readonly Condition[]> {
    const pool = await this.api.read(`${PATHS.nodePools}/${name}`);
    return z.object({ status: z.object({ conditions: conditionsSchema }) }).parse(pool).status.conditions;
  }

  async job(name: string): Promise<Job> {
    return jobSchema.parse(await this.api.read(`${JOBS}/${name}`));
  }

  /** Pods of a job, the oldest first. */
  async podsOf(job: string): Promise<readonly Pod[]> {
    const all = z.array(podSchema).parse(await this.api.list(`${PODS}?labelSelector=job-name=${job}`));
    return all.toSorted((one, other) => one.metadata.creationTimestamp.localeCompare(other.metadata.creationTimestamp));
  }

  /** `REASON: MESSAGE` of the events of an object. */
  async events(kind: string, name: string): Promise<readonly string[]> {
    return z
      .array(eventSchema)
      .parse(await this.api.list(EVENTS))
      .filter(({ involvedObject }) => involvedObject.kind === kind && involvedObject.name === name)
      .map(({ reason, message }) => `${reason}: ${message}`);
  }

  /** What `attempt` gives once it gives something; fails when the chain does, or after `patience` milliseconds. */
  async until<T>(what: string, attempt: () => Promise<T | undefined>, patience = PATIENCE): Promise<T> {
    const end = Date.now() + patience;
    for (;;) {
      this.#chain.dataPlane.check();
      const found = await attempt();
      if (found !== undefined) return found;
      if (Date.now() > end) throw new Error(`not within ${patience / 1000} s: ${what}\n${await this.#describe()}`);
      await wait(1000);
    }
  }

  /** The one ready node of a pool, once there is one that Karpenter has initialized; with the time of each step. */
  async readyNode(pool: string, except: readonly string[] = []): Promise<{ claim: NodeClaim; node: Node }> {
    return this.until(`a node of ${pool} is initialized`, async () => {
      const nodes = await this.nodes(pool);
      for (const claim of await this.nodeClaims(pool)) {
        const node = nodes.find(({ metadata }) => metadata.name === claim.status.nodeName);
        if (node === undefined || except.includes(node.metadata.name)) continue;
        if (isTrue(claim.status.conditions, "Initialized")) return { claim, node };
      }
      return undefined;
    });
  }

  /** How a job ended, once it has. */
  async ended(name: string): Promise<"Complete" | "Failed"> {
    return this.until(`job ${name} has ended`, async () => {
      const { conditions } = (await this.job(name)).status;
      return (["Complete", "Failed"] as const).find((end) => isTrue(conditions, end));
    });
  }

  async #describe(): Promise<string> {
    const claims = (await this.nodeClaims()).map(
      ({ metadata, status }) => `${metadata.name}: ${status.conditions.map(describeCondition).join(", ")}`,
    );
    const pods = z.array(podSchema).parse(await this.api.list(PODS));
    return [
      ...claims,
      ...pods.map(({ metadata, status, spec }) => `${metadata.name} ${status.phase} on ${spec.nodeName}`),
    ].join("\n");
  }
}

export function isTrue(conditions: readonly Condition[], type: string): boolean {
  return conditions.some((condition) => condition.type === type && condition.status === "True");
}

export function describeCondition({ type, status, reason }: Condition): string {
  return `${type}=${status}${reason === "" || reason === type ? "" : ` (${reason})`}`;
}
