// The rules of NodePool, one by one.
import { type Breakable, type Edit, type Rows } from "./row";

const STATIC = "replicas is never sent: pools are dynamic";
const NODE_CLASS = "nodeClassRef is the pool's own EC2NodeClass, whose group and kind are constants";
const ON_A_LIST = "the word stands on the list, where the API server looks for a text";

const BUDGET = { nodes: "1", schedule: "0 9 * * 1", duration: "8h" };
const REQUIREMENT = { key: "karpenter.k8s.aws/instance-family", operator: "In", values: ["m6i", "r6i"] };
const TAINT = { key: "example.com/team", value: "a", effect: "NoSchedule" };

/** A key of the pool that becomes a field of the same value. */
function pool(key: string, value: unknown, problem: string, ...path: readonly (string | number)[]): Breakable {
  return { change: { [`pools.p.${key}`]: value }, problem, edit: [["spec", ...path], value] };
}

function budgets(value: readonly unknown[], problem: string): Breakable {
  return pool("disruption", { budgets: value }, problem, "disruption");
}

function inTemplate(key: string, value: unknown, problem: string, edited: unknown = value): Breakable {
  const edit: Edit = [["spec", "template", "spec", key], edited];
  return { change: { [`pools.p.${key}`]: value }, problem, edit };
}

function requirements(problem: string, ...value: readonly unknown[]): Breakable {
  return inTemplate("requirements", value, problem);
}

function taints(problem: string, change: Readonly<Record<string, unknown>>): Breakable {
  return inTemplate("taints", [{ ...TAINT, ...change }], problem);
}

function labels(problem: string, value: Readonly<Record<string, string>>): Breakable {
  return { ...pool("labels", value, problem), edit: [["spec", "template", "metadata", "labels"], value] };
}

function requireKey(key: string): Breakable {
  return requirements("requirement-key", { key, operator: "Exists" });
}

function numbered<T>(count: number, make: (name: string) => T): readonly T[] {
  return Array.from({ length: count }, (_, index) => make(`example.com/n${index + 1}`));
}

export const NODE_POOL_ROWS: Rows = {
  " required": "spec is always sent",
  "spec: Cannot transition NodePool between static (replicas set) and dynamic (replicas unset) provisioning modes":
    STATIC,
  "spec: only 'limits.nodes' is supported on static NodePools": STATIC,
  "spec: 'weight' is not supported on static NodePools": STATIC,
  "spec required": "template is always sent",
  "spec.disruption.budgets: 'schedule' must be set with 'duration'": budgets(
    [{ nodes: "1", schedule: "0 9 * * 1" }],
    "budget-schedule",
  ),
  "spec.disruption.budgets maxItems": budgets(
    Array.from({ length: 51 }, () => BUDGET),
    "too-many-entries",
  ),
  "spec.disruption.budgets[] required": "nodes has a default",
  "spec.disruption.budgets[].duration pattern": budgets([{ ...BUDGET, duration: "90s" }], "budget-duration"),
  "spec.disruption.budgets[].nodes pattern": budgets([{ nodes: "110%" }], "budget-nodes"),
  "spec.disruption.budgets[].reasons maxItems": "there are three reasons, each at most once",
  "spec.disruption.budgets[].reasons set": budgets([{ ...BUDGET, reasons: ["Empty", "Empty"] }], "repeated-entry"),
  "spec.disruption.budgets[].reasons[] enum": budgets([{ ...BUDGET, reasons: ["Idle"] }], "not-one-of"),
  "spec.disruption.budgets[].schedule pattern": budgets([{ ...BUDGET, schedule: "at night" }], "budget-cron"),
  "spec.disruption.consolidateAfter pattern": pool(
    "disruption",
    { consolidateAfter: "1 day" },
    "duration",
    "disruption",
  ),
  "spec.disruption.consolidationPolicy enum": pool(
    "disruption",
    { consolidationPolicy: "Never" },
    "not-one-of",
    "disruption",
  ),
  "spec.limits{} pattern": pool("limits", { cpu: "many" }, "quantity", "limits"),
  "spec.template required": "spec is always sent",
  'spec.template.metadata.labels: label domain "karpenter.sh" is restricted': labels("label-key", {
    "of-karpenter.sh/team": "a",
  }),
  'spec.template.metadata.labels: label "karpenter.sh/nodepool" is restricted': labels("label-key", {
    "karpenter.sh/nodepool": "a",
  }),
  'spec.template.metadata.labels: label "kubernetes.io/hostname" is restricted': labels("label-key", {
    "kubernetes.io/hostname": "a",
  }),
  'spec.template.metadata.labels: label domain "karpenter.k8s.aws" is restricted': labels("label-key", {
    "team.karpenter.k8s.aws": "a",
  }),
  "spec.template.metadata.labels maxProperties": labels(
    "too-many-entries",
    Object.fromEntries(numbered(101, (name) => [name, "a"] as const)),
  ),
  "spec.template.metadata.labels{} pattern": labels("label-value", { "example.com/team": "a & b" }),
  "spec.template.metadata.labels{} maxLength": labels("label-value", { "example.com/team": "a".repeat(64) }),
  "spec.template.spec required": "both are always sent",
  "spec.template.spec.expireAfter pattern": inTemplate("expireAfter", "30d", "duration"),
  "spec.template.spec.nodeClassRef: nodeClassRef.group is immutable": NODE_CLASS,
  "spec.template.spec.nodeClassRef: nodeClassRef.kind is immutable": NODE_CLASS,
  "spec.template.spec.nodeClassRef required": NODE_CLASS,
  "spec.template.spec.nodeClassRef.group: group may not be empty": NODE_CLASS,
  "spec.template.spec.nodeClassRef.group pattern": NODE_CLASS,
  "spec.template.spec.nodeClassRef.kind: kind may not be empty": NODE_CLASS,
  "spec.template.spec.nodeClassRef.name: name may not be empty": {
    change: { pools: { "": { swap: { size: 0 } } } },
    problem: "pool-name",
    edit: [["spec", "template", "spec", "nodeClassRef", "name"], ""],
  },
  "spec.template.spec.requirements: requirements with operator 'In' must have a value defined": requirements(
    "requirement-values",
    { ...REQUIREMENT, values: [] },
  ),
  "spec.template.spec.requirements: requirements operator 'Gt', 'Lt', 'Gte', or 'Lte' must have a single positive integer value":
    requirements("requirement-values", {
      key: "karpenter.k8s.aws/instance-cpu",
      operator: "Gt",
      values: ["99999999999999999999"],
    }),
  "spec.template.spec.requirements: requirements with 'minValues' must have at least that many values specified in the 'values' field":
    requirements("requirement-values", { ...REQUIREMENT, minValues: 3 }),
  "spec.template.spec.requirements maxItems": requirements(
    "too-many-entries",
    ...numbered(101, (key) => ({ key, operator: "Exists" })),
  ),
  "spec.template.spec.requirements[] required": requirements("missing-key", { key: "example.com/team" }),
  'spec.template.spec.requirements[].key: label domain "karpenter.sh" is restricted':
    requireKey("of-karpenter.sh/team"),
  'spec.template.spec.requirements[].key: label "karpenter.sh/nodepool" is restricted':
    requireKey("karpenter.sh/nodepool"),
  'spec.template.spec.requirements[].key: label "kubernetes.io/hostname" is restricted':
    requireKey("kubernetes.io/hostname"),
  'spec.template.spec.requirements[].key: label domain "karpenter.k8s.aws" is restricted':
    requireKey("team.karpenter.k8s.aws"),
  "spec.template.spec.requirements[].key pattern": requireKey("my team"),
  "spec.template.spec.requirements[].key maxLength": requireKey(`example.com/${"a".repeat(310)}`),
  "spec.template.spec.requirements[].minValues minimum": requirements("out-of-range", { ...REQUIREMENT, minValues: 0 }),
  "spec.template.spec.requirements[].minValues maximum": requirements("out-of-range", {
    ...REQUIREMENT,
    minValues: 51,
  }),
  "spec.template.spec.requirements[].operator enum": requirements("not-one-of", { ...REQUIREMENT, operator: "Is" }),
  "spec.template.spec.requirements[].values pattern": {
    ...requirements("label-value", { key: "example.com/team", operator: "In", values: ["a & b"] }),
    accepted: ON_A_LIST,
  },
  "spec.template.spec.requirements[].values maxLength": {
    ...requirements("label-value", { key: "example.com/team", operator: "In", values: ["a".repeat(64)] }),
    accepted: ON_A_LIST,
  },
  "spec.template.spec.taints[] required": inTemplate("taints", [{ key: "example.com/team" }], "missing-key"),
  "spec.template.spec.taints[].effect enum": taints("not-one-of", { effect: "NoRun" }),
  "spec.template.spec.taints[].key pattern": taints("taint-key", { key: "my team" }),
  "spec.template.spec.taints[].key minLength": taints("taint-key", { key: "" }),
  "spec.template.spec.taints[].value pattern": taints("taint-value", { value: "" }),
  "spec.template.spec.terminationGracePeriod pattern": inTemplate("terminationGracePeriod", "1d", "duration"),
  "spec.weight minimum": pool("weight", 0, "out-of-range", "weight"),
  "spec.weight maximum": pool("weight", 101, "out-of-range", "weight"),
};
