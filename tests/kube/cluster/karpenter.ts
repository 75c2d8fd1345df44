// What Karpenter does with NodeClaims that are deleted, as far as drain sees it: pods are evicted, then finalizers go.
import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";
import { inNamespace, PATHS, RefusedError, type Api, type ApiObject } from "./api";

const PAUSE = 200;
const TERMINATION = "karpenter.sh/termination";

const claimSchema = z.looseObject({ status: z.looseObject({ nodeName: z.string().optional() }).optional() });
const podSchema = z.looseObject({
  metadata: z.looseObject({
    name: z.string(),
    namespace: z.string(),
    annotations: z.record(z.string(), z.string()).default({}),
    deletionTimestamp: z.string().optional(),
    finalizers: z.array(z.string()).default([]),
  }),
  spec: z.looseObject({ nodeName: z.string().optional() }),
});

/** Terminates NodeClaims until it is stopped. */
export class Karpenter {
  readonly #api: Api;
  readonly #stopped = new AbortController();
  readonly #work: Promise<void>;

  constructor(api: Api) {
    this.#api = api;
    this.#work = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#work;
  }

  async #run(): Promise<void> {
    while (!this.#stopped.signal.aborted) {
      for (const claim of await this.#api.list(PATHS.nodeClaims)) {
        if (claim.metadata.deletionTimestamp !== undefined) await this.#terminate(claim);
      }
      await wait(PAUSE);
    }
  }

  async #terminate(claim: ApiObject): Promise<void> {
    const { nodeName } = claimSchema.parse(claim).status ?? {};
    if (nodeName !== undefined && (await this.#evict(nodeName)) > 0) return;
    const finalizers = z.array(z.string()).parse(claim.metadata["finalizers"] ?? []);
    const foreign = finalizers.filter((finalizer) => finalizer !== TERMINATION);
    if (foreign.length < finalizers.length) await this.#setFinalizers(PATHS.nodeClaims, claim.metadata.name, foreign);
    if (nodeName !== undefined) await this.#gone(this.#api.delete(`${PATHS.nodes}/${nodeName}`));
  }

  /** Evicts the pods of a node that may be; those that the API server let go are gone at once. Gives how many are left. */
  async #evict(nodeName: string): Promise<number> {
    const pods = z.array(podSchema).parse(await this.#api.list("/api/v1/pods"));
    const here = pods.filter(({ spec }) => spec.nodeName === nodeName);
    for (const { metadata } of here) {
      const path = `${inNamespace(metadata.namespace, "pods")}/${metadata.name}`;
      if (metadata.annotations["karpenter.sh/do-not-disrupt"] === "true") continue;
      const { name, namespace } = metadata;
      const eviction = {
        apiVersion: "policy/v1",
        kind: "Eviction",
        metadata: { name, namespace },
        deleteOptions: { gracePeriodSeconds: 0 },
      };
      try {
        await this.#api.create(`${path}/eviction`, eviction);
      } catch (error) {
        // 429: a PodDisruptionBudget holds the pod.
        if (!(error instanceof RefusedError) || (error.status !== 429 && error.status !== 404)) throw error;
      }
    }
    return here.length;
  }

  async #setFinalizers(path: string, name: string, finalizers: readonly string[]): Promise<void> {
    await this.#gone(this.#api.patch(`${path}/${name}`, { metadata: { finalizers } }));
  }

  async #gone(request: Promise<unknown>): Promise<void> {
    try {
      await request;
    } catch (error) {
      if (!(error instanceof RefusedError) || error.status !== 404) throw error;
    }
  }
}
