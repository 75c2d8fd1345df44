// Karpenter's kinds, as its Go packages carry them, in an API server; and its own checks of objects.
import { spawnSync } from "node:child_process";
import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";
import { ApiRefusal, type ApiClient } from "./api-client";
import type { Say } from "./go";
import { provideKarpenterTools } from "./programs";

/** As it stands in its file. */
export const kindSchema = z.looseObject({
  metadata: z.looseObject({ name: z.string() }),
  spec: z.looseObject({
    group: z.string(),
    names: z.looseObject({ kind: z.string(), plural: z.string() }),
    versions: z.array(
      z.looseObject({
        name: z.string(),
        schema: z.object({ openAPIV3Schema: z.record(z.string(), z.unknown()) }),
      }),
    ),
  }),
});

/** A CustomResourceDefinition. */
export type Kind = z.output<typeof kindSchema>;

/** In seconds: far above what a busy machine needs. */
const SERVED_TIMEOUT = 60;

/** Karpenter's CustomResourceDefinitions, with every rule. */
export function karpenterKinds(say: Say): readonly Kind[] {
  return z.array(kindSchema).parse(askKarpenter("kinds", undefined, say));
}

/**
 * What Karpenter's controller has against each of `objects` (EC2NodeClasses and NodePools): fields that its Go types
 * lack, and rules that no CustomResourceDefinition can hold, those of `spec.kubelet` among them.
 */
export function validateByKarpenter(objects: readonly object[], say: Say): readonly (readonly string[])[] {
  return z.array(z.array(z.string())).parse(askKarpenter("validate", objects, say));
}

/** Creates the kinds and waits until they are served. */
export async function installKarpenterKinds(client: ApiClient, say: Say): Promise<void> {
  const kinds = karpenterKinds(say);
  for (const { metadata, spec } of kinds) {
    await client.apply({ apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition", metadata, spec });
  }
  for (const kind of kinds) await untilServed(client, kind);
}

/** The condition Established is not enough: for some tenths of a second more the server answers that storage is initializing. */
export async function untilServed(client: ApiClient, { spec }: Kind): Promise<void> {
  const group = `/apis/${spec.group}/${spec.versions[0]?.name ?? ""}`;
  const path = `${group}/${spec.names.plural}`;
  for (let second = 0; second < SERVED_TIMEOUT; second += 0.1) {
    try {
      await client.get(path);
      // What the server tells of its kinds lags behind what it serves.
      if (JSON.stringify(await client.get(group)).includes(`"name":"${spec.names.plural}"`)) return;
      await wait(100);
    } catch (error) {
      // Before a kind is served its path is unknown, with an answer that is no JSON.
      if (!(error instanceof ApiRefusal || error instanceof SyntaxError)) throw error;
      await wait(100);
    }
  }
  throw new Error(`${path} is not served after ${SERVED_TIMEOUT} s`);
}

function askKarpenter(command: "kinds" | "validate", input: unknown, say: Say): unknown {
  const { status, stdout, stderr, error } = spawnSync(provideKarpenterTools(say), [command], {
    input: JSON.stringify(input),
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  if (status !== 0) throw new Error(`karpenter-tools ${command}: ${error?.message ?? stderr}`);
  return JSON.parse(stdout);
}
