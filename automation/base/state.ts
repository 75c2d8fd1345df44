// The state that Pulumi keeps of a stack: its resources, and operations that were under way when a run ended.
import type { Stack } from "@pulumi/pulumi/automation";
import { z } from "zod";

const resourceSchema = z.looseObject({
  urn: z.string(),
  type: z.string(),
  id: z.string().optional(),
  custom: z.boolean().default(false),
  delete: z.boolean().optional(),
  protect: z.boolean().optional(),
  inputs: z.record(z.string(), z.unknown()).default({}),
  outputs: z.record(z.string(), z.unknown()).default({}),
});

/** https://github.com/pulumi/pulumi/blob/master/sdk/go/common/apitype/core.go (DeploymentV3) */
const deploymentSchema = z.looseObject({
  resources: z.array(resourceSchema).default([]),
  pending_operations: z.array(z.object({ resource: resourceSchema, type: z.string() })).default([]),
});

/** A resource of the state. */
export type StateResource = z.output<typeof resourceSchema>;
/** The state, with the parts that are read here. */
export type State = z.output<typeof deploymentSchema>;

/** Reads the state. */
export async function readState(stack: Stack): Promise<State> {
  return deploymentSchema.parse((await stack.exportStack()).deployment ?? {});
}

/** Writes the state, secrets still encrypted. */
export async function writeState(stack: Stack, state: State): Promise<void> {
  const { version } = await stack.exportStack();
  await stack.importStack({ version, deployment: state });
}
