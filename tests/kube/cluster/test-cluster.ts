// A cluster of a real API server for verify and drain: pools as `up` sends them, and nodes as Karpenter and kubelets leave them.
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { NODE_POOL_LABEL } from "../../../automation/cluster/objects";
import { renderPools, type RenderedPool } from "../../../automation/render/render";
import { ourConfig, readStackFile } from "../../../automation/base/stack-file";
import type { PoolPromise } from "../../../automation/verify/judgement";
import { readSettings } from "../../../config/settings";
import { GIB, PAGE_BYTES } from "../../../swap/quantity";
import { startControlPlane, type ControlPlane, type ControlPlaneOptions } from "../control-plane";
import { Api, PATHS } from "./api";
import { KUBELET_PORT, Kubelets, type Answers } from "./kubelets";

/** A node of a pool, and what differs from one that is right. */
export interface TestNode {
  readonly name: string;
  readonly pool: string;
  /** In bytes; null: not reported. */
  readonly swapCapacity?: number | null;
  /** Null: the label is not there. */
  readonly backing?: string | null;
  readonly ready?: boolean;
  readonly kubeletVersion?: string;
  /** What differs in the kubelet's configuration; null: the kubelet does not answer. */
  readonly kubelet?: object | null;
  /** Its other answers. */
  readonly answers?: Answers;
  /** Hash of the EC2NodeClass that the node was launched from. */
  readonly hash?: string;
}

/** A NodeClaim; without a node it has not joined. */
export interface TestNodeClaim {
  readonly name: string;
  readonly pool: string;
  readonly nodeName?: string;
  readonly hash?: string;
}

const HASH = "karpenter.k8s.aws/ec2nodeclass-hash";
const HASH_VERSION = "karpenter.k8s.aws/ec2nodeclass-hash-version";
const SWAP_BYTES = 30 * GIB - PAGE_BYTES;

/** Fields of `nodeInfo` that the API server wants and nobody here reads. */
const NODE_INFO =
  "machineID systemUUID bootID kernelVersion osImage containerRuntimeVersion kubeProxyVersion operatingSystem architecture";

export class TestCluster {
  readonly api: Api;
  readonly kubelets: Kubelets;
  readonly pools: readonly RenderedPool[];
  /** Of an administrator. */
  readonly kubeconfig: string;
  readonly server: ControlPlane;
  readonly #numbers = new Map<string, number>();

  private constructor(server: ControlPlane, kubelets: Kubelets, pools: readonly RenderedPool[]) {
    this.server = server;
    this.api = new Api(server);
    this.kubelets = kubelets;
    this.kubeconfig = this.kubeconfigOf(server.token);
    this.pools = pools;
  }

  /** Starts it with Karpenter's kinds and pools, by default the dev stack's, which Karpenter has accepted. */
  static async start(
    options: Omit<ControlPlaneOptions, "karpenterCrds">,
    config: Readonly<Record<string, unknown>> = devConfig(),
  ): Promise<TestCluster> {
    const keys = join(options.folder, "kubelets");
    mkdirSync(keys, { recursive: true });
    const kubelets = new Kubelets(keys);
    process.env["HTTPS_PROXY"] = await kubelets.start();
    try {
      const server = await startControlPlane({ ...options, karpenterCrds: true });
      const cluster = new TestCluster(server, kubelets, renderPools(readSettings(config)));
      await cluster.addPools();
      return cluster;
    } catch (error) {
      kubelets.stop();
      throw error;
    } finally {
      delete process.env["HTTPS_PROXY"];
    }
  }

  async stop(): Promise<void> {
    this.kubelets.stop();
    await this.server.stop();
  }

  /** A kubeconfig for the bearer of a token, as text. */
  kubeconfigOf(token: string): string {
    const { url, certificateAuthority } = this.server;
    const data = Buffer.from(certificateAuthority).toString("base64");
    return JSON.stringify({
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name: "test", cluster: { server: url, "certificate-authority-data": data } }],
      users: [{ name: "test", user: { token } }],
      contexts: [{ name: "test", context: { cluster: "test", user: "test" } }],
      "current-context": "test",
    });
  }

  pool(name: string): RenderedPool {
    const found = this.pools.find(({ plan }) => plan.pool === name);
    if (found === undefined) throw new Error(`there is no pool ${name}`);
    return found;
  }

  /** What verify is asked about. */
  promises(...names: readonly string[]): readonly PoolPromise[] {
    return names.map((name) => ({ plan: this.pool(name).plan, userData: this.pool(name).files["userdata.mime"] }));
  }

  /** Puts the pools that are not there. */
  async addPools(): Promise<void> {
    const there = (await this.api.list(PATHS.nodePools)).map(({ metadata }) => metadata.name);
    const classes = (await this.api.list(PATHS.nodeClasses)).map(({ metadata }) => metadata.name);
    for (const { plan, nodeClass, nodePool } of this.pools) {
      if (!classes.includes(plan.pool)) {
        const annotations = { ...nodeClass.metadata.annotations, [HASH]: "now", [HASH_VERSION]: "v6" };
        await this.api.create(PATHS.nodeClasses, { ...nodeClass, metadata: { ...nodeClass.metadata, annotations } });
        await this.setConditions(`${PATHS.nodeClasses}/${plan.pool}`, ["Ready"]);
      }
      if (!there.includes(plan.pool)) {
        await this.api.create(PATHS.nodePools, nodePool);
        await this.setConditions(`${PATHS.nodePools}/${plan.pool}`, ["Ready"]);
      }
    }
  }

  /** A node with its NodeClaim, right but for what is said. */
  async addNode(node: TestNode): Promise<void> {
    const { name, pool, hash = "now" } = node;
    await this.addNodeClaim({ name: `${name}-claim`, pool, nodeName: name, hash });
    const backing = node.backing === undefined ? this.pool(pool).plan.swap?.backings[0] : node.backing;
    const labels = { [NODE_POOL_LABEL]: pool, ...(backing ? { "eks-swap/backing": backing } : {}) };
    await this.api.create(PATHS.nodes, { apiVersion: "v1", kind: "Node", metadata: { name, labels } });
    await this.setNode(node);
  }

  /** Reports another status of a node. */
  async setNode(node: TestNode): Promise<void> {
    const { swapCapacity = SWAP_BYTES, ready = true, kubeletVersion = "v1.36.3" } = node;
    const info = Object.fromEntries(NODE_INFO.split(" ").map((key) => [key, ""]));
    await this.api.patch(`${PATHS.nodes}/${node.name}/status`, {
      status: {
        capacity: { memory: "32475668Ki", pods: "58" },
        addresses: [{ type: "InternalIP", address: await this.#answer(node) }],
        daemonEndpoints: { kubeletEndpoint: { Port: KUBELET_PORT } },
        conditions: [{ ...conditionOf("Ready", ready), message: "container runtime is down" }],
        nodeInfo: { ...info, kubeletVersion, swap: swapCapacity === null ? null : { capacity: swapCapacity } },
      },
    });
  }

  /** A NodeClaim of which Karpenter has launched the instance. */
  async addNodeClaim({ name, pool, nodeName, hash = "now" }: TestNodeClaim): Promise<void> {
    const { metadata } = await this.api.read(`${PATHS.nodePools}/${pool}`);
    await this.api.create(PATHS.nodeClaims, {
      apiVersion: "karpenter.sh/v1",
      kind: "NodeClaim",
      metadata: {
        name,
        labels: { [NODE_POOL_LABEL]: pool },
        annotations: { [HASH]: hash, [HASH_VERSION]: "v6" },
        finalizers: ["karpenter.sh/termination"],
        ownerReferences: [
          { apiVersion: "karpenter.sh/v1", kind: "NodePool", name: pool, uid: metadata.uid, blockOwnerDeletion: true },
        ],
      },
      spec: {
        nodeClassRef: { group: "karpenter.k8s.aws", kind: "EC2NodeClass", name: pool },
        requirements: [{ key: "kubernetes.io/arch", operator: "In", values: ["amd64"] }],
      },
    });
    await this.setConditions(`${PATHS.nodeClaims}/${name}`, ["Launched"], nodeName === undefined ? {} : { nodeName });
  }

  /** Reports the conditions of an object of Karpenter's, all of them true. */
  async setConditions(path: string, types: readonly string[], status: object = {}): Promise<void> {
    const { metadata } = await this.api.read(path);
    const observedGeneration = metadata["generation"];
    const conditions = types.map((type) => ({ ...conditionOf(type, true), message: "", observedGeneration }));
    await this.api.patch(`${path}/status`, { status: { ...status, conditions } });
  }

  /** Removes every node and NodeClaim. */
  async clear(): Promise<void> {
    for (const path of [PATHS.nodes, PATHS.nodeClaims]) {
      for (const { metadata } of await this.api.list(path)) {
        await this.api.patch(`${path}/${metadata.name}`, { metadata: { finalizers: null } });
        if (metadata.deletionTimestamp === undefined) await this.api.delete(`${path}/${metadata.name}`);
      }
    }
  }

  async #answer({ name, pool, kubelet = {}, answers = {} }: TestNode): Promise<string> {
    const number = this.#numbers.get(name) ?? this.#numbers.size + 1;
    this.#numbers.set(name, number);
    if (kubelet === null) return this.kubelets.silence(number);
    const effective = { ...this.pool(pool).planFile.kubelet, ...kubelet };
    return this.kubelets.answer(number, { configz: { kubeletconfig: effective }, ...answers });
  }
}

/** The dev stack's config. */
export function devConfig(): Readonly<Record<string, unknown>> {
  return ourConfig(readStackFile(resolve(__dirname, "..", "..", ".."), "dev"));
}

function conditionOf(type: string, isTrue: boolean) {
  const reason = isTrue ? type : "KubeletNotReady";
  return { type, status: isTrue ? "True" : "False", reason, lastTransitionTime: "2026-11-25T00:00:00Z" };
}
