// What EKS's cloud controller manager does to nodes: it initializes those of running instances and removes those of gone ones.
// https://kubernetes.io/docs/concepts/architecture/cloud-controller/#node-controller
import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";
import { Api, PATHS, RefusedError } from "../kube/cluster/api";
import type { ChainSettings } from "./settings";

const UNINITIALIZED = "node.cloudprovider.kubernetes.io/uninitialized";

const nodeSchema = z.object({
  metadata: z.object({ name: z.string(), resourceVersion: z.string() }),
  spec: z.object({
    providerID: z.string().default(""),
    taints: z.array(z.looseObject({ key: z.string() })).default([]),
  }),
});

/** What the controller asks of an instance. */
export interface KnownInstance {
  readonly instanceType: string;
  readonly zone: string;
  readonly region: string;
  /** Where the API server reaches its kubelet. */
  readonly address: string;
}

/**
 * Runs until `signal`.
 * @param find the instance with an id, or undefined when it is gone
 */
export async function runCloudController(
  settings: ChainSettings,
  find: (instanceId: string) => KnownInstance | "gone" | undefined,
  signal: AbortSignal,
): Promise<void> {
  const api = new Api(settings.controlPlane);
  while (!signal.aborted) {
    for (const { metadata, spec } of z.array(nodeSchema).parse(await api.list(PATHS.nodes))) {
      const path = `${PATHS.nodes}/${metadata.name}`;
      const instance = find(spec.providerID.split("/").at(-1) ?? "");
      if (instance === "gone") await unless(404, api.delete(path));
      else if (instance !== undefined && spec.taints.some(({ key }) => key === UNINITIALIZED)) {
        await initialize(api, path, metadata, { ...instance, ...spec });
      }
    }
    await wait(1000);
  }
}

async function initialize(
  api: Api,
  path: string,
  { name, resourceVersion }: z.output<typeof nodeSchema>["metadata"],
  { address, instanceType, zone, region, taints }: KnownInstance & z.output<typeof nodeSchema>["spec"],
): Promise<void> {
  const others = taints.filter(({ key }) => key !== UNINITIALIZED);
  const labels = {
    "node.kubernetes.io/instance-type": instanceType,
    "topology.kubernetes.io/zone": zone,
    "topology.kubernetes.io/region": region,
  };
  // Karpenter takes its own taint away at the same time: what has changed meanwhile is read again.
  await unless(409, api.patch(path, { metadata: { labels, resourceVersion }, spec: { taints: others } }));
  const addresses = [
    { type: "InternalIP", address },
    { type: "Hostname", address: name },
  ];
  await api.patch(`${path}/status`, { status: { addresses } });
}

/** Waits for a request that may be refused with a status: the next look sees what has become of the node. */
async function unless(status: number, request: Promise<unknown>): Promise<void> {
  await request.catch((error: unknown) => {
    if (!(error instanceof RefusedError && error.status === status)) throw error;
  });
}
