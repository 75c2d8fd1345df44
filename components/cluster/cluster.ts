// The EKS cluster: control plane, access, add-ons, and the few nodes that run before Karpenter does.
import * as eks from "@pulumi/eks";
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { parseArn } from "../arn";
import { ADD_ONS_AFTER_NODES, ADD_ONS_BEFORE_NODES, createAddOns } from "./add-ons";
import { addIdentity, identityOfStack, type Identity } from "./identity";
import { createSystemNodes, type SystemNodes } from "./system-nodes";

/**
 * Who can reach the cluster's API server. At least one of `public` and `private` must be true.
 *
 * @example { public: true, publicCidrs: ["203.0.113.0/24"], private: true }
 */
export interface ClusterEndpoint {
  /** Reachable from the internet. Without it, an update must run inside the network. */
  readonly public: boolean;
  /** CIDR ranges that may reach the public endpoint, at least one. Ignored when `public` is false. */
  readonly publicCidrs: readonly string[];
  /** Reachable from the network by private addresses. */
  readonly private: boolean;
}

/** Arguments of {@link Cluster}. `loadSettings` of `eks-swap/config` fills in and checks all that is not an Input. */
export interface ClusterArgs {
  /** Name of the cluster in AWS: 1 to 80 letters, digits, hyphens and underscores. A change replaces the cluster. */
  readonly name: string;
  /**
   * Kubernetes minor version. EKS raises it by one minor version at a time and never lowers it.
   *
   * @example "1.36"
   */
  readonly kubernetesVersion: string;
  /** Who can reach the API server. */
  readonly endpoint: ClusterEndpoint;
  /**
   * Control plane logs to send to CloudWatch: any of `api`, `audit`, `authenticator`, `controllerManager` and
   * `scheduler`. CloudWatch bills for each GB.
   *
   * @example ["api", "audit", "authenticator"]
   */
  readonly logTypes: readonly string[];
  /**
   * ARN of the KMS key that encrypts Kubernetes Secrets. It cannot be removed from a cluster.
   *
   * @default a key that AWS owns
   */
  readonly encryptionKeyArn?: string | undefined;
  /**
   * ARNs of IAM roles that administer the cluster. The role that creates the cluster administers it anyway and must
   * not be listed: Amazon EKS has made its access entry already and refuses a second one.
   *
   * @example ["arn:aws:iam::123456789012:role/ops"]
   */
  readonly adminRoleArns: readonly string[];
  /** Whether AWS refuses to delete the cluster. It must be turned off by an update of its own before a destroy. */
  readonly deletionProtection: boolean;
  /**
   * Whether Pulumi refuses to replace or delete the cluster.
   *
   * @default false
   */
  readonly protect?: boolean | undefined;
  /** The nodes for CoreDNS and Karpenter. */
  readonly systemNodes: SystemNodes;
  /** Id of the VPC. */
  readonly vpcId: pulumi.Input<string>;
  /** Ids of private subnets in at least two zones, for the control plane's interfaces and the system nodes; their zones are fixed for good. */
  readonly privateSubnetIds: pulumi.Input<string[]>;
  /** What nodes need to reach the AWS APIs; it outlives them. */
  readonly egress: readonly pulumi.Resource[];
  /**
   * Who the kubeconfig asks for a token as.
   *
   * @default what the stack's `aws` config says: `aws:profile`, and the one role of `aws:assumeRoles`
   */
  readonly identity?: Identity | undefined;
  /** Tags for every AWS resource. */
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * Names an administrator's access entry after account and role, so that reordering the list changes no resource. The
 * slash of a path stays: a hyphen can be part of a role's name, and two roles would get one entry.
 */
function nameAccessEntry(account: string, resource: string): string {
  return `admin-${account}-${resource.slice("role/".length)}`;
}

function createAccessEntries(adminRoleArns: readonly string[]): Record<string, eks.types.input.AccessEntryArgs> {
  const entries = adminRoleArns.map((principalArn): [string, eks.types.input.AccessEntryArgs] => {
    const { partition, account, resource } = parseArn(principalArn);
    return [
      nameAccessEntry(account, resource),
      {
        principalArn,
        accessPolicies: {
          admin: {
            policyArn: `arn:${partition}:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy`,
            accessScope: { type: "cluster" },
          },
        },
      },
    ];
  });
  return Object.fromEntries(entries);
}

/**
 * Protects the cluster alone. `protect` on the plug-in's component would hold for all that it makes, so that not even an
 * access entry could be removed.
 */
const protectCluster: pulumi.ResourceTransform = ({ type, props, opts }) =>
  type === "aws:eks/cluster:Cluster" ? { props, opts: { ...opts, protect: true } } : undefined;

function createControlPlane(parent: Cluster, name: string, args: ClusterArgs): eks.Cluster {
  return new eks.Cluster(
    `${name}-eks`,
    {
      name: args.name,
      version: args.kubernetesVersion,
      vpcId: args.vpcId,
      privateSubnetIds: args.privateSubnetIds,
      endpointPublicAccess: args.endpoint.public,
      endpointPrivateAccess: args.endpoint.private,
      ...(args.endpoint.public ? { publicAccessCidrs: [...args.endpoint.publicCidrs] } : {}),
      enabledClusterLogTypes: [...args.logTypes],
      ...(args.encryptionKeyArn === undefined ? {} : { encryptionConfigKeyArn: args.encryptionKeyArn }),
      authenticationMode: "API",
      accessEntries: createAccessEntries(args.adminRoleArns),
      deletionProtection: args.deletionProtection,
      // The other choice, EXTENDED, is the default and bills extended support once the version leaves standard support.
      upgradePolicy: { supportType: "STANDARD" },
      skipDefaultNodeGroup: true,
      // Nodes share the security group that Amazon EKS makes. One of the plug-in's own admits only itself, and nodes in
      // it cannot reach CoreDNS on the system nodes: https://github.com/pulumi/pulumi-eks/issues/1275
      skipDefaultSecurityGroups: true,
      // Pod Identity needs no OIDC provider, and making one opens a TLS connection to the issuer even in a preview.
      createOidcProvider: false,
      // eks-swap creates the add-ons, at pinned versions: those of the plug-in look up the newest at every run.
      bootstrapSelfManagedAddons: false,
      useDefaultVpcCni: true,
      kubeProxyAddonOptions: { enabled: false },
      corednsAddonOptions: { enabled: false },
      tags: args.tags,
    },
    { parent, ...(args.protect === true ? { transforms: [protectCluster] } : {}) },
  );
}

/**
 * An EKS cluster with API authentication, pinned add-ons and a managed node group for system pods. AWS bills the
 * control plane by the hour, and the system nodes as instances.
 *
 * What no argument covers is changed with Pulumi's resource option `transforms`, which also reaches the resources that
 * the `eks` plug-in makes.
 *
 * The `eks` plug-in runs the `aws` command (version 2.7 or newer) even in a preview and fails without it; so do the
 * kubeconfig and the provider made from it, which call `aws eks get-token`.
 *
 * @example
 * ```ts
 * new Cluster("cluster", args, {
 *   transforms: [
 *     ({ type, props, opts }) =>
 *       type === "aws:eks/cluster:Cluster"
 *         ? { props: { ...props, zonalShiftConfig: { enabled: true } }, opts }
 *         : undefined,
 *   ],
 * });
 * ```
 */
export class Cluster extends pulumi.ComponentResource {
  /** Name of the cluster, known once it exists. */
  readonly name: pulumi.Output<string>;
  /** ARN of the cluster. */
  readonly arn: pulumi.Output<string>;
  /** URL of the API server. */
  readonly endpoint: pulumi.Output<string>;
  /** Id of the security group that Amazon EKS makes for the control plane and all nodes. */
  readonly securityGroupId: pulumi.Output<string>;
  /** Kubeconfig as JSON, a secret: it names the endpoint and the command that gets a token, and holds no token itself. */
  readonly kubeconfig: pulumi.Output<string>;
  /** Provider for everything inside the cluster. */
  readonly provider: kubernetes.Provider;
  /** What pods need to run and to assume roles: add-ons, system nodes and the policies of their role. */
  readonly ready: pulumi.Resource[];

  /**
   * @param name logical name, prefix of the names of all children.
   * @param args the cluster's settings.
   * @throws RunError when the `aws` config has an identity that a kubeconfig cannot carry
   */
  constructor(name: string, args: ClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("eks-swap:cluster:Cluster", name, {}, opts);
    const identity = args.identity ?? identityOfStack();
    const controlPlane = createControlPlane(this, name, args);
    this.name = controlPlane.eksCluster.name;
    this.arn = controlPlane.eksCluster.arn;
    this.endpoint = controlPlane.eksCluster.endpoint;
    this.securityGroupId = controlPlane.eksCluster.vpcConfig.clusterSecurityGroupId;
    // The plug-in gives the profile to a provider of its own only, and leaves it out of the kubeconfig that it returns.
    this.kubeconfig = pulumi.secret(controlPlane.kubeconfigJson.apply((text) => addIdentity(text, identity)));

    const addOnArgs = { clusterName: this.name, kubernetesVersion: args.kubernetesVersion, tags: args.tags };
    const addOnsBefore = createAddOns(this, name, ADD_ONS_BEFORE_NODES, addOnArgs, [controlPlane]);
    const { nodeGroup, attachments } = createSystemNodes(
      this,
      `${name}-system`,
      { ...args, clusterName: this.name, clusterArn: this.arn },
      [controlPlane, ...addOnsBefore, ...args.egress],
    );
    const addOnsAfter = createAddOns(this, name, ADD_ONS_AFTER_NODES, addOnArgs, [controlPlane, nodeGroup]);
    this.ready = [...addOnsBefore, ...attachments, nodeGroup, ...addOnsAfter];

    this.provider = new kubernetes.Provider(
      `${name}-kubernetes`,
      {
        kubeconfig: this.kubeconfig,
        // A provider that is replaced replaces everything in the cluster. The endpoint changes exactly when the cluster
        // is another one; the kubeconfig's text also changes with the plug-in that writes it.
        clusterIdentifier: this.endpoint,
      },
      { parent: this, dependsOn: [controlPlane] },
    );
    this.registerOutputs({
      name: this.name,
      arn: this.arn,
      endpoint: this.endpoint,
      securityGroupId: this.securityGroupId,
      kubeconfig: this.kubeconfig,
    });
  }
}
