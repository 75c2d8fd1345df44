// A preview as Markdown for reviewers: what it means for nodes and swap in words, before any list of resources.
import type { ResourceChange } from "../base/changes";
import { kubernetesUpgrade } from "./pool-changes";
import { describeCounts, describeNodes, poolWords } from "./report";
import type { Review } from "./review";

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

function poolTable({ pools }: Review): string {
  if (pools.length === 0) return "";
  const rows = pools.map((pool) => {
    const { replacing, others } = poolWords(pool);
    const words = [...replacing, ...others.map((change) => `${change} (replaces no nodes)`)];
    return `| \`${pool.pool}\` | ${cell(describeNodes(pool))} | ${cell(words.join("<br>")) || "–"} |`;
  });
  return ["| pool | nodes | what changes |", "| --- | --- | --- |", ...rows].join("\n");
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
