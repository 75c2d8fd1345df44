// NodePool: what the API server refuses by the kind's schema, and what its controller waits for.
import { leaveNode } from "../aws/leftovers";
import { controllerProblem } from "./controller";
import { nodeClassProblem } from "./node-class-ready";
import { customKind, kubernetesTypes } from "./objects";
import type { ResourceKind, Rule } from "../provider/kind";
import { between, inputRule, matches, oneOf } from "../provider/rules";
import {
  isProperties,
  listAt,
  textAt,
  textsAt,
  valueAt,
  valuesAt,
  type Properties,
  type Value,
} from "../provider/values";

/** The schema, generated from the types of sigs.k8s.io/karpenter v1.15.0 and narrowed by karpenter-provider-aws. */
const schema = "https://github.com/aws/karpenter-provider-aws/blob/v1.15.0/pkg/apis/crds/karpenter.sh_nodepools.yaml";

const template = "spec.template.spec";

const fields: Readonly<Record<string, readonly string[]>> = {
  spec: ["disruption", "limits", "replicas", "template", "weight"],
  "spec.disruption": ["budgets", "consolidateAfter", "consolidationPolicy"],
  "spec.template": ["metadata", "spec"],
  "spec.template.metadata": ["annotations", "labels"],
  [template]: ["expireAfter", "nodeClassRef", "requirements", "startupTaints", "taints", "terminationGracePeriod"],
  [`${template}.requirements`]: ["key", "minValues", "operator", "values"],
  [`${template}.taints`]: ["effect", "key", "timeAdded", "value"],
};

/** Types of scalar fields: the API server converts nothing. */
const scalarTypes: Readonly<Record<string, "number" | "string">> = {
  "spec.weight": "number",
  "spec.disruption.budgets.nodes": "string",
  "spec.disruption.consolidateAfter": "string",
  [`${template}.expireAfter`]: "string",
  [`${template}.terminationGracePeriod`]: "string",
  [`${template}.requirements.key`]: "string",
  [`${template}.requirements.values`]: "string",
  [`${template}.requirements.minValues`]: "number",
  [`${template}.taints.value`]: "string",
};

function poolRule(id: string, path: string, problem: (inputs: Properties) => string | undefined): Rule {
  return inputRule(`nodepool-${id}`, schema, [path], ({ inputs }) => problem(inputs));
}

function requirementRule(id: string, problem: (requirement: Properties) => string | undefined): Rule {
  return poolRule(id, `${template}.requirements`, (inputs) =>
    listAt(inputs, `${template}.requirements`)
      .filter(isProperties)
      .map(problem)
      .find((found) => found !== undefined),
  );
}

/** Label domains that belong to Karpenter; of each, some keys are open to requirements. */
function isRestricted(key: string): boolean {
  const domain = key.split("/")[0] ?? "";
  if (key === "karpenter.sh/nodepool" || key === "kubernetes.io/hostname") return true;
  if (domain.endsWith("karpenter.sh")) return key !== "karpenter.sh/capacity-type";
  return domain.endsWith("karpenter.k8s.aws") && !/^karpenter\.k8s\.aws\/(?:instance|capacity-reservation)-/.test(key);
}

const labelValue = /^(?=.{0,63}$)(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;
const span = /^(([0-9]+(s|m|h))+|Never)$/;

const requirementRules: readonly Rule[] = [
  poolRule("requirements-count", `${template}.requirements`, (inputs) => {
    const { length } = listAt(inputs, `${template}.requirements`);
    return length <= 100 ? undefined : `${template}.requirements: Too many: must have at most 100 items, not ${length}`;
  }),
  requirementRule("requirement-key", (requirement) => {
    const key = textAt(requirement, "key") ?? "";
    return isRestricted(key) ? `label "${key}" is restricted` : undefined;
  }),
  oneOf("nodepool-requirement-operator", schema, `${template}.requirements.operator`, [
    "In",
    "NotIn",
    "Exists",
    "DoesNotExist",
    "Gt",
    "Lt",
    "Gte",
    "Lte",
  ]),
  requirementRule("requirement-values", (requirement) => {
    const { length } = listAt(requirement, "values");
    const operator = textAt(requirement, "operator");
    return operator === "In" && length === 0 ? "requirements with operator 'In' must have a value defined" : undefined;
  }),
  requirementRule("requirement-comparison", (requirement) => {
    const values = textsAt(requirement, "values");
    const isComparison = ["Gt", "Lt", "Gte", "Lte"].includes(textAt(requirement, "operator") ?? "");
    return isComparison && !(values.length === 1 && /^\d+$/.test(values[0] ?? ""))
      ? "requirements operator 'Gt', 'Lt', 'Gte', or 'Lte' must have a single positive integer value"
      : undefined;
  }),
  requirementRule("requirement-minimum", (requirement) => {
    const minimum = valueAt(requirement, "minValues");
    return typeof minimum === "number" &&
      minimum > listAt(requirement, "values").length &&
      textAt(requirement, "operator") === "In"
      ? "requirements with 'minValues' must have at least that many values specified in the 'values' field"
      : undefined;
  }),
  matches(
    "nodepool-requirement-value-form",
    schema,
    `${template}.requirements.values`,
    labelValue,
    `${template}.requirements.values: at most 63 letters, digits and -_.`,
  ),
];

const metadataRules: readonly Rule[] = [
  poolRule("labels", "spec.template.metadata", (inputs) => {
    const labels = valueAt(inputs, "spec.template.metadata.labels");
    const restricted = isProperties(labels) ? Object.keys(labels).find(isRestricted) : undefined;
    return restricted && `label "${restricted}" is restricted`;
  }),
  poolRule("label-values", "spec.template.metadata", (inputs) => {
    const labels = valueAt(inputs, "spec.template.metadata.labels");
    const wrong = Object.entries(isProperties(labels) ? labels : {}).find(
      ([, value]) => typeof value !== "string" || !labelValue.test(value),
    );
    return wrong && `spec.template.metadata.labels.${wrong[0]}: at most 63 letters, digits and -_. as a string`;
  }),
  ...["taints", "startupTaints"].flatMap((taints) => [
    oneOf(`nodepool-${taints.toLowerCase()}-effect`, schema, `${template}.${taints}.effect`, [
      "NoSchedule",
      "PreferNoSchedule",
      "NoExecute",
    ]),
    matches(
      `nodepool-${taints.toLowerCase()}-key`,
      schema,
      `${template}.${taints}.key`,
      /^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*(\/))?([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/,
      `${template}.${taints}.key: a qualified name is required`,
    ),
  ]),
];

const disruptionRules: readonly Rule[] = [
  matches(
    "nodepool-budget-nodes",
    schema,
    "spec.disruption.budgets.nodes",
    /^((100|[0-9]{1,2})%|[0-9]+)$/,
    "spec.disruption.budgets.nodes: a number or a percentage up to 100%, as a string",
  ),
  poolRule("budget-schedule", "spec.disruption", (inputs) =>
    listAt(inputs, "spec.disruption.budgets")
      .filter(isProperties)
      .every((budget) => (budget["schedule"] === undefined) === (budget["duration"] === undefined))
      ? undefined
      : "'schedule' must be set with 'duration'",
  ),
  oneOf("nodepool-budget-reasons", schema, "spec.disruption.budgets.reasons", [
    "Underutilized",
    "Empty",
    "Drifted",
    "Unhealthy",
  ]),
  oneOf("nodepool-consolidation", schema, "spec.disruption.consolidationPolicy", [
    "WhenEmpty",
    "WhenEmptyOrUnderutilized",
    "Balanced",
  ]),
  matches(
    "nodepool-consolidate-after",
    schema,
    "spec.disruption.consolidateAfter",
    span,
    "spec.disruption.consolidateAfter: a duration or Never is required",
  ),
  matches(
    "nodepool-expire-after",
    schema,
    `${template}.expireAfter`,
    span,
    `${template}.expireAfter: a duration or Never is required`,
  ),
  matches(
    "nodepool-grace-period",
    schema,
    `${template}.terminationGracePeriod`,
    /^([0-9]+(s|m|h))+$/,
    `${template}.terminationGracePeriod: a duration is required`,
  ),
  between("nodepool-weight", schema, "spec.weight", 1, 100),
  poolRule("limits", "spec.limits", (inputs) => {
    const limits = valueAt(inputs, "spec.limits");
    const quantity = /^[+-]?(\d+(\.\d*)?|\.\d+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?\d+)?$/;
    const wrong = Object.entries(isProperties(limits) ? limits : {}).find(
      ([, value]) => typeof value !== "number" && !(typeof value === "string" && quantity.test(value)),
    );
    return wrong && `spec.limits.${wrong[0]}: a quantity is required, not ${JSON.stringify(wrong[1])}`;
  }),
];

const shapeRules: readonly Rule[] = [
  poolRule("fields", "spec", (inputs) => {
    const unknown = Object.entries(fields).flatMap(([path, known]) =>
      valuesAt(inputs, path)
        .filter(isProperties)
        .flatMap((value) =>
          Object.keys(value)
            .filter((name) => !known.includes(name))
            .map((name) => `${path}.${name}`),
        ),
    );
    return unknown[0] && `strict decoding error: unknown field "${unknown[0]}"`;
  }),
  poolRule("types", "spec", (inputs) => {
    const wrong = Object.entries(scalarTypes).find(([path, type]) =>
      valuesAt(inputs, path).some((value: Value) => typeof value !== type),
    );
    return wrong && `${wrong[0]}: must be of type ${wrong[1]}`;
  }),
  {
    id: "nodepool-class-immutable",
    source: schema,
    path: `${template}.nodeClassRef`,
    moments: ["update"],
    problem: ({ inputs, current }) => {
      const changed = ["group", "kind"].find((name) => {
        const path = `${template}.nodeClassRef.${name}`;
        return textAt(inputs, path) !== textAt(current?.outputs, path);
      });
      return changed && `nodeClassRef.${changed} is immutable`;
    },
  },
];

const lifeRules: readonly Rule[] = [
  {
    id: "nodepool-controller",
    source: "https://karpenter.sh/docs/concepts/nodepools/",
    moments: ["ready"],
    problem: ({ cloud }) => {
      const problem = controllerProblem(cloud);
      return problem && `timed out waiting for the condition Ready: ${problem}`;
    },
  },
  {
    id: "nodepool-class",
    source: "https://karpenter.sh/docs/concepts/nodepools/#spectemplatespecnodeclassref",
    path: `${template}.nodeClassRef`,
    moments: ["ready"],
    problem: ({ inputs, cloud }) => {
      const reference = valueAt(inputs, `${template}.nodeClassRef`);
      const name = textAt(reference, "name") ?? "";
      const isOurs = textAt(reference, "group") === "karpenter.k8s.aws" && textAt(reference, "kind") === "EC2NodeClass";
      const nodeClass = isOurs ? cloud.get(kubernetesTypes.nodeClass, name) : undefined;
      if (nodeClass === undefined)
        return `NodeClassReady=False, NodeClassNotFound: NodeClass ${name} not found on cluster`;
      const problem = nodeClassProblem(nodeClass, cloud);
      return problem && `NodeClassReady=False: ${problem}`;
    },
  },
  {
    id: "nodepool-finalizer",
    source: "https://github.com/aws/karpenter-provider-aws/issues/5079",
    moments: ["delete"],
    problem: ({ cloud }) => {
      const problem = controllerProblem(cloud);
      return problem && `timed out: nobody drains the nodes and removes the finalizers of the NodeClaims: ${problem}`;
    },
  },
];

/** The tables of this file. */
export const nodePoolKinds: readonly ResourceKind[] = [
  customKind({
    prefix: "nodepool",
    type: kubernetesTypes.nodePool,
    group: "karpenter.sh",
    version: "v1",
    kind: "NodePool",
    required: [
      "spec.template.spec",
      `${template}.requirements`,
      `${template}.nodeClassRef.group`,
      `${template}.nodeClassRef.kind`,
      `${template}.nodeClassRef.name`,
    ],
    rules: [...shapeRules, ...requirementRules, ...metadataRules, ...disruptionRules, ...lifeRules],
    leave: leaveNode,
  }),
];
