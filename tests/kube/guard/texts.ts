// Texts of users in CEL, as the API server reads them: an object is let in by exactly the texts that were written.
import assert from "node:assert/strict";
import { describeGuard } from "../../../components/pool/guard-policy";
import { literal } from "../../../swap/literal";
import { HOSTILE_TEXTS } from "../../config/hostile-configs";
import { ApiClient } from "../api-client";
import type { ControlPlane } from "../control-plane";
import { onControlPlane, type Scenario } from "../scenario";
import { untilAtWork } from "./server";

/** Of this name in the API: the policy has one validation for each text. */
const NAME = "texts";

/** The one scenario. */
export const TEXTS_SCENARIO: Scenario = onControlPlane(
  "guard: any text is a text in CEL",
  { karpenterCrds: false },
  async (_client, server) => check(server),
);

async function check(server: ControlPlane): Promise<string> {
  // Half a character cannot be sent to the API server.
  const texts = HOSTILE_TEXTS.filter((text) => !/\p{Cs}/u.test(text));
  const client = new ApiClient(server);
  const api = "admissionregistration.k8s.io/v1";
  const rule = { apiGroups: [""], apiVersions: ["v1"], resources: ["configmaps"], operations: ["CREATE"] };
  await client.apply({
    apiVersion: api,
    kind: "ValidatingAdmissionPolicy",
    metadata: { name: NAME },
    spec: {
      matchConstraints: { resourceRules: [rule] },
      validations: texts.map((text, index) => ({
        expression: `object.metadata.namespace != "default" || object.data["t${index}"] == ${literal(text)}`,
        message: `not text ${index}`,
      })),
    },
  });
  await client.apply({
    apiVersion: api,
    kind: "ValidatingAdmissionPolicyBinding",
    metadata: { name: NAME },
    spec: { policyName: NAME, validationActions: ["Deny"] },
  });
  const configMap = (changed: number) => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: NAME, namespace: "default" },
    data: Object.fromEntries(texts.map((text, index) => [`t${index}`, index === changed ? `${text}x` : text])),
  });
  await untilAtWork(NAME, async () => (await client.refusal(configMap(0))) !== undefined);
  assert.equal(await client.refusal(configMap(-1)), undefined);
  for (const index of texts.keys()) {
    const refusal = (await client.refusal(configMap(index))) ?? "";
    assert.ok(refusal.includes(`not text ${index}`), `${JSON.stringify(texts[index])}: ${refusal}`);
  }
  await checkGuards(client, texts);
  return `${texts.length} texts let in as they are, and none that differs; the guard's expressions compile with each of them`;
}

/** A policy whose expressions do not compile is refused. */
async function checkGuards(client: ApiClient, texts: readonly string[]): Promise<void> {
  for (const text of texts.filter((one) => one.length < 1000)) {
    const { policy } = describeGuard(text, "deny");
    // The message is plain text, which takes no line breaks.
    const validations = policy.spec.validations.map((validation) => ({ ...validation, message: "refused" }));
    await client.apply({ ...policy, metadata: { name: "guard-of-a-text" }, spec: { ...policy.spec, validations } });
  }
}
