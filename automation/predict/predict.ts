// What swap the containers of manifests will get: manifests and nodes are read, and put together. Nothing is printed.
import { drawPrediction } from "../../workload/chart";
import { readManifestFiles } from "../../workload/files";
import { storedBy } from "../../workload/kubernetes-version";
import { readManifests } from "../../workload/manifests";
import { findNeeds, type Need } from "../../workload/need";
import type { PredictedNode } from "../../workload/node";
import type { Manifests } from "../../workload/objects";
import { placePods } from "../../workload/placed-pod";
import { predict, type ManifestPrediction } from "../../workload/predict";
import { UsageError } from "../base/errors";
import { findNodes, type NodeOptions, type NodeSources } from "./nodes";

/** What to predict, and for which nodes. */
export interface PredictionOptions extends NodeOptions {
  /** Manifests, folders of manifests, or `-` for standard input. */
  readonly file: readonly string[];
  /** Namespace of objects that name none. */
  readonly namespace: string;
  /** Swap in bytes that a container should get. */
  readonly need?: number;
  /** The container that should get it; all where undefined. */
  readonly container?: string;
  /** Whether a chart is drawn. */
  readonly chart: boolean;
}

/** A prediction, its notes and its chart. */
export interface PredictionReport {
  readonly prediction: ManifestPrediction;
  /** Undefined where nothing was needed. */
  readonly needs: readonly Need[] | undefined;
  /** What was assumed, and what else should be known. */
  readonly notes: readonly string[];
  /** SVG; undefined without the option. */
  readonly chart: string | undefined;
}

/**
 * Predicts.
 * @throws ManifestError when manifests are wrong, before any call to a cluster or to EC2
 * @throws UsageError when there are no pods, no nodes or no such container
 * @throws ClusterError when the cluster does not answer
 */
export async function predictManifests(options: PredictionOptions, sources: NodeSources): Promise<PredictionReport> {
  if (options.container !== undefined && options.need === undefined) {
    throw new UsageError(`--container ${options.container} belongs to --need: name how much the container needs`);
  }
  const { texts, problems } = readManifestFiles(options.file);
  // Manifests are judged before any call to a cluster.
  readManifests(texts, options.namespace, problems);
  const found = await findNodes(options, sources);
  const { kubernetesVersion, nodes, charted = nodes, notes = [] } = found;
  const given = readManifests([...texts, ...(found.texts ?? [])], options.namespace);
  const manifests = kubernetesVersion === undefined ? given : storedBy(kubernetesVersion, given);
  if (manifests.workloads.length === 0) {
    const seen = manifests.ignored.map(({ object }) => object).join(", ");
    throw new UsageError(`no pods in ${options.file.join(", ")}${seen === "" ? "" : `; not read: ${seen}`}`);
  }
  return {
    prediction: predict(manifests, nodes),
    needs: needsOf(manifests, nodes, options),
    notes,
    chart: options.chart ? drawPrediction(charted, predict(manifests, charted).containers) : undefined,
  };
}

function needsOf(
  manifests: Manifests,
  nodes: readonly PredictedNode[],
  { need, container }: PredictionOptions,
): readonly Need[] | undefined {
  if (need === undefined) return undefined;
  const needs = findNeeds(placePods(manifests, nodes), need, container);
  if (needs.length === 0) {
    const known = new Set(findNeeds(placePods(manifests, nodes), need).map((found) => found.container));
    throw new UsageError(
      `no container is called ${container ?? ""}: the containers are ${[...known].toSorted().join(", ")}`,
      "unknown-name",
    );
  }
  return needs;
}
