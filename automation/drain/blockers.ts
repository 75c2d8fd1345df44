// Why a NodeClaim that is being deleted is still there: facts in, reasons out.
// What Karpenter waits for: https://github.com/kubernetes-sigs/karpenter/blob/v1.15.0/pkg/controllers/node/termination/controller.go,
// which pods it evicts: https://github.com/kubernetes-sigs/karpenter/blob/v1.15.0/pkg/utils/pod/scheduling.go
import { readNanoseconds } from "../../swap/duration";
import type { NodeClaim } from "../cluster/objects";
import { own } from "../../swap/own";

/** A pod of a node that is being drained. */
export interface PodFacts {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Value of the annotation `karpenter.sh/do-not-disrupt`. */
  readonly doNotDisrupt?: string | undefined;
  readonly phase: string;
  readonly startTime?: Date | undefined;
  readonly deletionTimestamp?: Date | undefined;
  readonly finalizers: readonly string[];
  /** A mirror pod of a static one: the API server cannot delete what it mirrors. */
  readonly isMirror: boolean;
  readonly tolerations: readonly Toleration[];
}

/** Source: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#scheduling */
interface Toleration {
  readonly key?: string | undefined;
  readonly operator?: string | undefined;
  readonly value?: string | undefined;
  readonly effect?: string | undefined;
}

/** A PodDisruptionBudget. */
export interface BudgetFacts {
  readonly namespace: string;
  readonly name: string;
  readonly disruptionsAllowed: number;
  /** Without a selector it is of no pod, with an empty one of all pods of its namespace. */
  readonly selector?: LabelSelector | undefined;
}

/** Source: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/label-selector/ */
interface LabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>> | undefined;
  readonly matchExpressions?:
    | readonly { readonly key: string; readonly operator: string; readonly values?: readonly string[] | undefined }[]
    | undefined;
}

/** A NodeClaim with everything that can hold it up. */
export interface DrainFacts {
  readonly pool: string;
  readonly nodeClaim: NodeClaim;
  /** Finalizers of its Node; undefined when there is no Node. */
  readonly nodeFinalizers: readonly string[] | undefined;
  /** All pods of the node. */
  readonly pods: readonly PodFacts[];
  /** PodDisruptionBudgets of all namespaces. */
  readonly budgets: readonly BudgetFacts[];
  /** Names of the persistent volumes that are attached to the node. */
  readonly attachedVolumes: readonly string[];
}

/** Karpenter's own finalizer, on NodeClaims and on Nodes. */
const TERMINATION = "karpenter.sh/termination";
const DO_NOT_DISRUPT = "karpenter.sh/do-not-disrupt";
/** When Karpenter stops to ask: set on a NodeClaim that is deleted and has a `terminationGracePeriod`. */
const FORCED_AT = "karpenter.sh/nodeclaim-termination-timestamp";
const DISRUPTED_TAINT = "karpenter.sh/disrupted";

/** What the NodeClaim waits for, what blocks it first. */
export function explainNodeClaim(facts: DrainFacts, now: Date): readonly string[] {
  const { metadata, status } = facts.nodeClaim;
  if (metadata.deletionTimestamp === undefined) return ["is not being deleted yet"];
  const reached = (type: string): boolean =>
    status.conditions.some((condition) => condition.type === type && condition.status === "True");
  const blocked = [...foreignFinalizers(facts), ...explainPods(facts, now), ...explainVolumes(facts)];
  const forcedAt = metadata.annotations[FORCED_AT];
  if (blocked.length > 0)
    return forcedAt === undefined ? blocked : [...blocked, `is forcibly terminated at ${forcedAt}`];
  if (reached("Drained")) return ["is drained, its instance is being terminated"];
  return [facts.nodeFinalizers === undefined ? "has no node, its instance is being terminated" : "is being drained"];
}

function foreignFinalizers({ nodeClaim, nodeFinalizers = [] }: DrainFacts): readonly string[] {
  const foreign = (kind: string, finalizers: readonly string[]): readonly string[] =>
    finalizers
      .filter((finalizer) => finalizer !== TERMINATION)
      .map(
        (finalizer) =>
          `its ${kind} has the finalizer ${finalizer}, which is not Karpenter's: whoever set it must remove it`,
      );
  return [...foreign("NodeClaim", nodeClaim.metadata.finalizers), ...foreign("Node", nodeFinalizers)];
}

function explainPods(facts: DrainFacts, now: Date): readonly string[] {
  const waitedFor = facts.pods.filter((pod) => isWaitedFor(pod, now));
  const blocking = waitedFor.flatMap((pod) => explainPod(pod, facts.budgets, now) ?? []);
  const others = waitedFor.length - blocking.length;
  return others === 0 ? blocking : [...blocking, `${others} ${others === 1 ? "pod is" : "pods are"} being evicted`];
}

/** What blocks a pod; undefined when it is on its way. */
function explainPod(pod: PodFacts, budgets: readonly BudgetFacts[], now: Date): string | undefined {
  const label = `pod ${pod.namespace}/${pod.name}`;
  if (pod.deletionTimestamp !== undefined) {
    return pod.finalizers.length === 0
      ? undefined
      : `${label} is deleted and has the finalizers ${pod.finalizers.join(", ")}`;
  }
  if (isProtected(pod, now)) return `${label} has the annotation ${DO_NOT_DISRUPT}`;
  const budget = budgets.find(
    ({ namespace, disruptionsAllowed, selector }) =>
      namespace === pod.namespace && disruptionsAllowed === 0 && matches(selector, pod.labels),
  );
  return budget && `${label} is held by PodDisruptionBudget ${budget.name}, which allows no disruption now`;
}

/** A drain ends when none of these is left: mirror pods, ended pods and pods that tolerate the drain do not count. */
function isWaitedFor({ phase, isMirror, tolerations, deletionTimestamp }: PodFacts, now: Date): boolean {
  if (isMirror || phase === "Succeeded" || phase === "Failed") return false;
  const tolerates = tolerations.some(
    ({ key, operator = "Equal", effect, value = "" }) =>
      (effect === undefined || effect === "NoSchedule") &&
      (operator === "Exists" ? key === undefined || key === DISRUPTED_TAINT : key === DISRUPTED_TAINT && value === ""),
  );
  // A pod whose kubelet is gone never ends; Karpenter passes it over a minute after its time.
  const stuck = deletionTimestamp !== undefined && now.getTime() - deletionTimestamp.getTime() > 60_000;
  return !tolerates && !stuck;
}

/**
 * The annotation is `true`, or a positive duration for which a pod is protected after its start. Karpenter ignores any
 * other value (`IsDoNotDisruptActive`).
 */
function isProtected({ doNotDisrupt, startTime }: PodFacts, now: Date): boolean {
  if (doNotDisrupt === undefined) return false;
  if (doNotDisrupt === "true") return true;
  const nanoseconds = readNanoseconds(doNotDisrupt);
  if (nanoseconds === undefined || nanoseconds <= 0n) return false;
  return startTime === undefined || now.getTime() - startTime.getTime() < Number(nanoseconds) / 1e6;
}

function explainVolumes({ attachedVolumes, nodeClaim }: DrainFacts): readonly string[] {
  const drained = nodeClaim.status.conditions.some(({ type, status }) => type === "Drained" && status === "True");
  if (!drained || attachedVolumes.length === 0) return [];
  return [`waits until its volumes are detached: ${attachedVolumes.join(", ")}`];
}

function matches(selector: LabelSelector | undefined, labels: Readonly<Record<string, string>>): boolean {
  if (selector === undefined) return false;
  const { matchLabels = {}, matchExpressions = [] } = selector;
  return (
    Object.entries(matchLabels).every(([key, value]) => own(labels, key) === value) &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      const value = own(labels, key);
      if (operator === "Exists") return value !== undefined;
      if (operator === "DoesNotExist") return value === undefined;
      const listed = value !== undefined && values.includes(value);
      return operator === "In" ? listed : !listed;
    })
  );
}
