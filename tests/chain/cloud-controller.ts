// What EKS's cloud controller manager does to nodes: it initializes those of running instances and removes those of gone ones.
// https://kubernetes.io/docs/concepts/architecture/cloud-controller/#node-controller
import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";
import { Api, PATHS } from "../kube/cluster/api";
import type { ChainSettings } from "./settings";

const UNINITIALIZED = "node.cloudprovider.kubernetes.io/uninitialized";

const nodeSchema = z.object({
  metadata: z.object({ name: z.string() }),
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
      if (instance === "gone") await api.delete(path);
      else if (instance !== undefined && spec.taints.some(({ key }) => key === UNINITIALIZED)) {
        const addresses = [
          { type: "InternalIP", address: instance.address },
          { type: "Hostname", address: metadata.name },
        ];
        await api.patch(`${path}/status`, { status: { addresses } });
        await api.patch(path, {
          metadata: {
            labels: {
              "node.kubernetes.io/instance-type": instance.instanceType,
              "topology.kubernetes.io/zone": instance.zone,
              "topology.kubernetes.io/region": instance.region,
            },
          },
          spec: { taints: spec.taints.filter(({ key }) => key !== UNINITIALIZED) },
        });
      }
    }
    await wait(1000);
  }
}
