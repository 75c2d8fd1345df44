// What a run wrote, as docs/recorded-run.md and docs/faults.md show it: without what differs from run to run.
import { hostname, userInfo } from "node:os";
import type { FaultCase } from "./fault-cases";
import type { Ended } from "./pipeline";

/** A line of a finished resource, such as `+ cluster-coredns aws:eks/addon:Addon created` or `- … deleted`. */
const RESOURCE = /^[+~!-]+ \S+ \S+ .+$/;

/** In this order: what an earlier one has put is not touched by a later one. */
const DIFFERENCES: readonly (readonly [RegExp, string])[] = [
  [/\/\S*eks-swap-(?:pipeline|kube|live)-\w+/g, "/tmp/pipeline"],
  [/\/\S*\/(eks-swap\/pulumi-v)/g, "~/.cache/$1"],
  [/\b(subnet|vpc|i|eni|vol|lt|sg|rtb|eipalloc|nat)-[0-9a-f]{17}\b/g, "$1-0123456789abcdef0"],
  [/\b\d{4}-\d\d-\d\dT[\d:.]+Z/g, "2026-01-02T03:04:05Z"],
  [/process \d+/g, "process 4711"],
  [/\(\d+ s\)/g, "(… s)"],
  // Several are listed at once; the first that is refused is named.
  [/(?:list the|read the list of) \w+ of the cluster/g, "list the nodes of the cluster"],
  [/127\.0\.0\.1:\d+/g, "127.0.0.1:6443"],
];

/** The same text in every run. */
function neutral(text: string): string {
  const own = text.replaceAll(`${userInfo().username}@${hostname()}`, "ci@runner");
  return DIFFERENCES.reduce((changed, [pattern, replacement]) => changed.replaceAll(pattern, replacement), own);
}

/** The lines for people; those of resources are left out, since their order is the engine's, and warnings of the config. */
export function transcript({ stderr }: Pick<Ended, "stderr">): readonly string[] {
  const lines = neutral(stderr)
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("warning: "))
    .map((line) => (RESOURCE.test(line) ? "  … a line for each resource" : line));
  return lines.filter((line, index) => line !== lines[index - 1]);
}

/** What of a failed run the user reads: without headings and resources. */
export function complaint(ended: Ended): readonly string[] {
  return transcript(ended).filter(
    (line) => !/^(?:preview|refresh|up|destroy) of \w+(?:: \d+ to .*)?$|^pool |^ {2}… /.test(line),
  );
}

/** `kind` in the document of `--json`. */
export function kindOf({ stdout }: Ended): string | null {
  const document: unknown = stdout.startsWith("{") ? JSON.parse(stdout) : {};
  const kind: unknown = typeof document === "object" && document !== null ? Reflect.get(document, "kind") : undefined;
  return typeof kind === "string" ? kind : null;
}

/** Heading and first paragraph of a fault's section, which a test compares with what happens. */
export function headOfFault({ fault, provoked, code, kind }: FaultCase): string {
  return `### ${fault}\n\nProvoked by: ${provoked}. Exit code ${code}${kind === null ? "" : ` \`${kind}\``}.`;
}

/** A fault's section of docs/faults.md. */
export function describeFault(faultCase: FaultCase, ended: Ended): string {
  return [headOfFault(faultCase), "", "```text", ...complaint(ended).map(oneSpace), "```"].join("\n");
}

/** As the page has it: columns of one width would differ from run to run. */
export function oneSpace(text: string): string {
  return text.replaceAll(/ {2,}/g, " ");
}
