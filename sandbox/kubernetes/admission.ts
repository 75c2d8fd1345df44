// ValidatingAdmissionPolicy and its binding: what the API server refuses of them. What they decide is not carried out.
import { KUBERNETES_TYPES, makeObject, nameRule } from "./objects";
import type { ResourceKind, Rule } from "../provider/kind";
import { inputRule, oneOf } from "../provider/rules";
import { listAt, textAt, textsAt } from "../provider/values";

const CONCEPT = "https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/";

function builtInKind(type: string, plural: string, prefix: string, rules: readonly Rule[]): ResourceKind {
  return {
    type,
    required: ["spec"],
    forceNew: ["apiVersion", "kind", "metadata.name"],
    autoName: "metadata.name",
    rules: [nameRule(prefix), ...rules],
    identify: (inputs) => textAt(inputs, "metadata.name") ?? "",
    taken: (inputs) =>
      `${plural}.admissionregistration.k8s.io "${textAt(inputs, "metadata.name") ?? ""}" already exists`,
    make: makeObject,
  };
}

const policy = builtInKind(KUBERNETES_TYPES.policy, "validatingadmissionpolicies", "policy", [
  inputRule("policy-validations", CONCEPT, ["spec.validations"], ({ inputs }) =>
    listAt(inputs, "spec.validations").length > 0
      ? undefined
      : "spec.validations: Required value: validations or auditAnnotations must contain at least one item",
  ),
  oneOf("policy-failure", CONCEPT, "spec.failurePolicy", ["Fail", "Ignore"]),
]);

const binding = builtInKind(KUBERNETES_TYPES.policyBinding, "validatingadmissionpolicybindings", "policy-binding", [
  oneOf("policy-binding-actions", CONCEPT, "spec.validationActions", ["Deny", "Warn", "Audit"]),
  inputRule("policy-binding-exclusive", CONCEPT, ["spec.validationActions"], ({ inputs }) => {
    const actions = textsAt(inputs, "spec.validationActions");
    return actions.includes("Deny") && actions.includes("Warn")
      ? "spec.validationActions: must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)"
      : undefined;
  }),
]);

/** The tables of this file. */
export const ADMISSION_KINDS: readonly ResourceKind[] = [policy, binding];
