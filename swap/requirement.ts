// Whether the value of a node's label satisfies a requirement, as Kubernetes and Karpenter compare them.
// Source: Has, https://github.com/kubernetes-sigs/karpenter/blob/v1.15.0/pkg/scheduling/requirement.go
import type { Requirement } from "./vocabulary";

/** `value` is undefined for a node without the label. */
export function allowsValue(
  { operator, values = [] }: Pick<Requirement, "operator" | "values">,
  value: string | undefined,
): boolean {
  if (value === undefined) return operator === "NotIn" || operator === "DoesNotExist";
  const bound = Number(values[0]);
  switch (operator) {
    case "In":
      return values.includes(value);
    case "NotIn":
      return !values.includes(value);
    case "Exists":
      return true;
    case "DoesNotExist":
      return false;
    case "Gt":
      return Number(value) > bound;
    case "Lt":
      return Number(value) < bound;
    case "Gte":
      return Number(value) >= bound;
    case "Lte":
      return Number(value) <= bound;
  }
}
