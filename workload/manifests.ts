// From manifests to workloads and the objects that change them: the one way into this folder.
import { z } from "zod";
import { own } from "../swap/own";
import { readDocuments, type ManifestObject } from "./documents";
import type { ManifestText } from "./files";
import { toManifestProblems } from "./issues";
import type { Manifests, Workload } from "./objects";
import { ManifestError, manifestProblem, type ManifestPlace, type ManifestProblem } from "./problem";
import { checkPriorityClass, checkWorkload } from "./rules";
import {
  cronJobSchema,
  jobSchema,
  limitRangeSchema,
  podSchema,
  priorityClassSchema,
  runtimeClassSchema,
  workloadSchema,
  type Metadata,
  type PodTemplate,
} from "./schema";

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
  const documents = texts.map((text) => ({ ...readDocuments(text), text }));
  const others = documents.flatMap((one) => one.others);
  const hasObjects = documents.some(({ objects }) => objects.length > 0);
  const read: readonly Read[] = [
    { ignored: others, problems: hasObjects ? [] : others.map(notAnObject) },
    ...documents.flatMap(({ objects, problems }) => [
      { problems },
      ...objects.map((object) => readObject(object, namespace)),
    ]),
  ];
  const patches = findPatches(documents, namespace);
  const problems = [...found, ...read.flatMap((object) => object.problems ?? []), ...patches];
  if (problems.length > 0) throw new ManifestError(problems);
  return {
    workloads: read.flatMap(({ workloads }) => workloads ?? []),
    limitRanges: read.flatMap(({ limitRanges }) => limitRanges ?? []),
    priorityClasses: read.flatMap(({ priorityClasses }) => priorityClasses ?? []),
    runtimeClasses: read.flatMap(({ runtimeClasses }) => runtimeClasses ?? []),
    ignored: read.flatMap(({ ignored }) => ignored ?? []),
  };
}

function notAnObject(place: ManifestPlace): ManifestProblem {
  const message = "is no Kubernetes object: apiVersion and kind must be given and be of the right type";
  return manifestProblem("not-an-object", place, "", undefined, message);
}

/** A base and its patches are one object, and only kustomize knows which. */
function findPatches(
  documents: readonly { readonly text: ManifestText; readonly objects: readonly ManifestObject[] }[],
  namespace: string,
): readonly ManifestProblem[] {
  const seen = new Map<string, ManifestPlace>();
  return documents
    .filter(({ text }) => text.isOfKustomization === true)
    .flatMap(({ objects }) => objects)
    .flatMap(({ group, place, value }) => {
      const named = namespacedSchema.safeParse(value).data?.metadata?.namespace ?? namespace;
      const key = [group, place.object, named].join(" ");
      const first = seen.get(key);
      seen.set(key, first ?? place);
      if (first === undefined || !place.object.includes("/")) return [];
      const message = `is also in ${first.file}, document ${first.document}, of a folder that has a kustomization`;
      return [manifestProblem("not-rendered", place, "", undefined, message)];
    });
}

const namespacedSchema = z.looseObject({ metadata: z.looseObject({ namespace: z.string().optional() }).optional() });

function readObject(object: ManifestObject, namespace: string): Read {
  const known = own(READERS, `${object.group}/${object.kind}`);
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
  const parsed = schema.safeParse(object.value, { reportInput: true });
  if (parsed.success) return toRead(parsed.data);
  return { problems: parsed.error.issues.flatMap((issue) => toManifestProblems(issue, object.place)) };
}
