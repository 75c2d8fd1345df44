// ValidatingAdmissionPolicy and its binding: what the API server refuses of them. What they decide is not carried out.
import { kubernetesTypes, makeObject, nameRule } from "./objects";
import type { ResourceKind, Rule } from "../provider/kind";
import { inputRule, oneOf } from "../provider/rules";
import { listAt, textAt, textsAt } from "../provider/values";

const concept = "https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/";

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

const policy = builtInKind(kubernetesTypes.policy, "validatingadmissionpolicies", "policy", [
  inputRule("policy-validations", concept, ["spec.validations"], ({ inputs }) =>
    listAt(inputs, "spec.validations").length > 0
      ? undefined
      : "spec.validations: Required value: validations or auditAnnotations must contain at least one item",
  ),
  oneOf("policy-failure", concept, "spec.failurePolicy", ["Fail", "Ignore"]),
]);

const binding = builtInKind(kubernetesTypes.policyBinding, "validatingadmissionpolicybindings", "policy-binding", [
  oneOf("policy-binding-actions", concept, "spec.validationActions", ["Deny", "Warn", "Audit"]),
  inputRule("policy-binding-exclusive", concept, ["spec.validationActions"], ({ inputs }) => {
    const actions = textsAt(inputs, "spec.validationActions");
    return actions.includes("Deny") && actions.includes("Warn")
      ? "spec.validationActions: must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)"
      : undefined;
  }),
]);

/** The tables of this file. */
export const admissionKinds: readonly ResourceKind[] = [policy, binding];
