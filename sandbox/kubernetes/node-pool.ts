// NodePool: what the API server refuses by the kind's schema, and what its controller waits for.
import { leaveNode } from "../aws/leftovers";
import { controllerProblem } from "./controller";
import { nodeClassProblem } from "./node-class-ready";
import { customKind, KUBERNETES_TYPES } from "./objects";
import type { ResourceKind, Rule } from "../provider/kind";
import { between, inputRule, matches, oneOf } from "../provider/rules";
import {
  isProperties,
  listAt,
  textAt,
  textsAt,
  propertyAt,
  valuesAt,
  type Properties,
  type Value,
} from "../provider/values";

/** The schema, generated from the types of sigs.k8s.io/karpenter v1.15.0 and narrowed by karpenter-provider-aws. */
const SCHEMA = "https://github.com/aws/karpenter-provider-aws/blob/v1.15.0/pkg/apis/crds/karpenter.sh_nodepools.yaml";

const TEMPLATE = "spec.template.spec";

const FIELDS: Readonly<Record<string, readonly string[]>> = {
  spec: ["disruption", "limits", "replicas", "template", "weight"],
  "spec.disruption": ["budgets", "consolidateAfter", "consolidationPolicy"],
  "spec.template": ["metadata", "spec"],
  "spec.template.metadata": ["annotations", "labels"],
  [TEMPLATE]: ["expireAfter", "nodeClassRef", "requirements", "startupTaints", "taints", "terminationGracePeriod"],
  [`${TEMPLATE}.requirements`]: ["key", "minValues", "operator", "values"],
  [`${TEMPLATE}.taints`]: ["effect", "key", "timeAdded", "value"],
};

/** Types of scalar fields: the API server converts nothing. */
const SCALAR_TYPES: Readonly<Record<string, "number" | "string">> = {
  "spec.weight": "number",
  "spec.disruption.budgets.nodes": "string",
  "spec.disruption.consolidateAfter": "string",
  [`${TEMPLATE}.expireAfter`]: "string",
  [`${TEMPLATE}.terminationGracePeriod`]: "string",
  [`${TEMPLATE}.requirements.key`]: "string",
  [`${TEMPLATE}.requirements.values`]: "string",
  [`${TEMPLATE}.requirements.minValues`]: "number",
  [`${TEMPLATE}.taints.value`]: "string",
};

function poolRule(id: string, path: string, problem: (inputs: Properties) => string | undefined): Rule {
  return inputRule(`nodepool-${id}`, SCHEMA, [path], ({ inputs }) => problem(inputs));
}

function requirementRule(id: string, problem: (requirement: Properties) => string | undefined): Rule {
  return poolRule(id, `${TEMPLATE}.requirements`, (inputs) =>
    listAt(inputs, `${TEMPLATE}.requirements`)
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

const LABEL_VALUE = /^(?=.{0,63}$)(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;
const SPAN = /^(([0-9]+(s|m|h))+|Never)$/;

const REQUIREMENT_RULES: readonly Rule[] = [
  poolRule("requirements-count", `${TEMPLATE}.requirements`, (inputs) => {
    const { length } = listAt(inputs, `${TEMPLATE}.requirements`);
    return length <= 100 ? undefined : `${TEMPLATE}.requirements: Too many: must have at most 100 items, not ${length}`;
  }),
  requirementRule("requirement-key", (requirement) => {
    const key = textAt(requirement, "key") ?? "";
    return isRestricted(key) ? `label "${key}" is restricted` : undefined;
  }),
  oneOf("nodepool-requirement-operator", SCHEMA, `${TEMPLATE}.requirements.operator`, [
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
    const minimum = propertyAt(requirement, "minValues");
    return typeof minimum === "number" &&
      minimum > listAt(requirement, "values").length &&
      textAt(requirement, "operator") === "In"
      ? "requirements with 'minValues' must have at least that many values specified in the 'values' field"
      : undefined;
  }),
  matches(
    "nodepool-requirement-value-form",
    SCHEMA,
    `${TEMPLATE}.requirements.values`,
    LABEL_VALUE,
    `${TEMPLATE}.requirements.values: at most 63 letters, digits and -_.`,
  ),
];

const METADATA_RULES: readonly Rule[] = [
  poolRule("labels", "spec.template.metadata", (inputs) => {
    const labels = propertyAt(inputs, "spec.template.metadata.labels");
    const restricted = isProperties(labels) ? Object.keys(labels).find(isRestricted) : undefined;
    return restricted && `label "${restricted}" is restricted`;
  }),
  poolRule("label-values", "spec.template.metadata", (inputs) => {
    const labels = propertyAt(inputs, "spec.template.metadata.labels");
    const wrong = Object.entries(isProperties(labels) ? labels : {}).find(
      ([, value]) => typeof value !== "string" || !LABEL_VALUE.test(value),
    );
    return wrong && `spec.template.metadata.labels.${wrong[0]}: at most 63 letters, digits and -_. as a string`;
  }),
  ...["taints", "startupTaints"].flatMap((taints) => [
    oneOf(`nodepool-${taints.toLowerCase()}-effect`, SCHEMA, `${TEMPLATE}.${taints}.effect`, [
      "NoSchedule",
      "PreferNoSchedule",
      "NoExecute",
    ]),
    matches(
      `nodepool-${taints.toLowerCase()}-key`,
      SCHEMA,
      `${TEMPLATE}.${taints}.key`,
      /^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*(\/))?([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/,
      `${TEMPLATE}.${taints}.key: a qualified name is required`,
    ),
  ]),
];

const DISRUPTION_RULES: readonly Rule[] = [
  matches(
    "nodepool-budget-nodes",
    SCHEMA,
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
  oneOf("nodepool-budget-reasons", SCHEMA, "spec.disruption.budgets.reasons", [
    "Underutilized",
    "Empty",
    "Drifted",
    "Unhealthy",
  ]),
  oneOf("nodepool-consolidation", SCHEMA, "spec.disruption.consolidationPolicy", [
    "WhenEmpty",
    "WhenEmptyOrUnderutilized",
    "Balanced",
  ]),
  matches(
    "nodepool-consolidate-after",
    SCHEMA,
    "spec.disruption.consolidateAfter",
    SPAN,
    "spec.disruption.consolidateAfter: a duration or Never is required",
  ),
  matches(
    "nodepool-expire-after",
    SCHEMA,
    `${TEMPLATE}.expireAfter`,
    SPAN,
    `${TEMPLATE}.expireAfter: a duration or Never is required`,
  ),
  matches(
    "nodepool-grace-period",
    SCHEMA,
    `${TEMPLATE}.terminationGracePeriod`,
    /^([0-9]+(s|m|h))+$/,
    `${TEMPLATE}.terminationGracePeriod: a duration is required`,
  ),
  between("nodepool-weight", SCHEMA, "spec.weight", 1, 100),
  poolRule("limits", "spec.limits", (inputs) => {
    const limits = propertyAt(inputs, "spec.limits");
    const quantity = /^[+-]?(\d+(\.\d*)?|\.\d+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?\d+)?$/;
    const wrong = Object.entries(isProperties(limits) ? limits : {}).find(
      ([, value]) => typeof value !== "number" && !(typeof value === "string" && quantity.test(value)),
    );
    return wrong && `spec.limits.${wrong[0]}: a quantity is required, not ${JSON.stringify(wrong[1])}`;
  }),
];

const SHAPE_RULES: readonly Rule[] = [
  poolRule("fields", "spec", (inputs) => {
    const unknown = Object.entries(FIELDS).flatMap(([path, known]) =>
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
    const wrong = Object.entries(SCALAR_TYPES).find(([path, type]) =>
      valuesAt(inputs, path).some((value: Value) => typeof value !== type),
    );
    return wrong && `${wrong[0]}: must be of type ${wrong[1]}`;
  }),
  {
    id: "nodepool-class-immutable",
    source: SCHEMA,
    path: `${TEMPLATE}.nodeClassRef`,
    moments: ["update"],
    problem: ({ inputs, current }) => {
      const changed = ["group", "kind"].find((name) => {
        const path = `${TEMPLATE}.nodeClassRef.${name}`;
        return textAt(inputs, path) !== textAt(current?.outputs, path);
      });
      return changed && `nodeClassRef.${changed} is immutable`;
    },
  },
];

const LIFE_RULES: readonly Rule[] = [
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
    path: `${TEMPLATE}.nodeClassRef`,
    moments: ["ready"],
    problem: ({ inputs, cloud }) => {
      const reference = propertyAt(inputs, `${TEMPLATE}.nodeClassRef`);
      const name = textAt(reference, "name") ?? "";
      const isOurs = textAt(reference, "group") === "karpenter.k8s.aws" && textAt(reference, "kind") === "EC2NodeClass";
      const nodeClass = isOurs ? cloud.get(KUBERNETES_TYPES.nodeClass, name) : undefined;
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
export const NODE_POOL_KINDS: readonly ResourceKind[] = [
  customKind({
    prefix: "nodepool",
    type: KUBERNETES_TYPES.nodePool,
    group: "karpenter.sh",
    version: "v1",
    kind: "NodePool",
    required: [
      "spec.template.spec",
      `${TEMPLATE}.requirements`,
      `${TEMPLATE}.nodeClassRef.group`,
      `${TEMPLATE}.nodeClassRef.kind`,
      `${TEMPLATE}.nodeClassRef.name`,
    ],
    rules: [...SHAPE_RULES, ...REQUIREMENT_RULES, ...METADATA_RULES, ...DISRUPTION_RULES, ...LIFE_RULES],
    leave: leaveNode,
  }),
];
