// The table of rules, as a page.

/** A rule that a config could break. */
export interface BrokenRule {
  readonly rule: string;
  /** What the program says. */
  readonly ours: string;
  /** What the API server or the controller says of the manifest. */
  readonly theirs: string;
}

/** What is known of the rules of one kind. */
export interface KindTable {
  readonly kind: string;
  readonly broken: readonly BrokenRule[];
  readonly unreachable: readonly { readonly rule: string; readonly why: string }[];
  /** Rules for fields that no manifest has. */
  readonly neverSent: readonly string[];
}

export function rulesPage(kinds: readonly KindTable[], controller: readonly BrokenRule[]): string {
  return `${[
    "# Rules of Karpenter's kinds, and who refuses first",
    "",
    "Written by `npm run test:kube` from the CustomResourceDefinitions of Karpenter 1.15.0 (`UPDATE_GOLDEN=1` writes it again).",
    "Each rule that a stack config could break was broken twice: in a config, which the program refused, and in a manifest",
    "that was sent past the program, which the API server refused. A rule that is not in here fails the suite.",
    ...kinds.flatMap(describeKind),
    "",
    "## Karpenter's controller",
    "",
    "The API server takes these; without the program's check the pool would not become Ready, or Karpenter could not read it.",
    "",
    ...brokenTable("the controller", controller),
  ].join("\n")}\n`;
}

function describeKind({ kind, broken, unreachable, neverSent }: KindTable): readonly string[] {
  return [
    "",
    `## ${kind}`,
    "",
    ...brokenTable("the API server", broken),
    "",
    `No config can break these rules of ${kind}:`,
    "",
    "| rule | why |",
    "|---|---|",
    ...unreachable.map(({ rule, why }) => `| ${cell(rule)} | ${cell(why)} |`),
    "",
    `${neverSent.length} more rules are for fields that no manifest has, of those of the repository's stacks and of 400 generated ones:`,
    "",
    ...neverSent.map((rule) => `- ${cell(rule)}`),
  ];
}

function brokenTable(them: string, rows: readonly BrokenRule[]): readonly string[] {
  return [
    `| rule | the program | ${them} |`,
    "|---|---|---|",
    ...rows.map(({ rule, ours, theirs }) => `| ${cell(rule)} | ${cell(ours)} | ${cell(theirs)} |`),
  ];
}

/** Long values, as in a pattern of the server's, say no more than their beginning. */
function cell(text: string): string {
  const short = text.length > 420 ? `${text.slice(0, 420)}…` : text;
  return short.replaceAll(/[\\*_|<[\]`]/g, String.raw`\$&`).replaceAll("\n", " ");
}
