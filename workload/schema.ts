// What is read of Kubernetes objects: just enough to know who gets swap and where. Everything else may stand there.
import { z } from "zod";
import { parseMilliQuantity, parseQuantity, QuantityError } from "../swap/quantity";

/** `params.id` of an issue that stands for a problem of its own. */
export const NOT_A_QUANTITY = "not-a-quantity";

/** A key that may be left out, or be null, which Kubernetes takes for left out. */
function optional<T extends z.ZodType>(schema: T) {
  return schema.nullish().transform((value) => value ?? undefined);
}

function quantity(parse: (text: string) => number) {
  return z.union([z.string(), z.number()]).transform((value, context) => {
    try {
      return parse(String(value));
    } catch (error) {
      if (!(error instanceof QuantityError)) throw error;
      const message = error.message.slice(error.message.indexOf('" ') + 2);
      context.issues.push({ code: "custom", message, params: { id: NOT_A_QUANTITY }, input: value });
      return z.NEVER;
    }
  });
}

const amounts = z.object({
  cpu: optional(quantity(parseMilliQuantity)),
  memory: optional(quantity(parseQuantity)),
});
/** CPU in millicores, memory in bytes. */
export type Amounts = z.infer<typeof amounts>;

/** The API server refuses other fields, as kubectl sends them: a misspelt `request` would leave a container without one. */
const resources = z.strictObject({
  requests: optional(amounts),
  limits: optional(amounts),
  claims: z.unknown().optional(),
});
export type ContainerResources = z.infer<typeof resources>;

/** Of a pod's own limits it matters whether there are any, of huge pages too. */
const podResources = z.object({
  requests: optional(amounts),
  limits: optional(z.looseObject(amounts.shape)),
});

const container = z.object({
  name: z.string(),
  resources: optional(resources),
  restartPolicy: optional(z.string()),
  resizePolicy: optional(z.array(z.object({ resourceName: z.string(), restartPolicy: z.string() }))),
  volumeMounts: optional(z.array(z.object({ name: z.string() }))),
});
export type ContainerSpec = z.infer<typeof container>;

const matchExpression = z.object({
  key: z.string(),
  operator: z.enum(["In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"]),
  values: optional(z.array(z.string())),
});
export type MatchExpression = z.infer<typeof matchExpression>;

const nodeAffinity = z.object({
  requiredDuringSchedulingIgnoredDuringExecution: optional(
    z.object({ nodeSelectorTerms: z.array(z.object({ matchExpressions: optional(z.array(matchExpression)) })) }),
  ),
});

const toleration = z.object({
  key: optional(z.string()),
  operator: optional(z.string()),
  value: optional(z.string()),
  effect: optional(z.string()),
});
export type Toleration = z.infer<typeof toleration>;

const podSpec = z.object({
  containers: z.array(container).min(1),
  initContainers: optional(z.array(container)),
  ephemeralContainers: optional(z.array(container)),
  resources: optional(podResources),
  priority: optional(z.number()),
  priorityClassName: optional(z.string()),
  nodeSelector: optional(z.record(z.string(), z.string())),
  affinity: optional(z.object({ nodeAffinity: optional(nodeAffinity) })),
  tolerations: optional(z.array(toleration)),
  runtimeClassName: optional(z.string()),
  overhead: optional(amounts),
  volumes: optional(
    z.array(z.object({ name: z.string(), emptyDir: optional(z.object({ medium: optional(z.string()) })) })),
  ),
});
export type PodSpec = z.infer<typeof podSpec>;

const metadata = z.object({
  name: optional(z.string()),
  generateName: optional(z.string()),
  namespace: optional(z.string()),
  annotations: optional(z.record(z.string(), z.string())),
  ownerReferences: optional(z.array(z.object({ kind: z.string() }))),
});
export type Metadata = z.infer<typeof metadata>;

const template = z.object({ metadata: optional(metadata), spec: podSpec });
export type PodTemplate = z.infer<typeof template>;

const count = optional(z.number().int().nonnegative());
const jobSpec = z.object({ parallelism: count, template });

export const podSchema = z.object({ metadata, spec: podSpec });
export const workloadSchema = z.object({ metadata, spec: z.object({ replicas: count, template }) });
export const jobSchema = z.object({ metadata, spec: jobSpec });
export const cronJobSchema = z.object({ metadata, spec: z.object({ jobTemplate: z.object({ spec: jobSpec }) }) });

/** The memory and CPU of a LimitRange; other resources of it decide nothing here. */
const limitRangeItem = z.object({
  type: z.string(),
  default: optional(amounts),
  defaultRequest: optional(amounts),
  min: optional(amounts),
  max: optional(amounts),
  // A factor such as 1.5, in thousandths.
  maxLimitRequestRatio: optional(z.object({ memory: optional(quantity(parseMilliQuantity)) })),
});
export type LimitRangeItem = z.infer<typeof limitRangeItem>;
export const limitRangeSchema = z.object({ metadata, spec: z.object({ limits: z.array(limitRangeItem) }) });

export const priorityClassSchema = z.object({
  metadata,
  value: z.number(),
  globalDefault: optional(z.boolean()),
});

export const runtimeClassSchema = z.object({
  metadata,
  overhead: optional(z.object({ podFixed: optional(amounts) })),
  scheduling: optional(
    z.object({
      nodeSelector: optional(z.record(z.string(), z.string())),
      tolerations: optional(z.array(toleration)),
    }),
  ),
});
