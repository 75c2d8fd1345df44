// The guard on a real API server: put there, waited for, and its answers told apart.
import { setTimeout as wait } from "node:timers/promises";
import { describeGuard } from "../../../components/pool/guard-policy";
import { container, pod } from "../../workload/manifests";
import { ApiClient } from "../api-client";
import type { ControlPlane } from "../control-plane";
import { dryRun, type DryRunResult } from "./dry-run";
import { MESSAGES, POOL, type Expected } from "./expectation";

/** A policy or a LimitRange is at work within a second or two; in seconds. */
const AT_WORK_TIMEOUT = 30;

/** Puts the guard on the server and waits until each of its bindings is at work: the API server takes them up singly. */
export async function putGuard(server: ControlPlane, mode: "warn" | "deny"): Promise<void> {
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
      const { accepted, message, warnings } = await dryRun(server, probes[key]);
      const isRefused = mode === "deny" && key === "pods";
      return accepted !== isRefused && [message, ...warnings].some((text) => text.includes(`'${name}'`));
    });
  }
}

/** Waits until `isAtWork`. @throws Error when it is not after half a minute */
export async function untilAtWork(name: string, isAtWork: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + AT_WORK_TIMEOUT * 1000;
  while (!(await isAtWork())) {
    if (Date.now() > deadline) throw new Error(`${name} is not at work after ${AT_WORK_TIMEOUT} s`);
    await wait(200);
  }
}

/** What the answer of the API server comes to. */
export function verdictOf({ accepted, message }: DryRunResult): Expected | "refused by the API server" {
  if (accepted) return "accepted";
  if (!message.includes("ValidatingAdmissionPolicy")) return "refused by the API server";
  if (MESSAGES["no swap"].test(message)) return "no swap";
  if (MESSAGES["must not swap"].test(message)) return "must not swap";
  return MESSAGES["unknown value"].test(message) ? "unknown value" : "refused by the API server";
}
