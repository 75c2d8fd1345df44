// What swap the containers of manifests get on given nodes, how much of each node's swap that is, and what to know of it.
import type { PredictedNode } from "./node";
import type { Manifests } from "./objects";
import { placePods, type PredictedContainer } from "./placed-pod";
import type { ManifestPlace } from "./problem";
import { nodeUsage, type NodeUsage } from "./usage";
import { findWarnings, type PredictionWarning } from "./warnings";

/** The predictions for all pods of manifests on all nodes. */
export interface ManifestPrediction {
  readonly nodes: readonly NodeUsage[];
  readonly containers: readonly PredictedContainer[];
  readonly warnings: readonly PredictionWarning[];
  /** Objects that were not looked into. */
  readonly ignored: readonly ManifestPlace[];
}

/** Predicts every container on every node. */
export function predict(manifests: Manifests, nodes: readonly PredictedNode[]): ManifestPrediction {
  const placed = placePods(manifests, nodes);
  return {
    nodes: nodes.map((node) =>
      nodeUsage(
        node,
        placed.filter((pod) => pod.node === node),
      ),
    ),
    containers: placed.flatMap(({ containers }) => containers.map(({ swap }) => swap)),
    warnings: findWarnings(placed, manifests.limitRanges),
    ignored: manifests.ignored,
  };
}
