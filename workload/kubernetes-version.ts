// What an API server that is older than the newest drops from the pods that it stores.
import type { Manifests } from "./objects";

/** The first minor version whose API server keeps `spec.resources`: PodLevelResources, beta there. Source: https://github.com/kubernetes/kubernetes/blob/v1.36.3/pkg/features/kube_features.go */
const POD_LEVEL_RESOURCES = 34;

/**
 * Manifests as they are stored by an API server of this version.
 * @param kubernetesVersion as in `1.33`
 */
export function storedBy(kubernetesVersion: string, manifests: Manifests): Manifests {
  const minor = Number(kubernetesVersion.split(".")[1]);
  if (!(minor < POD_LEVEL_RESOURCES)) return manifests;
  return {
    ...manifests,
    workloads: manifests.workloads.map((workload) =>
      workload.pod.resources === undefined
        ? workload
        : { ...workload, droppedFor: kubernetesVersion, pod: { ...workload.pod, resources: undefined } },
    ),
  };
}
