// The gates: what an update must not do unless it is said that exactly this is wanted. Pure rules over a preview.
import { formatQuantity } from "../../swap/quantity";
import type { ResourceChange } from "../base/changes";
import { typeChain } from "../base/urn";
import type { SwapUse } from "../cluster/swap-in-use";
import { CLUSTER_TYPE, poolChanges, type PoolChange } from "./pool-changes";

/** The gates, by the word that `--allow` takes, and what each of them keeps from happening. */
export const GATES = {
  "replace-cluster": "the cluster or the network is replaced or deleted",
  "remove-karpenter": "Karpenter, or what it works with in AWS, is replaced or deleted while pools exist",
  "roll-all-pools": "the nodes of every pool are replaced at once",
  "program-roll": "nodes are replaced by another version of this program, not by a change of the config",
  "shrink-swap": "a running container has more in swap now than it may have on a new node",
} as const;

/** A word that `--allow` takes. */
export type Gate = keyof typeof GATES;

/** A gate that is closed, and why. */
export interface Refusal {
  readonly gate: Gate;
  readonly message: string;
  /** Names of resources, pools or containers. */
  readonly concerns: readonly string[];
}

/** What the gates go by. */
export interface GateFacts {
  readonly changes: readonly ResourceChange[];
  /**
   * By pool, the userData that this program makes of the config of the last update; undefined when that config is not
   * known or has no such pool.
   */
  readonly userDataOfLastConfig: ReadonlyMap<string, string | undefined>;
  /** What containers have in swap, and may have under the new plans; undefined when the cluster was not read. */
  readonly swapUse: SwapUse | undefined;
}

/** The gates that are closed. */
export function closedGates(facts: GateFacts): readonly Refusal[] {
  const pools = poolChanges(facts.changes);
  return [
    ...foundation(facts.changes),
    ...karpenter(facts.changes, pools),
    ...everyPool(pools),
    ...program(pools, facts.userDataOfLastConfig),
    ...swap(pools, facts.swapUse),
  ];
}

/** Without these nothing that runs in the cluster is left. */
const FOUNDATION = [CLUSTER_TYPE, "aws:ec2/vpc:Vpc"];

/** Words for a kind of change that takes something away. */
const GOES = { replace: "replaced", delete: "deleted" } as const;

function goes(change: ResourceChange): change is ResourceChange & { readonly kind: keyof typeof GOES } {
  return change.kind === "replace" || change.kind === "delete";
}

function foundation(changes: readonly ResourceChange[]): readonly Refusal[] {
  const gone = changes.filter(goes).filter(({ type }) => FOUNDATION.includes(type));
  if (gone.length === 0) return [];
  return [refusal("replace-cluster", gone.map(describeGone).join(", "), gone)];
}

function karpenter(changes: readonly ResourceChange[], pools: readonly PoolChange[]): readonly Refusal[] {
  const left = pools.filter(({ kind }) => kind !== "remove" && kind !== "add");
  const gone = changes
    .filter(goes)
    .filter(
      ({ type, urn }) => !type.startsWith("eks-swap:") && typeChain(urn).includes("eks-swap:karpenter:Karpenter"),
    );
  if (gone.length === 0 || left.length === 0) return [];
  return [
    refusal(
      "remove-karpenter",
      `${gone.map(describeGone).join(", ")}, and nothing would manage the nodes of ${names(left)}`,
      gone,
    ),
  ];
}

/** A stack with one pool has no other way; its disruption budget limits how many nodes are replaced at once. */
function everyPool(pools: readonly PoolChange[]): readonly Refusal[] {
  const existing = pools.filter(({ kind }) => kind !== "add");
  const replaced = existing.filter(({ kind }) => kind !== "keep");
  if (existing.length < 2 || replaced.length < existing.length) return [];
  const reasons = replaced.map(({ pool, reasons: why }) => `${pool} (${why.join(", ")})`).join("; ");
  const message = `the nodes of all ${replaced.length} pools are replaced at once: ${reasons}`;
  return [refusalOf("roll-all-pools", message, replaced)];
}

function program(
  pools: readonly PoolChange[],
  userDataOfLastConfig: GateFacts["userDataOfLastConfig"],
): readonly Refusal[] {
  const replaced = pools.filter(
    ({ pool, kind, userData }) =>
      kind === "roll" &&
      userData.before !== userData.after &&
      userDataOfLastConfig.has(pool) &&
      userDataOfLastConfig.get(pool) === userData.after,
  );
  if (replaced.length === 0) return [];
  return [
    refusalOf(
      "program-roll",
      `the nodes of ${names(replaced)} are replaced although the config did not change since the last update: ` +
        `this version of the program renders other userData (CHANGELOG.md marks such releases)`,
      replaced,
    ),
  ];
}

function swap(pools: readonly PoolChange[], use: SwapUse | undefined): readonly Refusal[] {
  const going = pools.filter(({ kind }) => kind === "roll").map(({ pool }) => pool);
  const over = (use?.containers ?? []).filter(
    ({ pool, usedBytes, limitBytes }) => going.includes(pool) && usedBytes > limitBytes,
  );
  if (over.length === 0) return [];
  const shown = over.map(
    ({ namespace, pod, container, usedBytes, limitBytes, node }) =>
      `${namespace}/${pod}/${container} on ${node} has ${formatQuantity(usedBytes)} in swap and may have ${formatQuantity(limitBytes)}`,
  );
  return [
    {
      gate: "shrink-swap",
      message: `${shown.slice(0, 5).join("; ")}${shown.length > 5 ? `; and ${shown.length - 5} more` : ""}`,
      concerns: over.map(({ namespace, pod, container }) => `${namespace}/${pod}/${container}`),
    },
  ];
}

function describeGone({
  name,
  type,
  kind,
  replaceKeys,
}: ResourceChange & { readonly kind: keyof typeof GOES }): string {
  const because = replaceKeys.length === 0 ? "" : ` for ${replaceKeys.join(", ")}`;
  return `${name} (${type}) is ${GOES[kind]}${because}`;
}

function refusal(gate: Gate, message: string, changes: readonly ResourceChange[]): Refusal {
  return { gate, message, concerns: changes.map(({ name }) => name) };
}

function refusalOf(gate: Gate, message: string, pools: readonly PoolChange[]): Refusal {
  return { gate, message, concerns: pools.map(({ pool }) => pool) };
}

function names(pools: readonly PoolChange[]): string {
  return pools.map(({ pool }) => pool).join(", ");
}
