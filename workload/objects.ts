// What manifests hold: workloads, and the objects that change their pods.
import type { ManifestPlace } from "./problem";
import type { Amounts, LimitRangeItem, PodSpec, Toleration } from "./schema";

/** Pods of one template. */
export interface Workload {
  readonly place: ManifestPlace;
  readonly kind: string;
  readonly namespace: string;
  /** Pods that run at the same time; for a daemon those of one node. */
  readonly replicas: number;
  /** One pod on every node that it tolerates: a DaemonSet, or a pod that belongs to one. */
  readonly isDaemon: boolean;
  readonly annotations: Readonly<Record<string, string>>;
  readonly pod: PodSpec;
  /** The Kubernetes version whose API server drops the pod's own resources, where it does. */
  readonly droppedFor?: string;
}

/** Defaults and bounds of the containers and pods of a namespace. */
export interface LimitRange {
  readonly place: ManifestPlace;
  readonly namespace: string;
  readonly items: readonly LimitRangeItem[];
}

/** A priority by name. */
export interface PriorityClass {
  readonly place: ManifestPlace;
  readonly name: string;
  readonly value: number;
  readonly isGlobalDefault: boolean;
}

/** A way to run containers, by name. */
export interface RuntimeClass {
  readonly place: ManifestPlace;
  readonly name: string;
  /** What a pod of the class takes besides its containers. */
  readonly overhead: Amounts | undefined;
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly tolerations: readonly Toleration[];
}

/** Everything that manifests hold. */
export interface Manifests {
  readonly workloads: readonly Workload[];
  readonly limitRanges: readonly LimitRange[];
  readonly priorityClasses: readonly PriorityClass[];
  readonly runtimeClasses: readonly RuntimeClass[];
  /** Objects of kinds that hold no pods, or whose pods are not known to us. */
  readonly ignored: readonly ManifestPlace[];
}
