// Whether a pod can run on a node of a pool: its node selector, its required node affinity, its tolerations.
// Rules: https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/ and
// https://karpenter.sh/docs/concepts/scheduling/: a label that a pool does not promise is only on its nodes when it is well known.
import { allowsValue } from "../swap/requirement";
import type { Taint } from "../swap/vocabulary";
import type { Placement } from "./node";
import type { MatchExpression, PodSpec, Toleration } from "./schema";
import { own } from "../swap/own";

/** Labels that Kubernetes, Karpenter and the node itself add to every node. */
const WELL_KNOWN =
  /^(?:kubernetes\.io\/(?:arch|os|hostname)|node\.kubernetes\.io\/|topology\.|karpenter\.(?:sh|k8s\.aws)\/|eks-swap\/backing$)/;

/** Why the pod cannot run there; undefined when it can. */
export function whyNotPlaced(pod: PodSpec, placement: Placement): string | undefined {
  const unmet = unmetSelection(pod, placement);
  if (unmet !== undefined) return unmet;
  const tolerations = pod.tolerations ?? [];
  const taint = placement.taints.find(
    (candidate) =>
      candidate.effect !== "PreferNoSchedule" && !tolerations.some((toleration) => tolerates(toleration, candidate)),
  );
  return taint === undefined ? undefined : `does not tolerate the taint ${formatTaint(taint)}`;
}

/** Whether the pod asks for nodes of this pool, so that it runs nowhere else. */
export function selectsLabel(pod: PodSpec, key: string, value: string): boolean {
  const terms = affinityTerms(pod);
  return (
    own(pod.nodeSelector ?? {}, key) === value ||
    (terms.length > 0 &&
      terms.every((term) =>
        term.some((other) => other.key === key && other.operator === "In" && other.values?.join() === value),
      ))
  );
}

/** `key=value:effect`. */
function formatTaint({ key, value, effect }: Taint): string {
  return `${key}${value === undefined ? "" : `=${value}`}:${effect}`;
}

function unmetSelection(pod: PodSpec, placement: Placement): string | undefined {
  const selector = Object.entries(pod.nodeSelector ?? {}).find(
    ([key, value]) => !canMatch({ key, operator: "In", values: [value] }, placement),
  );
  if (selector !== undefined) return `selects the label ${selector.join("=")}, which its nodes do not have`;
  const terms = affinityTerms(pod);
  if (terms.length === 0 || terms.some((term) => term.every((expression) => canMatch(expression, placement))))
    return undefined;
  return "requires other nodes by its node affinity";
}

/** One of the terms must match, all expressions of it. A term without expressions matches nothing. */
function affinityTerms(pod: PodSpec): readonly (readonly MatchExpression[])[] {
  const required = pod.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return (required?.nodeSelectorTerms ?? []).flatMap(({ matchExpressions = [] }) =>
    matchExpressions.length === 0 ? [] : [matchExpressions],
  );
}

function canMatch(expression: MatchExpression, { labels, requirements }: Placement): boolean {
  const value = own(labels, expression.key);
  if (value !== undefined) return allowsValue(expression, value);
  const known = requirements?.filter(({ key }) => key === expression.key) ?? [];
  const choices = known.flatMap(({ operator, values = [] }) => (operator === "In" ? values : []));
  if (choices.length > 0)
    return choices.some((choice) => allowsValue(expression, choice) && known.every((one) => allowsValue(one, choice)));
  const isOpen = requirements !== null && (known.length > 0 || WELL_KNOWN.test(expression.key));
  return isOpen || expression.operator === "NotIn" || expression.operator === "DoesNotExist";
}

/** Source: ToleratesTaint, https://github.com/kubernetes/api/blob/v0.36.3/core/v1/toleration.go */
function tolerates({ key, operator, value, effect }: Toleration, taint: Taint): boolean {
  if (effect !== undefined && effect !== "" && effect !== taint.effect) return false;
  if (key !== undefined && key !== "" && key !== taint.key) return false;
  if (operator === "Exists") return true;
  return (operator === undefined || operator === "" || operator === "Equal") && (value ?? "") === (taint.value ?? "");
}
