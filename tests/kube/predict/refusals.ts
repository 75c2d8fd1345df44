// What LimitRanges and RuntimeClasses refuse on a real API server, and what it stores, beside the prediction.
import assert from "node:assert/strict";
import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";
import { formatQuantity, parseQuantity } from "../../../swap/quantity";
import { admit } from "../../../workload/admission";
import type { WarningId } from "../../../workload/warnings";
import { manifests } from "../../workload/manifests";
import { REFUSAL_CASES, type RefusalCase } from "../../workload/refusal-cases";
import type { ApiClient } from "../api-client";
import type { ControlPlane } from "../control-plane";
import { dryRun } from "../guard/dry-run";

/** In milliseconds: the admission plug-ins hear of new LimitRanges by watching, within milliseconds. */
const HEARD = 3_000;

/** What a refusal of each kind says. */
const MESSAGES: Partial<Record<WarningId, RegExp>> = {
  "limit-range-refuses": /memory usage per (?:Pod|Container)|memory max limit to request ratio per (?:Pod|Container)/,
  "runtime-class-refuses": /pod rejected: Pod.*Overhead|conflict: runtimeClass/,
  "runtime-class-unknown": /RuntimeClass "[^"]+" not found/,
};

const objectSchema = z.looseObject({ kind: z.string(), metadata: z.looseObject({ name: z.string() }) });

const toleration = z.object({
  key: z.string().optional(),
  operator: z.string().optional(),
  value: z.string().optional(),
  effect: z.string().optional(),
});

const storedPod = z.object({
  spec: z.object({
    overhead: z.object({ memory: z.string() }).optional(),
    nodeSelector: z.record(z.string(), z.string()).default({}),
    tolerations: z.array(toleration).default([]),
  }),
  status: z.object({ qosClass: z.string() }),
});

/** Every pod of the table, after all that judges them is there. */
export async function checkRefusals(client: ApiClient, server: ControlPlane): Promise<string> {
  for (const [index, { objects }] of REFUSAL_CASES.entries()) {
    await client.apply({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespaceOf(index) } });
    for (const rule of objects.slice(1)) await client.apply(ofCase(rule, index));
  }
  await wait(HEARD);
  for (const [index, row] of REFUSAL_CASES.entries()) await checkCase(row, index, server);
  const refused = REFUSAL_CASES.filter(({ refusal }) => refusal !== null).length;
  return `${REFUSAL_CASES.length} pods, ${refused} of them refused, as predicted; what is stored of the others too`;
}

async function checkCase(row: RefusalCase, index: number, server: ControlPlane): Promise<void> {
  const { name, objects, refusal, overhead, qosClass } = row;
  const { accepted, message, answer } = await dryRun(server, ofCase(objects[0], index));
  if (refusal !== null) {
    assert.ok(!accepted, `${name}: accepted`);
    assert.match(message, MESSAGES[refusal] ?? /never/, name);
    return;
  }
  assert.ok(accepted, `${name}: ${message}`);
  const { spec, status } = storedPod.parse(answer);
  const stored = spec.overhead === undefined ? undefined : formatQuantity(parseQuantity(spec.overhead.memory));
  assert.equal(stored, overhead, name);
  if (qosClass !== undefined) assert.equal(status.qosClass, qosClass, name);
  const given = manifests(...objects);
  const [workload] = given.workloads;
  assert.ok(workload !== undefined);
  const { pod } = admit(workload, given).workload;
  assert.deepEqual(spec.nodeSelector, pod.nodeSelector ?? {}, name);
  // The plug-in DefaultTolerationSeconds adds some for nodes that are gone.
  const ours = spec.tolerations.filter(({ key }) => key?.startsWith("node.kubernetes.io/") !== true);
  assert.deepEqual(ours, pod.tolerations?.map((one) => toleration.parse(one)) ?? [], name);
}

function namespaceOf(index: number): string {
  return `case-${index}`;
}

/** An object in the namespace of its case. RuntimeClasses have no namespace: their names say whose they are. */
function ofCase(object: object, index: number): object {
  const text = JSON.stringify(object).replaceAll('"sandboxed"', `"sandboxed-${index}"`);
  const { metadata, ...rest } = objectSchema.parse(JSON.parse(text));
  if (rest.kind === "RuntimeClass") return { metadata, ...rest };
  return { ...rest, metadata: { ...metadata, namespace: namespaceOf(index) } };
}
