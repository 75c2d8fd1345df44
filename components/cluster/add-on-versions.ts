// The pinned versions of the cluster's add-ons, by Kubernetes minor version.
import { own } from "../../swap/own";

/** The add-ons of every cluster that eks-swap creates. */
export type AddOnName = "vpc-cni" | "kube-proxy" | "coredns" | "eks-pod-identity-agent";

/**
 * One build covers every Kubernetes version below: seen as the version that clusters of 1.32, 1.34, 1.35 and 1.36 run.
 * Its releases: https://github.com/aws/eks-pod-identity-agent
 */
const POD_IDENTITY_AGENT = "v1.3.10-eksbuild.3";

/** One build covers every Kubernetes version below (https://docs.aws.amazon.com/eks/latest/userguide/managing-vpc-cni.html). */
const VPC_CNI = "v1.22.4-eksbuild.3";

/**
 * Add-on versions as the Amazon EKS user guide listed them on 2026-08-20:
 * - https://docs.aws.amazon.com/eks/latest/userguide/managing-kube-proxy.html
 * - https://docs.aws.amazon.com/eks/latest/userguide/managing-coredns.html
 * - https://docs.aws.amazon.com/eks/latest/userguide/managing-vpc-cni.html
 *
 * Pinned because a version looked up at every run updates the cluster whenever AWS publishes a build. Amazon EKS keeps
 * older builds available; `aws eks describe-addon-versions --kubernetes-version VERSION` lists them.
 */
const VERSIONS: Readonly<Record<string, Readonly<Record<AddOnName, string>>>> = {
  "1.32": {
    "vpc-cni": VPC_CNI,
    "kube-proxy": "v1.32.13-eksbuild.16",
    coredns: "v1.11.4-eksbuild.40",
    "eks-pod-identity-agent": POD_IDENTITY_AGENT,
  },
  "1.33": {
    "vpc-cni": VPC_CNI,
    "kube-proxy": "v1.33.10-eksbuild.13",
    coredns: "v1.12.4-eksbuild.18",
    "eks-pod-identity-agent": POD_IDENTITY_AGENT,
  },
  "1.34": {
    "vpc-cni": VPC_CNI,
    "kube-proxy": "v1.34.6-eksbuild.13",
    coredns: "v1.13.2-eksbuild.11",
    "eks-pod-identity-agent": POD_IDENTITY_AGENT,
  },
  "1.35": {
    "vpc-cni": VPC_CNI,
    "kube-proxy": "v1.35.3-eksbuild.13",
    coredns: "v1.14.3-eksbuild.3",
    "eks-pod-identity-agent": POD_IDENTITY_AGENT,
  },
  "1.36": {
    "vpc-cni": VPC_CNI,
    "kube-proxy": "v1.36.0-eksbuild.14",
    coredns: "v1.14.3-eksbuild.3",
    "eks-pod-identity-agent": POD_IDENTITY_AGENT,
  },
};

/** The Kubernetes minor versions that have pinned add-ons, oldest first. */
export const kubernetesVersionsWithPinnedAddOns: readonly string[] = Object.keys(VERSIONS);

/**
 * Finds the pinned version of an add-on.
 *
 * @returns undefined for a Kubernetes version that is not in the table. Amazon EKS then installs its own default build
 * for that Kubernetes version when the add-on is created, and leaves it alone afterwards.
 */
export function findAddOnVersion(kubernetesVersion: string, addOn: AddOnName): string | undefined {
  return own(VERSIONS, kubernetesVersion)?.[addOn];
}
