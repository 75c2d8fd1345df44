// A cluster that somebody else made: looked up, and nothing of it touched.
import * as aws from "@pulumi/aws";
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { addIdentity, identityOfStack, type Identity } from "./identity";

/** Arguments of {@link ExistingCluster}: which cluster, and where its nodes run. */
export interface ExistingClusterArgs {
  /** Name of the cluster in AWS. */
  readonly name: string;
  /**
   * Kubernetes minor version that the cluster runs. If it runs another one, the update fails: the version decides what is
   * supported.
   *
   * @example "1.34"
   */
  readonly kubernetesVersion: string;
  /** Ids of the security groups that let nodes reach each other and the control plane, 1 to 30. */
  readonly securityGroupIds: readonly string[];
  /** Ids of the subnets that nodes run in, 1 to 30. */
  readonly subnetIds: readonly string[];
  /**
   * Who the kubeconfig asks for a token as.
   *
   * @default what the stack's `aws` config says: `aws:profile`, and the one role of `aws:assumeRoles`
   */
  readonly identity?: Identity | undefined;
}

/** What a kubeconfig is made from. */
interface Access {
  readonly name: string;
  readonly endpoint: string;
  readonly certificateAuthority: string;
  readonly region: string;
}

/**
 * An existing cluster: looked up, never changed. The credentials of the update must belong to an access entry that may
 * create Karpenter's objects, and Karpenter itself where this program installs it. The update fails when there is no
 * such cluster or it runs another Kubernetes version than stated.
 *
 * @example
 * ```ts
 * const cluster = new ExistingCluster("cluster", {
 *   name: "mine",
 *   kubernetesVersion: "1.34",
 *   securityGroupIds: ["sg-0123456789abcdef0"],
 *   subnetIds: ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
 * });
 * ```
 */
export class ExistingCluster extends pulumi.ComponentResource {
  /** Name of the cluster. */
  readonly name: pulumi.Output<string>;
  /** ARN of the cluster. */
  readonly arn: pulumi.Output<string>;
  /** URL of the API server. */
  readonly endpoint: pulumi.Output<string>;
  /** Kubeconfig as JSON, a secret: it names the command that gets a token, and holds no token itself. */
  readonly kubeconfig: pulumi.Output<string>;
  /** Provider for everything inside the cluster. */
  readonly provider: kubernetes.Provider;

  /**
   * @param name logical name, prefix of the names of all children.
   * @param args which cluster.
   * @throws RunError when the `aws` config has an identity that a kubeconfig cannot carry
   */
  constructor(name: string, args: ExistingClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    super("eks-swap:cluster:ExistingCluster", name, {}, opts);
    const identity = args.identity ?? identityOfStack();
    const found = aws.eks.getClusterOutput({ name: args.name }, { parent: this });
    const cluster = found.apply((it) => {
      checkKubernetesVersion(args, it.version);
      return it;
    });
    this.name = cluster.name;
    this.arn = cluster.arn;
    this.endpoint = cluster.endpoint;
    this.kubeconfig = pulumi.secret(
      cluster.apply(({ name: clusterName, endpoint, certificateAuthorities, region }) =>
        addIdentity(
          writeKubeconfig({
            name: clusterName,
            endpoint,
            certificateAuthority: certificateAuthorities[0]?.data ?? "",
            region,
          }),
          identity,
        ),
      ),
    );
    this.provider = new kubernetes.Provider(
      `${name}-kubernetes`,
      // A provider that is replaced replaces everything in the cluster; the endpoint changes exactly with the cluster.
      { kubeconfig: this.kubeconfig, clusterIdentifier: this.endpoint },
      { parent: this },
    );
    this.registerOutputs({
      name: this.name,
      arn: this.arn,
      endpoint: this.endpoint,
      kubeconfig: this.kubeconfig,
    });
  }
}

function checkKubernetesVersion({ name, kubernetesVersion }: ExistingClusterArgs, actual: string): void {
  if (actual === kubernetesVersion) return;
  throw new pulumi.RunError(
    `the cluster ${name} runs Kubernetes ${actual}, not ${kubernetesVersion}: set eks-swap:cluster.kubernetesVersion to "${actual}".`,
  );
}

/** As `aws eks update-kubeconfig` writes it: https://docs.aws.amazon.com/eks/latest/userguide/create-kubeconfig.html */
function writeKubeconfig({ name, endpoint, certificateAuthority, region }: Access): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name, cluster: { server: endpoint, "certificate-authority-data": certificateAuthority } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    "current-context": name,
    users: [
      {
        name,
        user: {
          exec: {
            apiVersion: "client.authentication.k8s.io/v1beta1",
            command: "aws",
            args: ["eks", "get-token", "--cluster-name", name, "--region", region],
            interactiveMode: "Never",
          },
        },
      },
    ],
  });
}
