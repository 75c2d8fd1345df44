// Karpenter in the cluster: its identity in AWS, its interruption queue, its kinds and its controller.
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { InterruptionQueue } from "./interruption-queue";
import { KarpenterIdentity } from "./identity";

/** Arguments of {@link Karpenter}. */
export interface KarpenterArgs {
  /**
   * Version of Karpenter and of both its charts, without a `v`; 1.15.0 or later.
   *
   * @example "1.15.1"
   */
  readonly version: string;
  /** How many controllers run, 1 to 5; one leads. Two need two system nodes in two zones. */
  readonly replicas: number;
  /** Name of the cluster as AWS knows it. */
  readonly clusterName: pulumi.Input<string>;
  /** ARN of the cluster. */
  readonly clusterArn: pulumi.Input<string>;
  /** URL of the cluster's API server, for the nodes. */
  readonly clusterEndpoint: pulumi.Input<string>;
  /** Provider for the cluster. */
  readonly provider: kubernetes.Provider;
  /**
   * What the controller cannot work without: system nodes, add-ons and the network's way out. It is created after all
   * of them and, since it terminates the instances that it launched, destroyed before any of them.
   */
  readonly requires: readonly pulumi.Resource[];
  /** Tags for every AWS resource. */
  readonly tags: Readonly<Record<string, string>>;
}

/** Karpenter's charts (https://karpenter.sh/docs/getting-started/getting-started-with-karpenter/). A stale login there answers 403: log out. */
const CHART_REPOSITORY = "oci://public.ecr.aws/karpenter";

/** The API server keeps a share of its capacity for this namespace (https://karpenter.sh/docs/getting-started/getting-started-with-karpenter/). */
const NAMESPACE = "kube-system";

/**
 * Name of the release, and of the service account that the chart derives from it. Stated, because Pulumi would append
 * random letters, and the pod identity association would miss the service account.
 */
const RELEASE_NAME = "karpenter";

/** The release of Karpenter's kinds. */
const KINDS_RELEASE_NAME = "karpenter-crd";

/** Seconds that Helm waits for what it installs to be ready: images to be pulled and both controllers to be up. */
const HELM_TIMEOUT_SECONDS = 600;

/** Longer than Helm's own limit, so that Helm's message is the one that is seen. */
const CUSTOM_TIMEOUTS = { create: "15m", update: "15m", delete: "15m" } as const;

/** What Karpenter's documentation asks for, and equal so that the controller is never evicted for memory that it requested. */
const CONTROLLER_RESOURCES = { cpu: "1", memory: "1Gi" } as const;

function createKinds(parent: Karpenter, name: string, args: KarpenterArgs): kubernetes.helm.v3.Release {
  return new kubernetes.helm.v3.Release(
    `${name}-crd`,
    {
      name: KINDS_RELEASE_NAME,
      chart: `${CHART_REPOSITORY}/karpenter-crd`,
      version: args.version,
      namespace: NAMESPACE,
      // To delete a kind is to delete every object of it, nodes included: Helm leaves these behind.
      // https://helm.sh/docs/howto/charts_tips_and_tricks/#tell-helm-not-to-uninstall-a-resource
      values: { additionalAnnotations: { "helm.sh/resource-policy": "keep" } },
      atomic: true,
      timeout: HELM_TIMEOUT_SECONDS,
    },
    { parent, provider: args.provider, dependsOn: [...args.requires], customTimeouts: CUSTOM_TIMEOUTS },
  );
}

function createController(
  parent: Karpenter,
  name: string,
  args: KarpenterArgs,
  queueName: pulumi.Input<string>,
  dependsOn: pulumi.Resource[],
): kubernetes.helm.v3.Release {
  return new kubernetes.helm.v3.Release(
    `${name}-controller`,
    {
      name: RELEASE_NAME,
      chart: `${CHART_REPOSITORY}/karpenter`,
      version: args.version,
      namespace: NAMESPACE,
      // The chart carries the kinds as well, but Helm installs those once and never upgrades them.
      // https://karpenter.sh/docs/upgrading/upgrade-guide/#crd-upgrades
      skipCrds: true,
      atomic: true,
      timeout: HELM_TIMEOUT_SECONDS,
      values: {
        replicas: args.replicas,
        serviceAccount: { create: true, name: RELEASE_NAME },
        // Resolves AWS names without CoreDNS, which may itself wait for a node that Karpenter has to launch.
        dnsPolicy: "Default",
        settings: {
          clusterName: args.clusterName,
          clusterEndpoint: args.clusterEndpoint,
          interruptionQueue: queueName,
        },
        controller: { resources: { requests: CONTROLLER_RESOURCES, limits: CONTROLLER_RESOURCES } },
      },
    },
    { parent, provider: args.provider, dependsOn, customTimeouts: CUSTOM_TIMEOUTS },
  );
}

/**
 * Karpenter: identity, interruption queue, and the releases `karpenter-crd` and `karpenter` in kube-system.
 *
 * Everything that the controller needs is created before it and destroyed after it, because it is the controller that
 * terminates instances and removes finalizers while node pools are being destroyed.
 *
 * @example A value of Karpenter's chart that no argument covers
 * ```ts
 * new Karpenter("karpenter", args, {
 *   transforms: [
 *     ({ name, props, opts }) =>
 *       name === "karpenter-controller"
 *         ? { props: { ...props, values: { ...props.values, logLevel: "debug" } }, opts }
 *         : undefined,
 *   ],
 * });
 * ```
 */
export class Karpenter extends pulumi.ComponentResource {
  /** Name of the role of nodes, for `spec.role` of an EC2NodeClass. */
  readonly nodeRoleName: pulumi.Output<string>;
  /** What an EC2NodeClass and a NodePool depend on. */
  readonly ready: pulumi.Resource[];

  /**
   * @param name logical name, prefix of the names of all children.
   * @param args version, cluster, and what must be there first.
   */
  constructor(name: string, args: KarpenterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("eks-swap:karpenter:Karpenter", name, {}, opts);
    const { clusterName, clusterArn, tags } = args;
    const queue = new InterruptionQueue(`${name}-events`, { clusterName, tags }, { parent: this });
    const identity = new KarpenterIdentity(
      `${name}-identity`,
      { clusterName, clusterArn, queueArn: queue.queueArn, namespace: NAMESPACE, serviceAccount: RELEASE_NAME, tags },
      { parent: this },
    );
    const kinds = createKinds(this, name, args);
    const controller = createController(this, name, args, queue.queueName, [
      kinds,
      ...queue.ready,
      ...identity.ready,
      ...args.requires,
    ]);
    this.nodeRoleName = identity.nodeRoleName;
    this.ready = [kinds, controller, ...queue.ready, ...identity.ready];
    this.registerOutputs({ nodeRoleName: this.nodeRoleName });
  }
}
