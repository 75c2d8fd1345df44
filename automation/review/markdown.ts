// A preview as Markdown for reviewers: what it means for nodes and swap in words, before any list of resources.
import type { ResourceChange } from "../base/changes";
import { code, fence, words } from "./markdown-text";
import { kubernetesUpgrade } from "./pool-changes";
import { describeCounts, describeNodes, poolWords } from "./report";
import type { Review } from "./review";

/**
 * GitHub refuses a comment of more than 65536 characters (https://github.com/orgs/community/discussions/27190); the workflow of
 * the examples puts two stacks into one.
 */
const MOST_CHARACTERS = 32_000;

/** Of an error: a fence may be as long as what it holds. */
const MOST_OF_FAILURE = 20_000;

/** The whole text. */
export function reviewMarkdown(review: Review): string {
  const changed = review.changes.filter(({ kind }) => kind !== "same");
  const sections = [
    { head: [`### Preview of ${code(review.stack)}: ${words(describeCounts(review.counts, "would"))}`], lines: [] },
    list(platformWords(review.changes)),
    // Before what is long: a closed gate must be seen.
    gateList(review),
    poolTable(review),
    list(review.unchecked.map((what) => `Not checked: ${what}`)),
    list(review.warnings.map(({ message, remedy }) => `Warning: ${message} ${remedy}`)),
    resourceList(changed),
  ];
  return fit(sections.filter(({ head, lines }) => head.length + lines.length > 0));
}

/** A part of the text. Where there is no room for all of its lines, the last are left out, and counted. */
interface Section {
  readonly head: readonly string[];
  readonly lines: readonly string[];
  readonly foot?: readonly string[];
}

/** The text, as long as GitHub takes it. Each section gets the room that those before have left. */
function fit(sections: readonly Section[]): string {
  const texts: string[] = [];
  let room = MOST_CHARACTERS;
  for (const { head, lines, foot = [] } of sections) {
    const shown: string[] = [];
    room -= [...head, ...foot].join("\n").length + OMISSION;
    for (const line of lines) {
      room -= line.length + 1;
      if (room < 0) break;
      shown.push(line);
    }
    const left = lines.length - shown.length;
    const omitted = left === 0 ? [] : ["", `*${left} more left out here: the log of the job has all of them.*`];
    texts.push([...head, ...shown, ...omitted, ...foot].join("\n"));
    room = Math.max(0, room);
  }
  return `${texts.join("\n\n")}\n`;
}

/** Characters that a section needs for its frame. */
const OMISSION = 80;

/** What a reviewer reads where there is no preview, or an update came to no end. */
export function failureMarkdown(operation: string, stack: string, message: string): string {
  const shown =
    message.length > MOST_OF_FAILURE ? `${message.slice(0, MOST_OF_FAILURE)}…\n(cut: the log has all of it)` : message;
  return [`### No ${operation} of ${code(stack)}`, "", fence(shown), ""].join("\n");
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

function poolTable({ pools }: Review): Section {
  if (pools.length === 0) return { head: [], lines: [] };
  const lines = pools.map((pool) => {
    const { replacing, others } = poolWords(pool);
    const changes = [...replacing, ...others.map((change) => `${change} (replaces no nodes)`)];
    return `| ${code(pool.pool)} | ${words(describeNodes(pool))} | ${changes.map(words).join("<br>") || "–"} |`;
  });
  return { head: ["| pool | nodes | what changes |", "| --- | --- | --- |"], lines };
}

function fromTo(before: unknown, after: unknown): string | undefined {
  if (typeof after !== "string" || before === after) return undefined;
  return typeof before === "string" ? `${before} → ${after}` : after;
}

function gateList({ refusals, beyondPlan }: Review): Section {
  const gates = refusals.map(({ gate, message, allowed }) =>
    allowed
      ? `- Gate **${gate}** is opened for this update: ${words(message)}`
      : `- Gate **${gate}** is closed: ${words(message)}. It opens with ${code(`--allow ${gate}`)}`,
  );
  const { lines } = list(beyondPlan.map((change) => `Not in the reviewed plan: ${change}`));
  return { head: [], lines: [...gates, ...lines] };
}

function resourceList(changes: readonly ResourceChange[]): Section {
  if (changes.length === 0) return { head: [], lines: [] };
  const lines = changes.map(({ kind, name, type }) => `- ${kind} ${code(name)} (${words(type)})`);
  return { head: ["<details><summary>All resources</summary>", ""], lines, foot: ["", "</details>"] };
}

function list(lines: readonly string[]): Section {
  return { head: [], lines: lines.map((line) => `- ${words(line)}`) };
}
