// Whether pools and nodes have what the plan promises: facts in, verdict out, without a cluster.
import type { EvictionThresholds } from "../../swap/eviction";
import type { SwapPlan } from "../../swap/plan";
import { swapTotalBytes } from "../../swap/prediction";
import { formatQuantity } from "../../swap/quantity";
import { swapBytes } from "../../swap/size";
import { BACKING_KEY, type GuardMode } from "../../swap/vocabulary";
import type { Condition, NodeClaim, NodeClass, NodePool } from "../cluster/objects";
import { own } from "../../swap/own";

/**
 * From best to worst. `degraded`: swap is there, less or elsewhere than planned. `pending`: Karpenter is about to launch
 * or to replace it. `failed`: not what the plan promises, and nothing says that it will be.
 */
export const STATUSES = ["right", "degraded", "pending", "failed"] as const;
export type Status = (typeof STATUSES)[number];

/** A status with everything that speaks against a better one; no reasons when it is right. */
export interface Verdict {
  readonly status: Status;
  readonly reasons: readonly string[];
}

/** What a kubelet says of its effective configuration, the part that swap depends on. */
export interface KubeletFacts {
  readonly failSwapOn?: boolean | undefined;
  readonly swapBehavior?: string | undefined;
  readonly evictionHard: EvictionThresholds;
}

/** What is known of a node. */
export interface NodeFacts {
  readonly node: string;
  /** Null when the node is Ready, else why not. */
  readonly notReady: string | null;
  /** MemTotal in bytes. */
  readonly memTotalBytes: number;
  /** SwapTotal in bytes as the kubelet read it at its start; undefined when it has not reported any. */
  readonly swapCapacityBytes?: number | undefined;
  /** Bytes of swap that are on now; undefined when the kubelet does not report it. */
  readonly swapOnBytes?: number | undefined;
  /** Value of the label `eks-swap/backing`. */
  readonly backing?: string | undefined;
  /** The text says why the kubelet could not be read. */
  readonly kubelet: KubeletFacts | string;
}

/** What is known of a pool. */
export interface PoolFacts {
  readonly nodeClass: NodeClass | undefined;
  readonly nodePool: NodePool | undefined;
  /** Those that are being deleted left out. */
  readonly nodeClaims: readonly NodeClaim[];
  /** Nodes of `nodeClaims`, by name. */
  readonly nodes: ReadonlyMap<string, NodeFacts>;
}

/** What the plan promises of a pool. */
export interface PoolPromise {
  readonly plan: SwapPlan;
  /** UserData of the plan; undefined for a pool without swap. */
  readonly userData: string | undefined;
  /** Where it is `warn` or `deny`, pods that the guard would refuse, or did not see, are reported. Default: `off`. */
  readonly guard?: GuardMode | undefined;
}

/** The verdict on a node, or on a NodeClaim that has none yet. */
export interface NodeVerdict extends Verdict {
  /** Name of the Node, or of the NodeClaim. */
  readonly node: string;
  readonly backing: string | null;
  readonly swapCapacityBytes: number | null;
}

const HASH = "karpenter.k8s.aws/ec2nodeclass-hash";
const HASH_VERSION = "karpenter.k8s.aws/ec2nodeclass-hash-version";

/** The worst of some verdicts, with all their reasons. */
export function combine(verdicts: readonly Verdict[]): Verdict {
  const worst = Math.max(0, ...verdicts.map(({ status }) => STATUSES.indexOf(status)));
  return { status: STATUSES[worst] ?? "failed", reasons: verdicts.flatMap(({ reasons }) => reasons) };
}

/** Judges the EC2NodeClass and the NodePool. */
export function judgePool({ plan, userData }: PoolPromise, { nodeClass, nodePool }: PoolFacts): Verdict {
  const reasons = [
    ...judgeObject("EC2NodeClass", plan.pool, nodeClass),
    ...judgeObject("NodePool", plan.pool, nodePool),
    ...(nodeClass === undefined ? [] : judgeNodeClassSpec(nodeClass, plan, userData)),
  ];
  return { status: reasons.length === 0 ? "right" : "failed", reasons };
}

/** Judges every NodeClaim of a pool and its node. */
export function judgeNodes({ plan }: PoolPromise, { nodeClass, nodeClaims, nodes }: PoolFacts): readonly NodeVerdict[] {
  return nodeClaims.map((claim) => {
    const facts = nodes.get(claim.status.nodeName ?? "");
    const seen = {
      node: facts?.node ?? claim.metadata.name,
      backing: facts?.backing ?? null,
      swapCapacityBytes: facts?.swapCapacityBytes ?? null,
    };
    if (facts === undefined) return { ...seen, ...notJoined(claim, plan) };
    const waits = awaitsReplacement(claim, nodeClass);
    return { ...seen, ...(waits === undefined ? judgeNode(plan, facts) : pending(waits)) };
  });
}

/** Judges a node that is of the present EC2NodeClass. */
export function judgeNode(plan: SwapPlan, facts: NodeFacts): Verdict {
  return combine([
    ...(facts.notReady === null ? [] : [failed(`is not Ready: ${facts.notReady}`)]),
    ...(plan.swap === null ? judgeNoSwap(facts) : judgeSwap(plan.swap, facts)),
    ...(typeof facts.kubelet === "string"
      ? [failed(`its kubelet's settings are not known: ${facts.kubelet}`)]
      : judgeKubelet(plan, facts.kubelet)),
  ]);
}

function judgeSwap(swap: NonNullable<SwapPlan["swap"]>, facts: NodeFacts): readonly Verdict[] {
  return [...judgeBacking(swap.backings, facts.backing), ...judgeCapacity(swap, facts)];
}

function judgeBacking(ladder: readonly string[], backing: string | undefined): readonly Verdict[] {
  if (backing === undefined) {
    return [failed(`has no label ${BACKING_KEY}: the node's scripts did not run, or its kubelet started before them`)];
  }
  if (backing === "none") return [failed(`has no swap: ${BACKING_KEY} is none, all of ${ladder.join(", ")} failed`)];
  const position = ladder.indexOf(backing);
  if (position === 0) return [];
  if (position === -1) return [failed(`${BACKING_KEY} is ${backing}, which is not one of ${ladder.join(", ")}`)];
  return [
    { status: "degraded", reasons: [`swap is on ${backing} instead of ${ladder.slice(0, position).join(", ")}`] },
  ];
}

function judgeCapacity(swap: NonNullable<SwapPlan["swap"]>, facts: NodeFacts): readonly Verdict[] {
  const { swapCapacityBytes = 0, memTotalBytes, backing } = facts;
  if (swapCapacityBytes === 0) {
    // "none" has been said already.
    return backing === "none" ? [] : [failed("its kubelet saw no swap when it started, so containers get none")];
  }
  // A kubelet that finds no swap leaves what an earlier one reported in the Node object.
  if (facts.swapOnBytes !== undefined && facts.swapOnBytes < swapCapacityBytes) {
    const sizes = `${formatQuantity(facts.swapOnBytes)} of ${formatQuantity(swapCapacityBytes)}`;
    return [failed(`has ${sizes} of swap on now: it was taken off after the kubelet had reported it`)];
  }
  // The first page of a swap file or volume is its header.
  const promised = swapTotalBytes(swapBytes(swap, memTotalBytes));
  if (swapCapacityBytes >= promised) return [];
  const sizes = `${formatQuantity(swapCapacityBytes)} instead of ${formatQuantity(promised)}`;
  return [{ status: "degraded", reasons: [`swap is cut to what was free: ${sizes}`] }];
}

function judgeNoSwap({ swapCapacityBytes = 0 }: NodeFacts): readonly Verdict[] {
  return swapCapacityBytes === 0
    ? []
    : [failed(`has ${formatQuantity(swapCapacityBytes)} of swap, but its pool should have none`)];
}

function judgeKubelet({ swap, kubelet }: SwapPlan, facts: KubeletFacts): readonly Verdict[] {
  const effective = (key: string, value: string | boolean | undefined, planned: string): Verdict =>
    failed(`its kubelet has ${key} ${String(value ?? "unset")} instead of ${planned}`);
  const signals = Object.entries(kubelet.evictionHard).filter(
    ([signal, value]) => own(facts.evictionHard, signal) !== value,
  );
  return [
    ...(swap !== null && facts.failSwapOn !== false ? [effective("failSwapOn", facts.failSwapOn, "false")] : []),
    ...(swap !== null && facts.swapBehavior !== "LimitedSwap"
      ? [effective("memorySwap.swapBehavior", facts.swapBehavior, "LimitedSwap")]
      : []),
    ...signals.map(([signal, value]) => effective(`evictionHard ${signal}`, own(facts.evictionHard, signal), value)),
  ];
}

/** Why the node will be replaced; undefined when it is as the EC2NodeClass says. */
function awaitsReplacement(claim: NodeClaim, nodeClass: NodeClass | undefined): string | undefined {
  const [now, then] = [nodeClass?.metadata.annotations ?? {}, claim.metadata.annotations];
  // Hashes of different versions cannot be compared; Karpenter writes them again after its upgrade.
  if (now[HASH] !== then[HASH] && now[HASH_VERSION] === then[HASH_VERSION]) {
    return `was launched from an earlier EC2NodeClass (${HASH} ${then[HASH] ?? "unset"}, now ${now[HASH] ?? "unset"}): Karpenter will replace it`;
  }
  const drifted = claim.status.conditions.find(({ type, status }) => type === "Drifted" && status === "True");
  return drifted && `has drifted (${explain(drifted)}): Karpenter will replace it`;
}

function notJoined(claim: NodeClaim, plan: SwapPlan): Verdict {
  const since = claim.metadata.creationTimestamp ?? "an unknown time";
  const launched = claim.status.conditions.find(({ type }) => type === "Launched");
  if (launched?.status !== "True") {
    return pending(`has no instance yet, since ${since}${launched ? ` (${explain(launched)})` : ""}`);
  }
  const block =
    plan.swap?.onFailure === "block"
      ? `; onFailure is block: without swap it never joins, and ${plan.pool} gets a new node after 15 minutes`
      : "";
  return pending(`has not joined the cluster yet, since ${since}${block}`);
}

function judgeObject(kind: string, name: string, object: NodeClass | NodePool | undefined): readonly string[] {
  if (object === undefined) return [`there is no ${kind} ${name} in the cluster`];
  const { metadata, status } = object;
  const ready = status.conditions.find(({ type }) => type === "Ready");
  const seen = ready?.observedGeneration ?? metadata.generation ?? 0;
  if (metadata.deletionTimestamp !== undefined) return [`${kind} ${name} is being deleted`];
  if (ready === undefined || seen < (metadata.generation ?? 0)) {
    return [`Karpenter has not reconciled ${kind} ${name} since its last change`];
  }
  const wrong = status.conditions.filter((condition) => condition.status === "False");
  if (ready.status === "True") {
    return wrong
      .filter(({ type }) => type === "NodeRegistrationHealthy")
      .map((condition) => `${kind} ${name}: its nodes do not register: ${explain(condition)}`);
  }
  const causes = wrong.filter(({ type }) => type !== "Ready");
  return (causes.length === 0 ? [ready] : causes).map(
    (condition) => `${kind} ${name} is not Ready: ${condition.type}: ${explain(condition)}`,
  );
}

function judgeNodeClassSpec({ metadata, spec }: NodeClass, plan: SwapPlan, userData?: string): readonly string[] {
  const lost = Object.keys(plan.kubelet).filter((key) => !Object.hasOwn(spec.kubelet, key));
  return [
    ...lost.map(
      (key) =>
        `EC2NodeClass ${metadata.name} has lost spec.kubelet.${key}: the cluster's CRD is of a Karpenter before 1.15`,
    ),
    ...(spec.userData === userData
      ? []
      : [`EC2NodeClass ${metadata.name} has other userData than this config renders: the stack is not up to date`]),
  ];
}

function explain({ reason, message }: Condition): string {
  return [reason, message].filter((text) => text !== undefined && text !== "").join(": ") || "no reason given";
}

function failed(reason: string): Verdict {
  return { status: "failed", reasons: [reason] };
}

function pending(reason: string): Verdict {
  return { status: "pending", reasons: [reason] };
}
