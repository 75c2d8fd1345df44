// Pods on the node under test: made through the API server, found again in the machine's cgroups.
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { Api, inNamespace, PATHS } from "../cluster/api";
import { POD_IMAGE } from "./disk";
import { NODE_NAME, type ApiServer } from "./node";

/** Where pods are made unless they need another namespace. */
export const NAMESPACE = "default";

/** Longest wait for something of the cluster, in milliseconds: far above what an emulated node needs. */
const PATIENCE = 600_000;

const amounts = z.record(z.string(), z.string()).readonly();
const resourcesSchema = z.object({ requests: amounts.optional(), limits: amounts.optional() });
const containerSchema = z.looseObject({
  name: z.string(),
  resources: resourcesSchema.optional(),
  restartPolicy: z.string().optional(),
});
const statusSchema = z.object({
  name: z.string(),
  containerID: z.string().optional(),
  resources: resourcesSchema.optional(),
  state: z
    .object({
      running: z.object({}).optional(),
      terminated: z.object({ reason: z.string(), exitCode: z.number() }).optional(),
    })
    .default({}),
});
/** Of a pod, what tests look at. */
export const podSchema = z.object({
  metadata: z.object({
    name: z.string(),
    namespace: z.string(),
    uid: z.string(),
    annotations: z.record(z.string(), z.string()).default({}),
  }),
  spec: z.object({
    priority: z.number().default(0),
    resources: resourcesSchema.optional(),
    containers: z.array(containerSchema),
    initContainers: z.array(containerSchema).default([]),
    ephemeralContainers: z.array(containerSchema).default([]),
  }),
  status: z.object({
    phase: z.string(),
    reason: z.string().optional(),
    qosClass: z.enum(["Guaranteed", "Burstable", "BestEffort"]),
    conditions: z
      .array(z.object({ type: z.string(), reason: z.string().default(""), message: z.string().default("") }))
      .default([]),
    containerStatuses: z.array(statusSchema).default([]),
    initContainerStatuses: z.array(statusSchema).default([]),
    ephemeralContainerStatuses: z.array(statusSchema).default([]),
  }),
});
const nodeSchema = z.object({
  metadata: z.object({ name: z.string(), labels: z.record(z.string(), z.string()) }),
  status: z.object({
    capacity: z.record(z.string(), z.string()),
    conditions: z.array(z.object({ type: z.string(), status: z.string(), lastTransitionTime: z.iso.datetime() })),
    nodeInfo: z.object({ kubeletVersion: z.string(), swap: z.object({ capacity: z.number().optional() }).optional() }),
  }),
});

/** Requests and limits as manifests have them. */
export type ResourceTexts = z.output<typeof resourcesSchema>;
/** A pod as the API server has it. */
export type Pod = z.output<typeof podSchema>;
export type ContainerStatus = z.output<typeof statusSchema>;
export type Node = z.output<typeof nodeSchema>;

/** A container of a manifest. */
export interface ContainerManifest {
  readonly name: string;
  readonly image: string;
  readonly imagePullPolicy: "Never";
  readonly args?: readonly string[];
  readonly resources?: ResourceTexts;
  readonly restartPolicy?: "Always";
}

/** What differs from pod to pod. */
export interface PodSettings {
  readonly containers: readonly ContainerManifest[];
  readonly initContainers?: readonly ContainerManifest[];
  readonly priorityClassName?: string;
  readonly resources?: ResourceTexts;
}

/** The manifest of a pod. */
export interface PodManifest {
  readonly apiVersion: "v1";
  readonly kind: "Pod";
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly ownerReferences?: readonly object[];
  };
  readonly spec: PodSettings;
}

/** The pods of one API server. */
export class Pods {
  readonly api: Api;

  constructor(server: ApiServer) {
    this.api = new Api(server);
  }

  /** The node as it stands in the API server, once its kubelet says that it is ready. */
  async readyNode(): Promise<Node> {
    return this.#until("the node is ready", async () => {
      const nodes = z.array(nodeSchema).parse(await this.api.list(PATHS.nodes));
      return nodes.find(
        ({ metadata, status }) =>
          metadata.name === NODE_NAME &&
          status.conditions.some((condition) => condition.type === "Ready" && condition.status === "True"),
      );
    });
  }

  async create(pod: PodManifest): Promise<void> {
    await this.api.create(inNamespace(pod.metadata.namespace, "pods"), pod);
  }

  /** All pods, once there are some and `done` says so of each. */
  async untilEach(what: string, done: (pod: Pod) => boolean): Promise<readonly Pod[]> {
    return this.untilAll(what, (pods) => pods.length > 0 && pods.every(done));
  }

  /** All pods, once `done` says so of them. */
  async untilAll(what: string, done: (pods: readonly Pod[]) => boolean): Promise<readonly Pod[]> {
    return this.#until(what, async () => {
      const pods = await this.#list();
      return done(pods) ? pods : undefined;
    });
  }

  /** Deletes all pods, and waits until the kubelet has ended them. Static pods stay: their file is the machine's. */
  async deleteAll(): Promise<void> {
    const theirs = async (): Promise<readonly Pod[]> => (await this.#list()).filter((pod) => !isStatic(pod));
    for (const { metadata } of await theirs()) {
      await this.api.delete(`${inNamespace(metadata.namespace, "pods")}/${metadata.name}`);
    }
    await this.#until("the pods are gone", async () => ((await theirs()).length === 0 ? true : undefined));
  }

  async #list(): Promise<readonly Pod[]> {
    return z.array(podSchema).parse(await this.api.list("/api/v1/pods"));
  }

  async #until<T>(what: string, attempt: () => Promise<T | undefined>): Promise<T> {
    const end = Date.now() + PATIENCE;
    for (;;) {
      const found = await attempt();
      if (found !== undefined) return found;
      if (Date.now() > end) {
        const pods = (await this.#list()).map(({ metadata, status }) => `${metadata.name}: ${JSON.stringify(status)}`);
        throw new Error(`not within ${PATIENCE / 1000} s: ${what}\n${pods.join("\n")}`);
      }
      await sleep(500);
    }
  }
}

/** What all pods of the suite have: no controller takes the taints of Karpenter away, and there is no network of pods. */
export const COMMON_POD_SETTINGS = {
  hostNetwork: true,
  tolerations: [{ operator: "Exists" }],
  automountServiceAccountToken: false,
  enableServiceLinks: false,
  restartPolicy: "Never",
  terminationGracePeriodSeconds: 1,
} as const;

/** A pod for the node under test, which needs no scheduler. */
export function podOf(name: string, settings: PodSettings, namespace = NAMESPACE): PodManifest {
  const spec = { nodeName: NODE_NAME, ...COMMON_POD_SETTINGS, ...settings };
  return { apiVersion: "v1", kind: "Pod", metadata: { name, namespace }, spec };
}

/** A container of the suite's image; without arguments it sleeps. */
export function container(
  name: string,
  settings: Pick<ContainerManifest, "args" | "resources"> = {},
): ContainerManifest {
  return { name, image: POD_IMAGE, imagePullPolicy: "Never", ...settings };
}

/** Whether the kubelet has the pod from a file. */
export function isStatic({ metadata }: Pod): boolean {
  return metadata.annotations["kubernetes.io/config.source"] === "file";
}

/** What the kubelet says of each container: init, sidecar, main and ephemeral ones. */
export function statuses({ status }: Pod): readonly ContainerStatus[] {
  return [...status.initContainerStatuses, ...status.containerStatuses, ...status.ephemeralContainerStatuses];
}

/** The id of a container of containerd. */
export function idOf({ containerID }: ContainerStatus): string {
  const id = /^containerd:\/\/([0-9a-f]{64})$/.exec(containerID ?? "")?.[1];
  assert.ok(id !== undefined, `no container of containerd: ${containerID ?? "none"}`);
  return id;
}

/** The folder below /sys/fs/cgroup of a running container, as the kubelet and runc name it with the systemd driver. */
export function cgroupOf({ metadata, status }: Pod, container: ContainerStatus): string {
  // The kubelet knows a static pod by a hash of its file, under which it also makes the cgroup.
  const uid = (metadata.annotations["kubernetes.io/config.hash"] ?? metadata.uid).replaceAll("-", "_");
  const slice = status.qosClass === "Guaranteed" ? "kubepods" : `kubepods-${status.qosClass.toLowerCase()}`;
  const parent = slice === "kubepods" ? "kubepods.slice" : `kubepods.slice/${slice}.slice`;
  return `${parent}/${slice}-pod${uid}.slice/cri-containerd-${idOf(container)}.scope`;
}
