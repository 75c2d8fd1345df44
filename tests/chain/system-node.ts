// The node group of the system: a Node object, and the pod of Karpenter's Deployment as a process of this machine.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { KubeConfig } from "@kubernetes/client-node";
import { z } from "zod";
import { parseQuantity } from "../../swap/quantity";
import { ACCOUNT, ZONES } from "../../sandbox/provider/account";
import { Api, inNamespace, PATHS } from "../kube/cluster/api";
import { startChild, type Child } from "../kube/children";
import { freePort } from "../support/free-port";
import { MOTO_CREDENTIALS } from "../support/moto";
import type { ChainSettings } from "./settings";

const NAME = "system-node";

/** A kubelet renews its lease every ten seconds: https://kubernetes.io/docs/concepts/architecture/nodes/#node-heartbeats */
const HEARTBEAT_SECONDS = 10;

const LEASES = inNamespace("kube-node-lease", "leases", "/apis/coordination.k8s.io/v1");

const environmentSchema = z.object({
  name: z.string(),
  value: z.string().optional(),
  valueFrom: z
    .object({
      fieldRef: z.object({ fieldPath: z.string() }).optional(),
      resourceFieldRef: z.object({ resource: z.string(), divisor: z.string() }).optional(),
    })
    .optional(),
});

const podSchema = z.object({
  metadata: z.object({
    name: z.string(),
    namespace: z.string(),
    uid: z.string(),
    deletionTimestamp: z.string().optional(),
  }),
  spec: z.object({
    nodeName: z.string().optional(),
    serviceAccountName: z.string().default("default"),
    containers: z.array(
      z.object({
        name: z.string(),
        image: z.string(),
        env: z.array(environmentSchema).default([]),
        resources: z.record(z.string(), z.record(z.string(), z.string())).default({}),
      }),
    ),
  }),
});

type Pod = z.output<typeof podSchema>;

/** A pod that runs here. */
interface Running {
  readonly child: Child;
  readonly healthPort: number;
  ready: boolean;
}

/** What differs from a container in a cluster on EC2; each of these is stated in docs/chain.md. */
function replacements(
  settings: ChainSettings,
  kubeconfig: string,
  ports: { readonly metrics: number; readonly health: number },
): Readonly<Record<string, string>> {
  return {
    ...MOTO_CREDENTIALS,
    AWS_REGION: ACCOUNT.region,
    AWS_ENDPOINT_URL: settings.awsEndpoint,
    KUBECONFIG: kubeconfig,
    // A process outside of a cluster is not told its namespace.
    LEADER_ELECTION_NAMESPACE: "kube-system",
    METRICS_PORT: String(ports.metrics),
    HEALTH_PROBE_PORT: String(ports.health),
    // moto answers no dry run.
    DISABLE_DRY_RUN: "true",
  };
}

/** Stands for the nodes of the managed node group, as long as that exists. */
export class SystemNode {
  readonly #api: Api;
  readonly #settings: ChainSettings;
  readonly #controller: string;
  readonly #folder: string;
  readonly #running = new Map<string, Running>();

  /**
   * @param controller path of Karpenter's program
   * @param folder holds its log and its kubeconfig
   */
  constructor(settings: ChainSettings, controller: string, folder: string) {
    this.#api = new Api(settings.controlPlane);
    this.#settings = settings;
    this.#controller = controller;
    this.#folder = folder;
  }

  /** Runs until `signal`, then ends what it started. */
  async run(signal: AbortSignal): Promise<void> {
    await this.#join();
    try {
      for (let second = 0; !signal.aborted; second += 1) {
        if (second % HEARTBEAT_SECONDS === 0) await this.#beat();
        await this.#look();
        await wait(1000);
      }
    } finally {
      await Promise.all([...this.#running.values()].map(async ({ child }) => child.stop()));
    }
  }

  /** Takes the node out of the cluster; it must run no more. Its pods go with it. */
  async leave(): Promise<void> {
    await this.#api.delete(`${PATHS.nodes}/${NAME}`);
    await this.#api.delete(`${LEASES}/${NAME}`);
  }

  async #join(): Promise<void> {
    const [zone] = ZONES;
    await this.#api.create(PATHS.nodes, {
      metadata: {
        name: NAME,
        labels: {
          "kubernetes.io/os": "linux",
          "kubernetes.io/arch": "amd64",
          "kubernetes.io/hostname": NAME,
          "topology.kubernetes.io/zone": zone?.name,
          "topology.kubernetes.io/region": ACCOUNT.region,
        },
      },
      spec: { providerID: `aws:///${zone?.name ?? ""}/i-00000000000000000` },
    });
    await this.#api.create(LEASES, { metadata: { name: NAME }, spec: { holderIdentity: NAME } });
  }

  async #beat(): Promise<void> {
    const now = new Date().toISOString();
    const conditions = [{ type: "Ready", status: "True", reason: "KubeletReady", lastHeartbeatTime: now }];
    const amounts = { cpu: "4", memory: "8Gi", pods: "20", "ephemeral-storage": "20Gi" };
    await this.#api.patch(`${PATHS.nodes}/${NAME}/status`, {
      status: { capacity: amounts, allocatable: amounts, conditions },
    });
    const renewTime = now.replace(/Z$/, "000Z");
    await this.#api.patch(`${LEASES}/${NAME}`, { spec: { renewTime, leaseDurationSeconds: 40 } });
  }

  /** Starts pods that were placed here, says how they are, and ends those that are to go. */
  async #look(): Promise<void> {
    const all = z.array(podSchema).parse(await this.#api.list(`/api/v1/pods?fieldSelector=spec.nodeName=${NAME}`));
    for (const pod of all) {
      const running = this.#running.get(pod.metadata.uid);
      const path = `${inNamespace(pod.metadata.namespace, "pods")}/${pod.metadata.name}`;
      if (pod.metadata.deletionTimestamp !== undefined) {
        await running?.child.stop();
        this.#running.delete(pod.metadata.uid);
        await this.#api.delete(path, { gracePeriodSeconds: 0 });
      } else if (running === undefined) {
        this.#running.set(pod.metadata.uid, await this.#start(pod));
      } else if (!running.ready && (await isHealthy(running))) {
        running.ready = true;
        await this.#api.patch(`${path}/status`, { status: readyStatus(pod) });
      }
    }
  }

  async #start(pod: Pod): Promise<Running> {
    const [container] = pod.spec.containers;
    if (container === undefined || !/\/karpenter\/controller[:@]/.test(container.image)) {
      throw new Error(`the system node runs Karpenter's controller only, not ${container?.image ?? "nothing"}`);
    }
    const kubeconfig = join(this.#folder, `${pod.metadata.name}.kubeconfig`);
    writeFileSync(kubeconfig, await this.#kubeconfigOf(pod), { mode: 0o600 });
    const ports = { metrics: await freePort(), health: await freePort() };
    const environment = {
      ...Object.fromEntries(container.env.map((entry) => [entry.name, valueOf(entry, pod, container.resources)])),
      ...replacements(this.#settings, kubeconfig, ports),
    };
    const assignments = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
    const log = join(this.#folder, "karpenter.log");
    const child = startChild("env", [...assignments, this.#controller], log);
    return { child, healthPort: ports.health, ready: false };
  }

  /** As the pod's service account, so that what the chart allows it is all that it may do. */
  async #kubeconfigOf({ metadata, spec }: Pod): Promise<string> {
    const { url, certificateAuthority } = this.#settings.controlPlane;
    const path = `${inNamespace(metadata.namespace, "serviceaccounts")}/${spec.serviceAccountName}/token`;
    const issued = await this.#api.create(path, {
      apiVersion: "authentication.k8s.io/v1",
      kind: "TokenRequest",
      spec: { expirationSeconds: 86_400 },
    });
    const { token } = z.object({ status: z.object({ token: z.string() }) }).parse(issued).status;
    const config = new KubeConfig();
    const caData = Buffer.from(certificateAuthority).toString("base64");
    config.loadFromClusterAndUser(
      { name: "cluster", server: url, caData, skipTLSVerify: false },
      { name: spec.serviceAccountName, token },
    );
    return config.exportConfig();
  }
}

function valueOf(
  { value, valueFrom, name }: z.output<typeof environmentSchema>,
  pod: Pod,
  resources: Readonly<Record<string, Readonly<Record<string, string>>>>,
): string {
  if (value !== undefined || valueFrom === undefined) return value ?? "";
  if (valueFrom.fieldRef?.fieldPath === "metadata.namespace") return pod.metadata.namespace;
  const reference = valueFrom.resourceFieldRef;
  const [side = "", resource = ""] = reference?.resource.split(".") ?? [];
  const amount = resources[side]?.[resource];
  if (reference === undefined || amount === undefined) throw new Error(`the system node cannot tell ${name}`);
  if (reference.divisor === "1m") return String(Math.ceil(Number(amount) * 1000));
  return String(parseQuantity(amount));
}

async function isHealthy({ healthPort }: Running): Promise<boolean> {
  return fetch(`http://127.0.0.1:${healthPort}/readyz`).then(
    ({ ok }) => ok,
    () => false,
  );
}

function readyStatus({ spec }: Pod): object {
  const now = new Date().toISOString();
  return {
    phase: "Running",
    startTime: now,
    conditions: ["Initialized", "ContainersReady", "Ready", "PodScheduled"].map((type) => ({
      type,
      status: "True",
      lastTransitionTime: now,
    })),
    containerStatuses: spec.containers.map(({ name, image }) => ({
      name,
      image,
      imageID: image,
      ready: true,
      started: true,
      restartCount: 0,
      state: { running: { startedAt: now } },
    })),
  };
}
