// Karpenter's objects in a running cluster: the parts of them that are read here.
// Fields: https://github.com/kubernetes-sigs/karpenter/tree/v1.15.0/pkg/apis/v1 and
// https://github.com/aws/karpenter-provider-aws/blob/v1.15.1/pkg/apis/v1/ec2nodeclass.go
import { z } from "zod";
import { type ClusterConnection, ClusterError, isMissing } from "./connection";

/** Label of NodeClaims and Nodes: the NodePool that they are of. */
export const NODE_POOL_LABEL = "karpenter.sh/nodepool";

const conditionSchema = z.object({
  type: z.string(),
  status: z.enum(["True", "False", "Unknown"]),
  reason: z.string().optional(),
  message: z.string().optional(),
  observedGeneration: z.number().optional(),
});

/** A condition of a status. */
export type Condition = z.infer<typeof conditionSchema>;

const metadataSchema = z.object({
  name: z.string(),
  generation: z.number().optional(),
  creationTimestamp: z.string().optional(),
  deletionTimestamp: z.string().optional(),
  labels: z.record(z.string(), z.string()).default({}),
  annotations: z.record(z.string(), z.string()).default({}),
  finalizers: z.array(z.string()).default([]),
});

const conditionsSchema = z.array(conditionSchema).default([]);

const nodeClassSchema = z.object({
  metadata: metadataSchema,
  spec: z.object({ kubelet: z.record(z.string(), z.unknown()).default({}), userData: z.string().optional() }),
  status: z.object({ conditions: conditionsSchema }).default({ conditions: [] }),
});

const nodePoolSchema = z.object({
  metadata: metadataSchema,
  status: z.object({ conditions: conditionsSchema }).default({ conditions: [] }),
});

const nodeClaimSchema = z.object({
  metadata: metadataSchema,
  status: z
    .object({ nodeName: z.string().optional(), providerID: z.string().optional(), conditions: conditionsSchema })
    .default({ conditions: [] }),
});

export type NodeClass = z.infer<typeof nodeClassSchema>;
export type NodePool = z.infer<typeof nodePoolSchema>;
export type NodeClaim = z.infer<typeof nodeClaimSchema>;

interface Kind {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
}

const NODE_CLASS = { group: "karpenter.k8s.aws", version: "v1", plural: "ec2nodeclasses" } as const;
const NODE_POOL = { group: "karpenter.sh", version: "v1", plural: "nodepools" } as const;
const NODE_CLAIM = { group: "karpenter.sh", version: "v1", plural: "nodeclaims" } as const;

/** The EC2NodeClass of a pool; undefined when there is none. */
export async function readNodeClass(cluster: ClusterConnection, name: string): Promise<NodeClass | undefined> {
  return readObject(cluster, NODE_CLASS, name, nodeClassSchema);
}

/** The NodePool of a pool; undefined when there is none. */
export async function readNodePool(cluster: ClusterConnection, name: string): Promise<NodePool | undefined> {
  return readObject(cluster, NODE_POOL, name, nodePoolSchema);
}

/** All NodePools of the cluster. */
export async function listNodePools(cluster: ClusterConnection): Promise<readonly NodePool[]> {
  return listObjects(cluster, NODE_POOL, "the list of NodePools", nodePoolSchema);
}

/** NodeClaims, of one NodePool or all: each is an instance that Karpenter launched or is about to. */
export async function listNodeClaims(cluster: ClusterConnection, pool?: string): Promise<readonly NodeClaim[]> {
  const selector = pool === undefined ? {} : { labelSelector: `${NODE_POOL_LABEL}=${pool}` };
  return listObjects(cluster, { ...NODE_CLAIM, ...selector }, "the list of NodeClaims", nodeClaimSchema);
}

async function listObjects<T>(
  cluster: ClusterConnection,
  kind: Kind & { readonly labelSelector?: string },
  what: string,
  schema: z.ZodType<T>,
): Promise<readonly T[]> {
  const answer = await cluster.read(`read ${what} of the cluster`, async (options) => {
    const list: unknown = await cluster.custom.listClusterCustomObject(kind, options);
    return list;
  });
  return parse(z.object({ items: z.array(schema) }), answer, what).items;
}

async function readObject<T>(
  cluster: ClusterConnection,
  kind: Kind,
  name: string,
  schema: z.ZodType<T>,
): Promise<T | undefined> {
  const what = `${kind.plural}.${kind.group}/${name}`;
  try {
    const answer = await cluster.read(`read ${what}`, async (options) => {
      const object: unknown = await cluster.custom.getClusterCustomObject({ ...kind, name }, options);
      return object;
    });
    return parse(schema, answer, what);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** @throws ClusterError when the answer is not what Karpenter's API says */
export function parse<T>(schema: z.ZodType<T>, answer: unknown, what: string): T {
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  throw new ClusterError(`${what} is not as expected: ${z.prettifyError(parsed.error)}`, parsed.error);
}
