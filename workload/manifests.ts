// From manifests to workloads and to what the API server makes of them: the one way into this folder.
import type { z } from "zod";
import { readDocuments, type ManifestObject } from "./documents";
import type { ManifestText } from "./files";
import { toManifestProblems } from "./issues";
import { ManifestError, type ManifestProblem, type Place } from "./problem";
import { checkPriorityClass, checkWorkload } from "./rules";
import {
  type Amounts,
  cronJobSchema,
  jobSchema,
  limitRangeSchema,
  podSchema,
  priorityClassSchema,
  runtimeClassSchema,
  workloadSchema,
  type LimitRangeItem,
  type Metadata,
  type PodSpec,
  type PodTemplate,
  type Toleration,
} from "./schema";

/** Pods of one template. */
export interface Workload {
  readonly place: Place;
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

export interface LimitRange {
  readonly place: Place;
  readonly namespace: string;
  readonly items: readonly LimitRangeItem[];
}

export interface PriorityClass {
  readonly place: Place;
  readonly name: string;
  readonly value: number;
  readonly isGlobalDefault: boolean;
}

export interface RuntimeClass {
  readonly place: Place;
  readonly name: string;
  /** What a pod of the class takes beside its containers. */
  readonly overhead: Amounts | undefined;
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly tolerations: readonly Toleration[];
}

export interface Manifests {
  readonly workloads: readonly Workload[];
  readonly limitRanges: readonly LimitRange[];
  readonly priorityClasses: readonly PriorityClass[];
  readonly runtimeClasses: readonly RuntimeClass[];
  /** Objects of kinds that hold no pods, or whose pods are not known to us. */
  readonly ignored: readonly Place[];
}

/** One object read: added to the manifests, or wrong. */
type Read = Partial<Manifests> & { readonly problems?: readonly ManifestProblem[] };
type Reader = (object: ManifestObject, namespace: string) => Read;

/** By group and kind; the version is of no importance to what is read. */
const READERS: Readonly<Record<string, Reader>> = {
  "/Pod": reader(podSchema, ({ metadata, spec }) => ({ replicas: 1, template: { metadata, spec } })),
  "/ReplicationController": reader(workloadSchema, ({ spec }) => spec),
  "apps/Deployment": reader(workloadSchema, ({ spec }) => spec),
  "apps/ReplicaSet": reader(workloadSchema, ({ spec }) => spec),
  "apps/StatefulSet": reader(workloadSchema, ({ spec }) => spec),
  "apps/DaemonSet": reader(workloadSchema, ({ spec }) => ({ ...spec, replicas: 1 })),
  "batch/Job": reader(jobSchema, ({ spec }) => ({ replicas: spec.parallelism, template: spec.template })),
  "batch/CronJob": reader(cronJobSchema, ({ spec: { jobTemplate } }) => ({
    replicas: jobTemplate.spec.parallelism,
    template: jobTemplate.spec.template,
  })),
  "/LimitRange": (object, namespace) =>
    parse(limitRangeSchema, object, ({ metadata, spec }) => ({
      limitRanges: [{ place: object.place, namespace: metadata.namespace ?? namespace, items: spec.limits }],
    })),
  "scheduling.k8s.io/PriorityClass": (object) =>
    parse(priorityClassSchema, object, ({ metadata, value, globalDefault = false }) => {
      const name = metadata.name ?? "";
      return {
        priorityClasses: [{ place: object.place, name, value, isGlobalDefault: globalDefault }],
        problems: checkPriorityClass(object.place, name, value),
      };
    }),
  "node.k8s.io/RuntimeClass": (object) =>
    parse(runtimeClassSchema, object, ({ metadata, overhead, scheduling }) => ({
      runtimeClasses: [
        {
          place: object.place,
          name: metadata.name ?? "",
          overhead: overhead?.podFixed,
          nodeSelector: scheduling?.nodeSelector ?? {},
          tolerations: scheduling?.tolerations ?? [],
        },
      ],
    })),
};

/**
 * Reads manifests.
 * @param namespace of objects that name none
 * @param found problems that were met while the texts were read
 * @throws ManifestError with everything that is wrong with all of them
 */
export function readManifests(
  texts: readonly ManifestText[],
  namespace = "default",
  found: readonly ManifestProblem[] = [],
): Manifests {
  const read = texts.flatMap((text): readonly Read[] => {
    const { objects, problems } = readDocuments(text);
    return [{ problems }, ...objects.map((object) => readObject(object, namespace))];
  });
  const problems = [...found, ...read.flatMap((object) => object.problems ?? [])];
  if (problems.length > 0) throw new ManifestError(problems);
  return {
    workloads: read.flatMap(({ workloads }) => workloads ?? []),
    limitRanges: read.flatMap(({ limitRanges }) => limitRanges ?? []),
    priorityClasses: read.flatMap(({ priorityClasses }) => priorityClasses ?? []),
    runtimeClasses: read.flatMap(({ runtimeClasses }) => runtimeClasses ?? []),
    ignored: read.flatMap(({ ignored }) => ignored ?? []),
  };
}

function readObject(object: ManifestObject, namespace: string): Read {
  const known = READERS[`${object.group}/${object.kind}`];
  return known === undefined ? { ignored: [object.place] } : known(object, namespace);
}

function reader<T extends { readonly metadata: Metadata }>(
  schema: z.ZodType<T>,
  podsOf: (object: T) => { readonly replicas?: number | undefined; readonly template: PodTemplate },
): Reader {
  return (object, namespace) =>
    parse(schema, object, (value) => {
      const { replicas = 1, template } = podsOf(value);
      const isDaemon =
        object.kind === "DaemonSet" || (value.metadata.ownerReferences ?? []).some(({ kind }) => kind === "DaemonSet");
      const workload: Workload = {
        place: object.place,
        kind: object.kind,
        namespace: value.metadata.namespace ?? namespace,
        replicas,
        isDaemon,
        annotations: template.metadata?.annotations ?? {},
        pod: template.spec,
      };
      return { workloads: [workload], problems: checkWorkload(workload) };
    });
}

function parse<T>(schema: z.ZodType<T>, object: ManifestObject, toRead: (value: T) => Read): Read {
  const parsed = schema.safeParse(object.value);
  if (parsed.success) return toRead(parsed.data);
  return { problems: parsed.error.issues.flatMap((issue) => toManifestProblems(issue, object)) };
}
