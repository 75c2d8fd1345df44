// Which versions of Kubernetes and Karpenter go together.
import { coerce, compare } from "semver";
import { own } from "../../swap/own";

/**
 * The first Karpenter that supports a Kubernetes minor version.
 * Source: https://karpenter.sh/docs/upgrading/compatibility/
 */
const FIRST_KARPENTER: Readonly<Record<string, string>> = {
  "1.32": "1.2.0",
  "1.33": "1.5.0",
  "1.34": "1.6.0",
  "1.35": "1.9.0",
  "1.36": "1.13.0",
};

/** The newest versions that this program was tested with, and the oldest that it takes. */
export const VERSIONS = {
  oldestKubernetes: "1.32",
  newestKubernetes: "1.36",
  /** The oldest that runs already; before it a NodeClass has nothing that separates swap nodes at registration. */
  oldestKarpenter: "1.9.0",
  /** The first whose EC2NodeClass holds every kubelet setting. */
  openKubeletKarpenter: "1.15.0",
  karpenter: "1.15.1",
  ami: "al2023@v20260714",
} as const;

/** The first Karpenter for a Kubernetes version; undefined for a version that is not known yet. */
export function firstKarpenterFor(kubernetesVersion: string): string | undefined {
  return own(FIRST_KARPENTER, kubernetesVersion);
}

/** Negative when `left` is the older version; `1.36` counts as `1.36.0`. */
export function compareVersions(left: string, right: string): number {
  return compare(coerce(left) ?? left, coerce(right) ?? right);
}
