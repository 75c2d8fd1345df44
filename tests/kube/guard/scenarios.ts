// The guard of a pool on a real API server, beside the prediction; and the defaults that predictions rest on.
import assert from "node:assert/strict";
import fc from "fast-check";
import { z } from "zod";
import { formatQuantity, parseQuantity } from "../../../swap/quantity";
import { ADMISSION_CASES } from "../../workload/admission-cases";
import { container, pod } from "../../workload/manifests";
import { ApiClient } from "../api-client";
import type { ControlPlane } from "../control-plane";
import { onControlPlane, type Scenario } from "../scenario";
import { CHANGE_SCENARIOS } from "./changes";
import { dryRun } from "./dry-run";
import { expectedOf, POOL, predicted, type Expected } from "./expectation";
import { anyPod, RANGES, TABLE } from "./pods";
import { TEXTS_SCENARIO } from "./texts";
import { putGuard, untilAtWork, verdictOf } from "./server";

const GENERATED = 560;
const LEAST_JUDGED = 200;

const amounts = z.object({ memory: z.string().optional() }).optional();
const storedContainer = z.object({ name: z.string(), resources: z.object({ requests: amounts, limits: amounts }) });
const storedPod = z.object({
  spec: z.object({ containers: z.array(storedContainer), initContainers: z.array(storedContainer).default([]) }),
  status: z.object({ qosClass: z.string() }),
});

/** All scenarios of the guard. */
export const GUARD_SCENARIOS: readonly Scenario[] = [
  scenario("guard: defaults of the API server as predicted", checkDefaults),
  scenario("guard: a table of pods compared with the prediction", checkTable),
  scenario(`guard: agrees with the prediction on at least ${LEAST_JUDGED} pods`, checkGenerated),
  scenario("guard: warnings, for pods and for templates", checkWarnings),
  ...CHANGE_SCENARIOS,
  TEXTS_SCENARIO,
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
  for (const [name, object, expected, elsewhere] of TABLE) {
    assert.equal(verdictOf(await dryRun(server, object)), expected, name);
    if (elsewhere !== undefined) continue;
    assert.equal(expectedOf(wishOf(object), predicted(object)?.swapping ?? []), expected, `${name}, as predicted`);
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

const wishSchema = z.object({
  metadata: z.object({ annotations: z.record(z.string(), z.string()).default({}) }),
});

function wishOf(object: object): string | undefined {
  return wishSchema.parse(object).metadata.annotations["eks-swap/guard"];
}

function inNamespace(object: object, namespace: string): object {
  const { metadata, ...rest } = z.looseObject({ metadata: z.looseObject({}) }).parse(object);
  return { ...rest, metadata: { namespace, ...metadata } };
}

function canonical(memory: string | undefined): string | null {
  return memory === undefined ? null : formatQuantity(parseQuantity(memory));
}
