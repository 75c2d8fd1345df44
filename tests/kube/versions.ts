// Every version of what this suite builds, in one place.

/** The Kubernetes that everything runs on unless `--kubernetes` says otherwise: the newest minor version of the stack config. */
export const NEWEST_KUBERNETES = "1.36.3";

/** The oldest minor version of the stack config. */
export const OLDEST_KUBERNETES = "1.32.13";

/** Kubernetes 1.36 asks for 3.6: https://github.com/kubernetes/kubernetes/blob/v1.36.3/build/dependencies.yaml */
export const ETCD = "3.6.16";

/** A 2.x release, as in the EKS AMI of AL2023; its minor version differs there. */
export const CONTAINERD = "2.4.2";

/** The line that Pulumi's Kubernetes provider carries: https://github.com/pulumi/pulumi-kubernetes/blob/v4.34.0/provider/go.mod */
export const HELM = "3.22.0";
