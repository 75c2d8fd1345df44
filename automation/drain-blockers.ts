// Why a NodeClaim that is being deleted is still there: facts in, reasons out.
// What Karpenter waits for: https://github.com/kubernetes-sigs/karpenter/blob/v1.15.0/pkg/controllers/node/termination/controller.go,
// which pods it evicts: https://github.com/kubernetes-sigs/karpenter/blob/v1.15.0/pkg/utils/pod/scheduling.go
import type { V1LabelSelector, V1Node, V1Pod, V1PodDisruptionBudget } from "@kubernetes/client-node";
import { parseDuration } from "../swap/duration";
import type { NodeClaim } from "./cluster-objects";

/** A NodeClaim with everything that can hold it up. */
export interface DrainFacts {
  readonly pool: string;
  readonly nodeClaim: NodeClaim;
  readonly node: V1Node | undefined;
  /** All pods of the node. */
  readonly pods: readonly V1Pod[];
  /** PodDisruptionBudgets of all namespaces. */
  readonly budgets: readonly V1PodDisruptionBudget[];
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
  if (blocked.length > 0) return forcedAt === undefined ? blocked : [...blocked, `is forced to go at ${forcedAt}`];
  if (reached("Drained")) return ["is drained, its instance is being terminated"];
  return [facts.node === undefined ? "has no node, its instance is being terminated" : "is being drained"];
}

function foreignFinalizers({ nodeClaim, node }: DrainFacts): readonly string[] {
  const foreign = (kind: string, finalizers: readonly string[] = []): readonly string[] =>
    finalizers
      .filter((finalizer) => finalizer !== TERMINATION)
      .map(
        (finalizer) =>
          `its ${kind} has the finalizer ${finalizer}, which is not Karpenter's: whoever set it must remove it`,
      );
  return [...foreign("NodeClaim", nodeClaim.metadata.finalizers), ...foreign("Node", node?.metadata?.finalizers)];
}

function explainPods(facts: DrainFacts, now: Date): readonly string[] {
  const waitedFor = facts.pods.filter((pod) => isWaitedFor(pod, now));
  const blocking = waitedFor.flatMap((pod) => explainPod(pod, facts.budgets, now) ?? []);
  const others = waitedFor.length - blocking.length;
  return others === 0 ? blocking : [...blocking, `${others} ${others === 1 ? "pod is" : "pods are"} being evicted`];
}

/** What blocks a pod; undefined when it is on its way. */
function explainPod(pod: V1Pod, budgets: readonly V1PodDisruptionBudget[], now: Date): string | undefined {
  const { metadata, status: podStatus } = pod;
  const finalizers = metadata?.finalizers ?? [];
  const label = `pod ${metadata?.namespace ?? ""}/${metadata?.name ?? ""}`;
  if (metadata?.deletionTimestamp !== undefined) {
    return finalizers.length === 0 ? undefined : `${label} is deleted and has the finalizers ${finalizers.join(", ")}`;
  }
  if (isProtected(metadata?.annotations?.[DO_NOT_DISRUPT], podStatus?.startTime, now)) {
    return `${label} has the annotation ${DO_NOT_DISRUPT}`;
  }
  const budget = budgets.find(
    ({ metadata: of, spec, status }) =>
      of?.namespace === metadata?.namespace &&
      (status?.disruptionsAllowed ?? 0) === 0 &&
      matches(spec?.selector, metadata?.labels ?? {}),
  );
  return (
    budget && `${label} is held by PodDisruptionBudget ${budget.metadata?.name ?? ""}, which allows no disruption now`
  );
}

/** A drain ends when none of these is left: mirror pods, ended pods and pods that tolerate the drain do not count. */
function isWaitedFor({ metadata, spec, status }: V1Pod, now: Date): boolean {
  if (status?.phase === "Succeeded" || status?.phase === "Failed") return false;
  if (metadata?.ownerReferences?.some(({ kind }) => kind === "Node")) return false;
  const tolerates = spec?.tolerations?.some(
    ({ key, operator = "Equal", effect, value = "" }) =>
      (effect === undefined || effect === "NoSchedule") &&
      (operator === "Exists" ? key === undefined || key === DISRUPTED_TAINT : key === DISRUPTED_TAINT && value === ""),
  );
  // A pod of a node that is gone for good never ends; Karpenter passes it over a minute after its time.
  const stuck =
    metadata?.deletionTimestamp !== undefined && now.getTime() - metadata.deletionTimestamp.getTime() > 60_000;
  return tolerates !== true && !stuck;
}

/** The annotation is `true`, or a duration for which a pod is protected after its start. */
function isProtected(value: string | undefined, startTime: Date | undefined, now: Date): boolean {
  if (value === undefined || value === "true") return value === "true";
  const seconds = parseDuration(value);
  if (seconds <= 0) return false;
  return startTime === undefined || now.getTime() - startTime.getTime() < seconds * 1000;
}

function explainVolumes({ attachedVolumes, nodeClaim }: DrainFacts): readonly string[] {
  const drained = nodeClaim.status.conditions.some(({ type, status }) => type === "Drained" && status === "True");
  if (!drained || attachedVolumes.length === 0) return [];
  return [`waits until its volumes are detached: ${attachedVolumes.join(", ")}`];
}

/** Source: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/label-selector/ */
function matches(selector: V1LabelSelector | undefined, labels: Readonly<Record<string, string>>): boolean {
  if (selector === undefined) return false;
  const { matchLabels = {}, matchExpressions = [] } = selector;
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      const value = labels[key];
      if (operator === "Exists") return value !== undefined;
      if (operator === "DoesNotExist") return value === undefined;
      const listed = value !== undefined && values.includes(value);
      return operator === "In" ? listed : !listed;
    })
  );
}
