// The kubeconfig that `eks.Cluster` returns: address, certificate, and the command that gets a token.
import * as pulumi from "@pulumi/pulumi";

/** What a kubeconfig is written from. */
export interface KubeconfigArgs {
  readonly clusterName: pulumi.Input<string>;
  readonly clusterArn: pulumi.Input<string>;
  readonly endpoint: pulumi.Input<string>;
  readonly certificate: pulumi.Input<string>;
}

/** Writes the kubeconfig as pulumi-eks 4.3.0 does (generateKubeconfig in nodejs/eks/cluster/cluster.ts). */
export function writeKubeconfig(args: KubeconfigArgs) {
  return pulumi.output(args).apply(({ clusterName, clusterArn, endpoint, certificate }) => ({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "kubernetes", cluster: { server: endpoint, "certificate-authority-data": certificate } }],
    contexts: [{ name: "aws", context: { cluster: "kubernetes", user: "aws" } }],
    "current-context": "aws",
    users: [
      {
        name: "aws",
        user: {
          exec: {
            apiVersion: "client.authentication.k8s.io/v1beta1",
            command: "aws",
            args: [
              "--region",
              clusterArn.split(":")[3] ?? "",
              "eks",
              "get-token",
              "--cluster-name",
              clusterName,
              "--output",
              "json",
            ],
            env: [{ name: "KUBERNETES_EXEC_INFO", value: '{"apiVersion": "client.authentication.k8s.io/v1beta1"}' }],
          },
        },
      },
    ],
  }));
}
