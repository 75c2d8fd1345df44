// What a bare program needs to know to register the resources of eks-swap: a finished `up` of eks-swap, as data.
import { z } from "zod";

const SECRET = "4dabf18193072939515e22adb298388d";

const resourceSchema = z.object({
  urn: z.string(),
  type: z.string(),
  custom: z.boolean().optional(),
  id: z.string().optional(),
  parent: z.string().optional(),
  provider: z.string().optional(),
  inputs: z.record(z.string(), z.unknown()).default({}),
  outputs: z.record(z.string(), z.unknown()).default({}),
  dependencies: z.array(z.string()).default([]),
  propertyDependencies: z.record(z.string(), z.array(z.string())).default({}),
  customTimeouts: z.record(z.string(), z.number()).default({}),
});

/** `clusterArgs`: what eks-swap gives eks.Cluster, a component of a plug-in, whose inputs the state does not keep. */
export const recordingSchema = z.object({
  clusterArgs: z.record(z.string(), z.unknown()),
  resources: z.array(resourceSchema),
});

export const deploymentSchema = z.object({ resources: z.array(resourceSchema).default([]) });

export type Recorded = z.infer<typeof resourceSchema>;
export type Recording = z.infer<typeof recordingSchema>;

/** The text of a secret as exports with `--show-secrets` hold it; undefined for any other value. */
export function secretText(value: unknown): unknown {
  if (typeof value !== "object" || value === null || !(SECRET in value)) return undefined;
  const plaintext: unknown = Reflect.get(value, "plaintext");
  return typeof plaintext === "string" ? JSON.parse(plaintext) : undefined;
}

/** Calls `visit` for every string in a value, with the path to it. */
export function visitStrings(
  value: unknown,
  visit: (text: string, path: readonly string[]) => void,
  path: readonly string[] = [],
): void {
  if (typeof value === "string") visit(value, path);
  else if (secretText(value) !== undefined) visitStrings(secretText(value), visit, path);
  else if (typeof value === "object" && value !== null) {
    for (const [key, item] of Object.entries(value)) visitStrings(item, visit, [...path, key]);
  }
}
