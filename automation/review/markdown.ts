// A preview as Markdown for reviewers: what it means for nodes and swap in words, before any list of resources.
import { valueAt } from "../../config/value-at";
import { formatQuantity } from "../../swap/quantity";
import type { Inputs, ResourceChange } from "../base/changes";
import { kubernetesUpgrade, NODE_CLASS_TYPE } from "./pool-changes";
import { describeCounts, describePool } from "./report";
import type { PoolOutlook, Review } from "./review";

/** GitHub refuses a comment of more than 65536 characters (https://github.com/orgs/community/discussions/27190). */
const MOST_RESOURCES = 100;

/** The whole text. */
export function reviewMarkdown(review: Review): string {
  const changed = review.changes.filter(({ kind }) => kind !== "same");
  const sections = [
    `### Preview of \`${review.stack}\`: ${describeCounts(review.counts, "would")}`,
    list(platformWords(review.changes)),
    poolTable(review),
    gateList(review),
    list(review.unchecked.map((what) => `Not checked: ${what}`)),
    list(review.warnings.map(({ message, remedy }) => `Warning: ${message} ${remedy}`)),
    resourceList(changed),
  ];
  return `${sections.filter((text) => text !== "").join("\n\n")}\n`;
}

/** What a reviewer reads where there is no preview, or an update came to no end. */
export function failureMarkdown(operation: string, stack: string, message: string): string {
  return [`### No ${operation} of \`${stack}\``, "", "```text", message, "```", ""].join("\n");
}

/** Kubernetes and Karpenter, from and to. */
function platformWords(changes: readonly ResourceChange[]): readonly string[] {
  const kubernetes = kubernetesUpgrade(changes);
  const controller = changes.find(
    ({ name, type }) => type.startsWith("kubernetes:helm") && name === "karpenter-controller",
  );
  const karpenter = fromTo(controller?.before?.["version"], controller?.after?.["version"]);
  return [
    ...(kubernetes === undefined ? [] : [`Kubernetes: ${kubernetes.from} → ${kubernetes.to}`]),
    ...(karpenter === undefined ? [] : [`Karpenter: ${karpenter}`]),
  ];
}

function poolTable({ pools, changes }: Review): string {
  if (pools.length === 0) return "";
  const rows = pools.map((pool) => {
    const words = nodeWords(pool, changes);
    return `| \`${pool.pool}\` | ${cell(describePool(pool))} | ${cell(words.join("<br>")) || "–"} |`;
  });
  return ["| pool | nodes | what changes |", "| --- | --- | --- |", ...rows].join("\n");
}

/** What a node of the pool has, from and to: swap, backings, AMI, and volumes. */
function nodeWords({ pool, userData }: PoolOutlook, changes: readonly ResourceChange[]): readonly string[] {
  const nodeClass = changes.find(
    ({ type, before, after }) => type === NODE_CLASS_TYPE && valueAt(after ?? before, ["metadata", "name"]) === pool,
  );
  const [before, after] = [nodeClass?.before, nodeClass?.after];
  const aspects: readonly (readonly [string, unknown, unknown])[] = [
    ["swap", swapSize(userData.before), swapSize(userData.after)],
    ["backings", backings(userData.before), backings(userData.after)],
    ["on failure", setting(userData.before, "ON_FAILURE"), setting(userData.after, "ON_FAILURE")],
    ["swappiness", setting(userData.before, "SWAPPINESS"), setting(userData.after, "SWAPPINESS")],
    ["AMI", ami(before), ami(after)],
    ["volumes", volumes(before), volumes(after)],
  ];
  return aspects.flatMap(([word, old, next]) => {
    const change = fromTo(old, next);
    return change === undefined ? [] : [`${word}: ${change}`];
  });
}

/** A line of the environment file that the node's scripts read. */
function setting(userData: string | undefined, name: string): string | undefined {
  return new RegExp(`^${name}="(.*)"$`, "m").exec(userData ?? "")?.[1];
}

function swapSize(userData: string | undefined): string {
  const [bytes, percent] = [setting(userData, "SIZE_BYTES"), setting(userData, "SIZE_PERCENT")];
  if (percent !== undefined) return `${percent}% of RAM`;
  return bytes === undefined ? "none" : formatQuantity(Number(bytes));
}

function backings(userData: string | undefined): string | undefined {
  return setting(userData, "BACKINGS")?.replaceAll(" ", ", then ");
}

function ami(inputs: Inputs | undefined): unknown {
  const term = valueAt(inputs, ["spec", "amiSelectorTerms", 0]);
  return valueAt(term, ["alias"]) ?? valueAt(term, ["id"]);
}

function volumes(inputs: Inputs | undefined): string | undefined {
  const mappings = valueAt(inputs, ["spec", "blockDeviceMappings"]);
  if (!Array.isArray(mappings)) return undefined;
  return mappings
    .map((mapping: unknown) => {
      const [size, type] = ["volumeSize", "volumeType"].map((key) => valueAt(mapping, ["ebs", key]));
      return `${String(valueAt(mapping, ["deviceName"]))} ${String(size)} ${String(type)}`;
    })
    .join(", ");
}

function fromTo(before: unknown, after: unknown): string | undefined {
  if (typeof after !== "string" || before === after) return undefined;
  return typeof before === "string" ? `${before} → ${after}` : after;
}

function gateList({ refusals, beyondPlan }: Review): string {
  return list([
    ...refusals.map(({ gate, message, allowed }) =>
      allowed
        ? `Gate **${gate}** is opened for this update: ${message}`
        : `Gate **${gate}** is closed: ${message}. It opens with \`--allow ${gate}\``,
    ),
    ...beyondPlan.map((change) => `Not in the reviewed plan: ${change}`),
  ]);
}

function resourceList(changes: readonly ResourceChange[]): string {
  if (changes.length === 0) return "";
  const shown = changes.slice(0, MOST_RESOURCES).map(({ kind, name, type }) => `- ${kind} \`${name}\` (${type})`);
  const more = changes.length > shown.length ? [`- and ${changes.length - shown.length} more`] : [];
  return ["<details><summary>All resources</summary>", "", ...shown, ...more, "", "</details>"].join("\n");
}

function list(lines: readonly string[]): string {
  return lines.map((line) => `- ${line}`).join("\n");
}

/** A pipe would end the cell. */
function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}
