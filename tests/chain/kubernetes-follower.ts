// Puts what the program makes of Kubernetes into the real API server, and awaits it as Pulumi's own provider does.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";
import type { Follower } from "../../sandbox/provider/follower";
import { KUBERNETES_TYPES } from "../../sandbox/kubernetes/objects";
import type { StoredResource } from "../../sandbox/provider/store";
import { isSet, numberAt, textAt, propertyAt, type Properties } from "../../sandbox/provider/values";
import { ApiClient, ApiRefusal } from "../kube/api-client";
import type { ChainSettings } from "./settings";

/** Seconds that the provider waits for a condition: https://www.pulumi.com/registry/packages/kubernetes/how-to-guides/managing-resources-with-server-side-apply/ */
const CONDITION_TIMEOUT = 600;

/** Longer than Karpenter takes for the finalizers of an EC2NodeClass, whose NodeClaims it looks for every ten minutes. */
const DELETE_TIMEOUT = 1500;

const waitForSchema = z.object({
  metadata: z.object({ annotations: z.object({ "pulumi.com/waitFor": z.string() }).partial().default({}) }),
});

const conditionsSchema = z.object({
  status: z
    .object({
      conditions: z
        .array(
          z.object({
            type: z.string(),
            status: z.string(),
            reason: z.string().default(""),
            message: z.string().default(""),
          }),
        )
        .default([]),
    })
    .default({ conditions: [] }),
});

/** Follows the package `kubernetes`. */
export function followKubernetes(settings: ChainSettings): Follower {
  const client = new ApiClient(settings.controlPlane);
  const put = async (type: string, inputs: Properties): Promise<void> => {
    if (type === KUBERNETES_TYPES.release) await installRelease(inputs, settings);
    else await client.apply(objectOf(inputs));
  };
  return {
    create: async (type, inputs) => {
      await put(type, inputs);
      return {};
    },
    update: async ({ type }, inputs) => put(type, inputs),
    delete: async (resource) => {
      if (resource.type === KUBERNETES_TYPES.release) await uninstallRelease(resource.outputs, settings);
      else await deleteObject(resource, client);
    },
    call: async () => undefined,
    problems: async (resource) => {
      const awaited = conditionOf(resource.inputs);
      return awaited === undefined ? [] : untilCondition(resource, awaited, client);
    },
  };
}

function objectOf(inputs: Properties): Properties {
  return Object.fromEntries(Object.entries(inputs).filter(([name]) => name !== "__defaults" && name !== "others"));
}

/** `Ready` of `pulumi.com/waitFor: condition=Ready`. */
function conditionOf(inputs: Properties): string | undefined {
  const waitFor = waitForSchema.safeParse(inputs).data?.metadata.annotations["pulumi.com/waitFor"];
  return waitFor === undefined ? undefined : /^condition=(\w+)$/.exec(waitFor)?.[1];
}

async function untilCondition(resource: StoredResource, type: string, client: ApiClient): Promise<readonly string[]> {
  let conditions: z.output<typeof conditionsSchema>["status"]["conditions"] = [];
  for (let second = 0; second < CONDITION_TIMEOUT; second += 1) {
    conditions = conditionsSchema.parse(await client.read(objectOf(resource.inputs))).status.conditions;
    if (conditions.some((condition) => condition.type === type && condition.status === "True")) return [];
    await wait(1000);
  }
  const said = conditions.map(({ type: name, status, reason, message }) => `${name}=${status} ${reason} ${message}`);
  return [`timed out waiting for the condition ${type}: ${said.join("; ")}`];
}

/** Foreground deletion, and a wait for the finalizers, as the provider has it. */
async function deleteObject(resource: StoredResource, client: ApiClient): Promise<void> {
  const object = objectOf(resource.inputs);
  try {
    await client.delete(object);
    for (let second = 0; second < DELETE_TIMEOUT; second += 1) {
      await client.read(object);
      await wait(1000);
    }
  } catch (error) {
    if (error instanceof ApiRefusal && error.code === 404) return;
    throw error;
  }
  throw new Error(`${resource.type} ${resource.id} is still there after ${DELETE_TIMEOUT} s`);
}

async function installRelease(inputs: Properties, settings: ChainSettings): Promise<void> {
  const chart = textAt(inputs, "chart")?.split("/").at(-1) ?? "";
  await runHelm(
    settings,
    [
      ...["upgrade", "--install", textAt(inputs, "name") ?? "", join(settings.charts, chart)],
      ...["--namespace", textAt(inputs, "namespace") ?? "default", "--values", "-"],
      ...(isSet(inputs, "atomic") ? ["--atomic"] : []),
      ...(isSet(inputs, "skipCrds") ? ["--skip-crds"] : []),
      ...["--timeout", `${numberAt(inputs, "timeout") ?? 300}s`],
    ],
    JSON.stringify(propertyAt(inputs, "values") ?? {}),
  );
}

async function uninstallRelease(outputs: Properties, settings: ChainSettings): Promise<void> {
  const namespace = textAt(outputs, "namespace") ?? "default";
  await runHelm(settings, ["uninstall", textAt(outputs, "name") ?? "", "--namespace", namespace, "--wait"], "");
}

async function runHelm(
  { helm, controlPlane }: ChainSettings,
  parameters: readonly string[],
  input: string,
): Promise<void> {
  const child = spawn(helm, ["--kubeconfig", controlPlane.kubeconfigFile, ...parameters]);
  let said = "";
  child.stdout.resume();
  child.stderr.setEncoding("utf8").on("data", (text: string) => (said += text));
  child.stdin.end(input);
  const code = await new Promise<number | null>((fulfil, reject) => {
    child.once("error", reject);
    child.once("close", fulfil);
  });
  if (code !== 0) throw new Error(`helm ${parameters.slice(0, 3).join(" ")} failed: ${said.trim()}`);
}
