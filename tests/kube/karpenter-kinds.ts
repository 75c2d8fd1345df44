// Karpenter's kinds, as its Go packages carry them, in an API server; and its own checks of objects.
import { spawnSync } from "node:child_process";
import { setTimeout as wait } from "node:timers/promises";
import {
  ApiException,
  ApiextensionsV1Api,
  CustomObjectsApi,
  type KubeConfig,
  type V1CustomResourceDefinition,
} from "@kubernetes/client-node";
import { z } from "zod";
import type { Say } from "./go";
import { provideKarpenterTools } from "./programs";

const kindSchema = z.custom<V1CustomResourceDefinition>(
  (value) => z.looseObject({ kind: z.literal("CustomResourceDefinition") }).safeParse(value).success,
);

/** In seconds: far above what a busy machine needs. */
const SERVED_TIMEOUT = 60;

/** Karpenter's CustomResourceDefinitions. */
export function karpenterKinds(say: Say): readonly V1CustomResourceDefinition[] {
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
export async function installKarpenterKinds(kubeConfig: KubeConfig, say: Say): Promise<void> {
  const api = kubeConfig.makeApiClient(ApiextensionsV1Api);
  const kinds = karpenterKinds(say);
  for (const body of kinds) await api.createCustomResourceDefinition({ body });
  for (const kind of kinds) await untilServed(kubeConfig, kind);
}

/** The condition Established is not enough: for some tenths of a second more the server answers that storage is initializing. */
async function untilServed(kubeConfig: KubeConfig, { spec }: V1CustomResourceDefinition): Promise<void> {
  const objects = kubeConfig.makeApiClient(CustomObjectsApi);
  const version = spec.versions.find(({ served }) => served)?.name ?? "";
  for (let second = 0; second < SERVED_TIMEOUT; second += 0.1) {
    try {
      await objects.listCustomObjectForAllNamespaces({ group: spec.group, version, plural: spec.names.plural });
      return;
    } catch (error) {
      if (!(error instanceof ApiException)) throw error;
      await wait(100);
    }
  }
  throw new Error(`${spec.names.plural}.${spec.group} is not served after ${SERVED_TIMEOUT} s`);
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
