// What Karpenter's controller refuses and no CustomResourceDefinition can: rules of its Go code, which nothing lists.
// https://github.com/aws/karpenter-provider-aws/blob/v1.15.0/pkg/apis/v1/kubeletconfiguration_validation.go
// https://github.com/kubernetes-sigs/karpenter/blob/v1.15.0/pkg/apis/v1/nodeclaim_validation.go
import type { Breakable } from "./row";

/** A rule of the controller. */
export interface ControllerRow extends Breakable {
  readonly kind: "EC2NodeClass" | "NodePool";
  readonly rule: string;
  /** Part of the controller's message. */
  readonly says: string;
}

const TAINT = { key: "example.com/team", value: "a", effect: "NoSchedule" };

function eviction(rule: string, threshold: Readonly<Record<string, string>>, problem: string, says: string) {
  return {
    kind: "EC2NodeClass",
    rule,
    change: { "pools.p.evictionHard": threshold },
    problem,
    edit: [["spec", "kubelet", "evictionHard"], threshold],
    says,
  } satisfies ControllerRow;
}

function template(rule: string, key: string, value: unknown, problem: string, says: string) {
  return {
    kind: "NodePool",
    rule,
    change: { [`pools.p.${key}`]: value },
    problem,
    edit: [["spec", "template", "spec", key], value],
    says,
  } satisfies ControllerRow;
}

export const CONTROLLER_ROWS: readonly ControllerRow[] = [
  {
    ...eviction("a field that the kubelet does not have", {}, "unknown-key", "unknown field"),
    change: { "pools.p.evictionHrad": {} },
    edit: [["spec", "kubelet", "evictionHrad"], {}],
  },
  eviction(
    "an eviction signal",
    { "allocatableMemory.available": "100Mi" },
    "eviction-signal",
    "valid eviction signal",
  ),
  eviction("a threshold", { "memory.available": "lots" }, "eviction-value", "percentage or a resource quantity"),
  eviction("a threshold up to 100%", { "nodefs.available": "100.5%" }, "eviction-value", "percentage or a resource"),
  eviction("a threshold of 0 or more", { "memory.available": "-1Gi" }, "eviction-value", "negative resource quantity"),
  template(
    "one taint for key and effect",
    "taints",
    [TAINT, { ...TAINT, value: "b" }],
    "taint-twice",
    "duplicate taint Key/Effect pair",
  ),
  template(
    "a taint's value of 63 characters",
    "taints",
    [{ ...TAINT, value: "a".repeat(64) }],
    "taint-value",
    "63 bytes",
  ),
  template(
    "a requirement's value",
    "requirements",
    [{ key: "example.com/team", operator: "In", values: ["a & b"] }],
    "label-value",
    "invalid value",
  ),
  template(
    "a capacity type that exists",
    "requirements",
    [{ key: "karpenter.sh/capacity-type", operator: "In", values: ["cheap"] }],
    "requirement-known-values",
    "no valid values found",
  ),
  template("a duration of at most 292 years", "expireAfter", "99999999h", "duration", "invalid duration"),
];
