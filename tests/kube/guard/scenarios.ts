// The guard of a pool on a real API server, beside the prediction; and the defaults that predictions rest on.
import assert from "node:assert/strict";
import { setTimeout as wait } from "node:timers/promises";
import fc from "fast-check";
import { z } from "zod";
import { describeGuard } from "../../../components/pool/guard-policy";
import { formatQuantity, parseQuantity } from "../../../swap/quantity";
import { ADMISSION_CASES } from "../../workload/admission-cases";
import { container, pod } from "../../workload/manifests";
import { ApiClient } from "../api-client";
import type { ControlPlane } from "../control-plane";
import { onControlPlane, type Scenario } from "../scenario";
import { dryRun, type DryRunResult } from "./dry-run";
import { expectedOf, MESSAGES, POOL, predicted, type Expected } from "./expectation";
import { anyPod, RANGES, TABLE } from "./pods";

const GENERATED = 560;
const LEAST_JUDGED = 200;
/** A policy or a LimitRange is at work within a second or two; in seconds. */
const AT_WORK_TIMEOUT = 30;

const amounts = z.object({ memory: z.string().optional() }).optional();
const storedContainer = z.object({ name: z.string(), resources: z.object({ requests: amounts, limits: amounts }) });
const storedPod = z.object({
  spec: z.object({ containers: z.array(storedContainer), initContainers: z.array(storedContainer).default([]) }),
  status: z.object({ qosClass: z.string() }),
});

/** All scenarios of the guard. */
export const guardScenarios: readonly Scenario[] = [
  scenario("guard: defaults of the API server as predicted", checkDefaults),
  scenario("guard: a table of pods beside the prediction", checkTable),
  scenario(`guard: agrees with the prediction on at least ${LEAST_JUDGED} pods`, checkGenerated),
  scenario("guard: warnings, for pods and for templates", checkWarnings),
];

function scenario(name: string, check: (server: ControlPlane) => Promise<string>): Scenario {
  return onControlPlane(name, { karpenterCrds: false }, async (_client, server) => check(server));
}

async function checkDefaults(server: ControlPlane): Promise<string> {
  const client = new ApiClient(server);
  for (const [index, { name, objects, qosClass, memory }] of ADMISSION_CASES.entries()) {
    const namespace = `case-${index}`;
    await client.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
    const [first, ...rules] = objects.map((object) => inNamespace(object, namespace));
    for (const rule of rules) await client.apply(rule);
    const { accepted, message, answer } = await dryRun(server, first ?? {});
    assert.ok(accepted, `${name}: ${message}`);
    const { spec, status } = storedPod.parse(answer);
    const stored = [...spec.initContainers, ...spec.containers].map(({ name: of, resources }) => [
      of,
      [resources.requests, resources.limits].map((given) => canonical(given?.memory)),
    ]);
    assert.deepEqual(Object.fromEntries(stored), memory, name);
    assert.equal(status.qosClass, qosClass, name);
  }
  return `${ADMISSION_CASES.length} pods stored with the memory and of the QoS class that are predicted`;
}

async function checkTable(server: ControlPlane): Promise<string> {
  await putGuard(server, "deny");
  for (const [name, object, expected] of TABLE) {
    assert.equal(verdictOf(await dryRun(server, object)), expected, name);
    const { wish, aimed } = aimOf(object);
    if (!aimed) continue;
    assert.equal(expectedOf(wish, predicted(object)?.swapping ?? []), expected, `${name}, as predicted`);
  }
  return TABLE.map(([name, , expected]) => `${name}: ${expected}`).join("; ");
}

async function checkGenerated(server: ControlPlane): Promise<string> {
  await putGuard(server, "deny");
  for (const range of RANGES) await putRange(server, range);
  const seen = new Map<Expected, number>();
  let refused = 0;
  const property = fc.asyncProperty(anyPod, async ({ object, wish }) => {
    const prediction = predicted(object, RANGES);
    const verdict = await dryRun(server, object);
    if (prediction === undefined) {
      assert.ok(!verdict.accepted, "was taken for a manifest that the API server refuses");
      refused += 1;
      return;
    }
    const found = verdictOf(verdict);
    if (prediction.isRefused) assert.equal(found, "refused by the API server");
    if (found === "refused by the API server") {
      refused += 1;
      return;
    }
    assert.equal(found, expectedOf(wish, prediction.swapping), verdict.message);
    if (verdict.accepted) assert.equal(storedPod.parse(verdict.answer).status.qosClass, prediction.qosClass);
    seen.set(found, (seen.get(found) ?? 0) + 1);
  });
  await fc.assert(property, { numRuns: GENERATED });
  const judged = [...seen.values()].reduce((sum, count) => sum + count, 0);
  assert.ok(judged >= LEAST_JUDGED, `only ${judged} pods were judged, ${refused} refused by the API server itself`);
  const counts = [...seen].map(([verdict, count]) => `${count} ${verdict}`).toSorted();
  return `${judged} pods: ${counts.join(", ")}; ${refused} more were refused by the API server itself`;
}

async function checkWarnings(server: ControlPlane): Promise<string> {
  await putGuard(server, "warn");
  const template = (containers: readonly Readonly<Record<string, unknown>>[], annotations?: object) => ({
    metadata: { labels: { app: "it" }, ...(annotations === undefined ? {} : { annotations }) },
    spec: { containers, nodeSelector: { "eks-swap/pool": POOL } },
  });
  const selector = { matchLabels: { app: "it" } };
  const kinds = (given: object): readonly object[] => [
    { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "it" }, spec: { selector, template: given } },
    {
      apiVersion: "apps/v1",
      kind: "StatefulSet",
      metadata: { name: "it" },
      spec: { selector, serviceName: "it", template: given },
    },
    { apiVersion: "apps/v1", kind: "DaemonSet", metadata: { name: "it" }, spec: { selector, template: given } },
  ];
  const jobs = (given: { spec: object }): readonly object[] => {
    const once = { ...given, spec: { ...given.spec, restartPolicy: "Never" } };
    return [
      { apiVersion: "batch/v1", kind: "Job", metadata: { name: "it" }, spec: { template: once } },
      {
        apiVersion: "batch/v1",
        kind: "CronJob",
        metadata: { name: "it" },
        spec: { schedule: "@daily", jobTemplate: { spec: { template: once } } },
      },
    ];
  };
  const warned = async (object: object) => {
    const { accepted, message, warnings } = await dryRun(server, object);
    assert.ok(accepted, message);
    return warnings.filter((text) => text.includes("eks-swap")).length;
  };
  const objects = (given: ReturnType<typeof template>) => [...kinds(given), ...jobs(given)];
  for (const object of objects(template([container("app", undefined, "1Gi")]))) {
    assert.equal(await warned(object), 1, JSON.stringify(object));
  }
  for (const object of objects(template([container("app", "1Gi", "2Gi")]))) {
    assert.equal(await warned(object), 0, JSON.stringify(object));
  }
  for (const object of objects(template([container("app", "1Gi")], { "eks-swap/guard": "no-swap" }))) {
    assert.equal(await warned(object), 1, JSON.stringify(object));
  }
  const fixed = pod([container("app", "1Gi", "1Gi")], { nodeSelector: { "eks-swap/pool": POOL } });
  assert.equal(await warned(fixed), 1);
  return "pods and the templates of five kinds are let in, with a warning where the prediction says none";
}

/** Puts a LimitRange into a namespace of its own and waits until it is at work: a container without memory gets some. */
async function putRange(server: ControlPlane, range: (typeof RANGES)[number]): Promise<void> {
  const client = new ApiClient(server);
  const { namespace } = range.metadata;
  await client.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  await client.apply(range);
  await untilAtWork(namespace, async () => {
    const { accepted, answer } = await dryRun(server, pod([container("app")], {}, { namespace }));
    return accepted && storedPod.parse(answer).status.qosClass !== "BestEffort";
  });
}

/** Puts the guard on the server and waits until each of its bindings is at work: the API server takes them up singly. */
async function putGuard(server: ControlPlane, mode: "warn" | "deny"): Promise<void> {
  const client = new ApiClient(server);
  const { policy, bindings } = describeGuard(POOL, mode);
  for (const object of [policy, ...Object.values(bindings)]) await client.apply(object);
  const metadata = { name: "probe", labels: { app: "probe" } };
  const { spec } = pod([container("app", "1Gi", "1Gi")], { nodeSelector: { "eks-swap/pool": POOL } });
  const probes: Readonly<Record<keyof typeof bindings, object>> = {
    pods: { apiVersion: "v1", kind: "Pod", metadata, spec },
    templates: {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata,
      spec: { selector: { matchLabels: metadata.labels }, template: { metadata, spec } },
    },
  };
  for (const key of ["pods", "templates"] as const) {
    // Refusals and warnings name the binding that they come from.
    const { name } = bindings[key].metadata;
    await untilAtWork(name, async () => {
      const { message, warnings } = await dryRun(server, probes[key]);
      return [message, ...warnings].some((text) => text.includes(`'${name}'`));
    });
  }
}

async function untilAtWork(name: string, isAtWork: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + AT_WORK_TIMEOUT * 1000;
  while (!(await isAtWork())) {
    if (Date.now() > deadline) throw new Error(`${name} is not at work after ${AT_WORK_TIMEOUT} s`);
    await wait(200);
  }
}

function verdictOf({ accepted, message }: DryRunResult): Expected | "refused by the API server" {
  if (accepted) return "accepted";
  if (!message.includes("ValidatingAdmissionPolicy")) return "refused by the API server";
  if (MESSAGES["no swap"].test(message)) return "no swap";
  if (MESSAGES["must not swap"].test(message)) return "must not swap";
  return MESSAGES["unknown value"].test(message) ? "unknown value" : "refused by the API server";
}

const aimSchema = z.object({
  metadata: z.object({ annotations: z.record(z.string(), z.string()).default({}) }),
  spec: z.looseObject({}),
});

/** Whether a pod of the table is aimed at the pool, told by its text alone: the table says what follows from it. */
function aimOf(object: object): { readonly wish: string | undefined; readonly aimed: boolean } {
  const { metadata, spec } = aimSchema.parse(object);
  const text = JSON.stringify(spec);
  const aimed = text.includes('"eks-swap/pool"') && !text.includes("NotIn") && !/"other"[^,]/.test(text);
  return { wish: metadata.annotations["eks-swap/guard"], aimed };
}

function inNamespace(object: object, namespace: string): object {
  const { metadata, ...rest } = z.looseObject({ metadata: z.looseObject({}) }).parse(object);
  return { ...rest, metadata: { namespace, ...metadata } };
}

function canonical(memory: string | undefined): string | null {
  return memory === undefined ? null : formatQuantity(parseQuantity(memory));
}
