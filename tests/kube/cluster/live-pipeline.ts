// The commands on a stack whose cluster has a real API server: the engine works on the sandbox, and what it does to pools
// is carried over to the API server, where the test is Karpenter.
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { API_SERVER } from "../../../sandbox/aws/eks/cluster";
import { KUBERNETES_TYPES } from "../../../sandbox/kubernetes/objects";
import { GIB } from "../../../swap/quantity";
import { Pipeline, type Ended } from "../../engine/pipeline";
import { inNamespace, PATHS } from "./api";
import { Karpenter } from "./karpenter";
import { TestCluster } from "./test-cluster";

const PODS = inNamespace("default", "pods");
const DEPLOYMENTS = inNamespace("kube-system", "deployments", "/apis/apps/v1");

/** What the container of {@link LivePipeline.join} has in swap. */
const SWAP_IN_USE = GIB;

/** A stack, and its cluster. */
export class LivePipeline {
  readonly pipeline: Pipeline;
  readonly cluster: TestCluster;
  readonly #karpenter: Karpenter;
  readonly #stopped = new AbortController();
  #following: Promise<void> | undefined;

  private constructor(pipeline: Pipeline, cluster: TestCluster) {
    this.pipeline = pipeline;
    this.cluster = cluster;
    this.#karpenter = new Karpenter(cluster.api);
  }

  /** @param kubernetes version without a `v` */
  static async start(kubernetes: string): Promise<LivePipeline> {
    const pipeline = new Pipeline();
    const cluster = await TestCluster.start({ folder: join(pipeline.folder, "control-plane"), kubernetes });
    const { url: endpoint, certificateAuthority, token } = cluster.server;
    const data = Buffer.from(certificateAuthority).toString("base64");
    const outputs = { endpoint, certificateAuthority: { data } };
    pipeline.store.put({ type: API_SERVER, id: "test", inputs: {}, outputs, secrets: [], memory: {} });
    // The kubeconfig of an EKS cluster asks the AWS CLI for a token.
    const credential = {
      apiVersion: "client.authentication.k8s.io/v1beta1",
      kind: "ExecCredential",
      status: { token },
    };
    pipeline.program("aws", `echo '${JSON.stringify(credential)}'`);
    await pipeline.open();
    return new LivePipeline(pipeline, cluster);
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#following;
    await this.#karpenter.stop();
    await this.cluster.stop();
    await this.pipeline.close();
  }

  async run(parameters: readonly string[]): Promise<Ended> {
    return this.pipeline.run(parameters);
  }

  /**
   * Karpenter runs, and nodes join: two of `ebs`, one of `instance-store`. A container on ebs-1 has a gibibyte in swap.
   * From now on the NodePools that the engine deletes go from the API server as well.
   */
  async join(): Promise<void> {
    const { api } = this.cluster;
    const labels = { "app.kubernetes.io/name": "karpenter" };
    const containers = [{ name: "controller", image: "registry.example/karpenter" }];
    await api.create(DEPLOYMENTS, {
      metadata: { name: "karpenter", labels },
      spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers } } },
    });
    await api.patch(`${DEPLOYMENTS}/karpenter/status`, { status: { replicas: 1, readyReplicas: 1 } });
    const swap = { swapAvailableBytes: 29 * GIB, swapUsageBytes: SWAP_IN_USE };
    const used = {
      podRef: { name: "report", namespace: "default", uid: "" },
      swap,
      containers: [{ name: "main", swap }],
    };
    await this.cluster.addNode({
      name: "ebs-1",
      pool: "ebs",
      answers: { "stats/summary": { node: {}, pods: [used] } },
    });
    const idle = { "stats/summary": { node: {}, pods: [] } };
    await this.cluster.addNode({ name: "ebs-2", pool: "ebs", answers: idle });
    await this.cluster.addNode({ name: "instance-store-1", pool: "instance-store", answers: idle });
    await api.create(PODS, {
      metadata: { name: "report", annotations: { "karpenter.sh/do-not-disrupt": "true" } },
      spec: {
        nodeName: "ebs-1",
        containers: [
          {
            name: "main",
            image: "registry.example/report",
            resources: { requests: { memory: "2Gi" }, limits: { memory: "4Gi" } },
          },
        ],
      },
    });
    await api.patch(`${PODS}/report/status`, {
      status: { phase: "Running", conditions: [{ type: "Ready", status: "True" }] },
    });
    this.#following = this.#follow();
  }

  /** What the provider and Karpenter do once the engine has changed an EC2NodeClass. */
  async notice(pool: string): Promise<void> {
    const path = `${PATHS.nodeClasses}/${pool}`;
    const changed = this.pipeline.store.get(KUBERNETES_TYPES.nodeClass, pool);
    const annotations = { "karpenter.k8s.aws/ec2nodeclass-hash": "next" };
    await this.cluster.api.patch(path, { metadata: { annotations }, spec: changed?.inputs["spec"] });
    await this.cluster.setConditions(path, ["Ready"]);
  }

  /** Lets Karpenter evict the pod. */
  async release(): Promise<void> {
    await this.cluster.api.patch(`${PODS}/report`, {
      metadata: { annotations: { "karpenter.sh/do-not-disrupt": null } },
    });
  }

  /** What the provider and the garbage collector do when the engine deletes a NodePool. */
  async #follow(): Promise<void> {
    const { api } = this.cluster;
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      const kept = this.pipeline.store.list(KUBERNETES_TYPES.nodePool).map(({ id }) => id);
      for (const { metadata } of await api.list(PATHS.nodePools)) {
        if (kept.includes(metadata.name)) continue;
        for (const claim of await api.list(PATHS.nodeClaims)) {
          const { name, deletionTimestamp } = claim.metadata;
          if (name.startsWith(`${metadata.name}-`) && deletionTimestamp === undefined) {
            await api.delete(`${PATHS.nodeClaims}/${name}`);
          }
        }
        await api.delete(`${PATHS.nodePools}/${metadata.name}`);
      }
      await wait(200);
    }
  }
}
