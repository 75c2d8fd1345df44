// Where CoreDNS, Karpenter and other parts of the cluster itself run, there is no swap.
import { z } from "zod";
import { hasSwap, makesSwap, NODE_CLASS_TYPE, NODE_POOL_TYPE, readNodeClassInputs } from "./node-class";

/** A resource of a stack. */
export interface StackResource {
  readonly type: string;
  readonly name: string;
  readonly props: unknown;
}

/** A resource, and what is wrong with it. */
export interface StackViolation<Resource> {
  readonly resource: Resource;
  readonly message: string;
}

export const SYSTEM_POOL_RULE = {
  name: "no-swap-on-system-pools",
  description: "Nodes for the cluster's own components have no swap.",
} as const;

/** The taint of nodes for the cluster's own components, as EKS's add-ons tolerate it. */
const SYSTEM_TAINT = "CriticalAddonsOnly";

const nodePoolSchema = z.object({
  metadata: z.object({ name: z.string().default("") }).prefault({}),
  spec: z.object({
    template: z.object({
      spec: z.object({
        nodeClassRef: z.object({ name: z.string() }),
        taints: z.array(z.object({ key: z.string() })).default([]),
      }),
    }),
  }),
});

const nodeGroupSchema = z.object({ launchTemplate: z.object({}).optional() });
const launchTemplateSchema = z.object({ userData: z.string().default("") });

/** Whether a preview can decide: a provider may know nothing of an object before it exists. */
export function isDecidable(resources: readonly StackResource[]): boolean {
  return resources
    .filter(({ type }) => type === NODE_CLASS_TYPE || type === NODE_POOL_TYPE)
    .every(({ props }) => "spec" in Object(props));
}

/**
 * Violations of a stack: NodePools for system components whose nodes have swap, and launch templates that make swap
 * where a managed node group has one.
 * @param systemPools names of NodePools that are for the cluster's own components, besides those with the taint
 */
export function checkSystemPools<Resource extends StackResource>(
  resources: readonly Resource[],
  systemPools: readonly string[],
): readonly StackViolation<Resource>[] {
  const ofType = (type: string) => resources.filter((resource) => resource.type === type);
  const withSwap = ofType(NODE_CLASS_TYPE)
    .map(({ props }) => readNodeClassInputs(props))
    .filter(hasSwap)
    .map(({ name }) => name);
  const pools = ofType(NODE_POOL_TYPE).flatMap((resource) => {
    const { metadata, spec } = nodePoolSchema.parse(resource.props);
    const { nodeClassRef, taints } = spec.template.spec;
    const isSystem = systemPools.includes(metadata.name) || taints.some(({ key }) => key === SYSTEM_TAINT);
    if (!isSystem || !withSwap.includes(nodeClassRef.name)) return [];
    const message = `NodePool ${metadata.name} is for the cluster's own components, and its EC2NodeClass ${nodeClassRef.name} has swap.`;
    return [{ resource, message }];
  });
  const hasOwnTemplate = ofType("aws:eks/nodeGroup:NodeGroup").some(
    ({ props }) => nodeGroupSchema.parse(props).launchTemplate !== undefined,
  );
  const templates = ofType("aws:ec2/launchTemplate:LaunchTemplate").flatMap((resource) => {
    const { userData } = launchTemplateSchema.parse(resource.props);
    if (!hasOwnTemplate || !makesSwap(Buffer.from(userData, "base64").toString())) return [];
    return [{ resource, message: "The launch template makes swap, and a managed node group runs system components." }];
  });
  return [...pools, ...templates];
}
