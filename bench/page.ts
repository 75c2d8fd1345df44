// The table of goals in docs/performance.md, and a page of every figure for each benchmark.
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { BACKINGS, bootName } from "./boot";
import type { Figure, Result } from "./figure";

/** The page. */
export const PAGE = join(__dirname, "..", "docs", "performance.md");

const BEGIN = "<!-- goals -->";
const END = "<!-- end of goals -->";

/** What is judged together: figures of these benchmarks that have this goal. */
const GOALS: readonly { readonly what: string; readonly goal: number; readonly benches: readonly string[] }[] = [
  { what: "jobs that eks-swap lost or had to start again, of a batch of 8", goal: 0, benches: ["peaks"] },
  { what: "time of a batch, compared with the published recipe", goal: 1, benches: ["peaks"] },
  { what: "heartbeat gap while pods thrash, compared with daemons without protection", goal: 0.2, benches: ["thrash"] },
  { what: "the same with `swappiness` 100", goal: 0.2, benches: ["thrash-swappiness-100"] },
  { what: "the same with `page-cluster` 0", goal: 0.2, benches: ["thrash-page-cluster-0"] },
  { what: "the same with the AMI's watermarks", goal: 0.2, benches: ["thrash-ami-watermarks"] },
  ...BACKINGS.flatMap(([backing]) => {
    const benches = [bootName(backing)];
    return [
      { what: `unit's share of userData to kubelet, ${backing}`, goal: 0.1, benches },
      { what: `unit with 30 GiB compared with 1 GiB, ${backing}`, goal: 1.2, benches },
    ];
  }),
  {
    what: "preview, up, no-op up, destroy, memory; compared with a bare program",
    goal: 1.15,
    benches: ["program-1", "program-4", "program-16", "program-64"],
  },
  { what: "start of a command, compared with loading its parsers", goal: 2, benches: ["start"] },
  { what: "bytes of userData, compared with EC2's 16 KiB", goal: 0.5, benches: ["user-data"] },
  { what: "`npm test`, compared with a minute", goal: 1, benches: ["suites"] },
];

/** The page with the goals of these results. */
export async function renderPage(page: string, results: Readonly<Record<string, Result>>): Promise<string> {
  const lines = GOALS.flatMap(({ what, goal, benches }) => {
    const judged = benches.flatMap((name) => results[name]?.figures ?? []).filter((figure) => figure.goal === goal);
    if (judged.length === 0) return [];
    const ratios = judged.map(({ ratio, eksSwap }) => ratio ?? eksSwap);
    const range = [...new Set([Math.min(...ratios), Math.max(...ratios)])].join(" to ");
    const met = judged.filter((figure) => figure.met === true).length;
    const verdict = met === judged.length ? "met" : "**missed**";
    const share = judged.length === 1 ? "" : ` (${met} of ${judged.length})`;
    return [[what, `≤ ${goal}`, range, `${verdict}${share}`, benches.map((name) => `\`${name}\``).join(" ")]];
  });
  const [from, to] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (from < 0 || to < from) throw new Error(`${PAGE} has no place for the goals, between "${BEGIN}" and "${END}"`);
  const part = rows(["figure", "goal", "ratio", "result", "benchmark"], lines);
  const text = `${page.slice(0, from + BEGIN.length)}\n\n${part}\n\n${page.slice(to)}`;
  return format(text, { ...(await resolveConfig(PAGE)), filepath: PAGE });
}

/** Figures as a table in Markdown. */
export function table(figures: readonly Figure[]): string {
  return rows(
    ["figure", "unit", "eks-swap", "reference", "ratio", "goal", "met"],
    figures.map((figure) => [
      figure.name,
      figure.unit,
      String(figure.eksSwap),
      cell(figure.reference),
      cell(figure.ratio),
      figure.goal === null ? "" : `≤ ${figure.goal}`,
      figure.met === null ? "" : figure.met ? "yes" : "**no**",
    ]),
  );
}

/** A page of every figure of a benchmark. */
export function renderResult(name: string, { machine, figures }: Result): string {
  const versions = Object.entries(machine.versions).map(([what, version]) => `${what} ${version}`);
  const facts = `Measured on ${machine.day}: ${machine.cores} cores (${machine.processor}), ${machine.memoryMiB} MiB, Linux ${machine.kernel}, load at the start ${machine.loadAtStart}; ${versions.join(", ")}.`;
  const sides = ["eks-swap", "reference"].flatMap((side) => [`${side}: min`, "median", "max", "noise"]);
  const lines = figures.map((figure) => [
    figure.name,
    figure.unit,
    String(figure.runs),
    ...cells(figure.spread.eksSwap),
    ...cells(figure.spread.reference),
    cell(figure.ratio),
  ]);
  return `# ${name}\n\nWritten by \`npm run bench -- ${name}\`. ${facts}\n\n${rows(["figure", "unit", "runs", ...sides, "ratio"], lines)}\n`;
}

function cells(spread: Figure["spread"]["reference"]): readonly string[] {
  if (spread === null) return ["", "", "", ""];
  const { minimum, median, maximum, noise } = spread;
  return [...[minimum, median, maximum].map(String), noise === null ? "" : `${Math.round(noise * 100)} %`];
}

function rows(head: readonly string[], lines: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---"), ...lines].map((line) => `| ${line.join(" | ")} |`).join("\n");
}

function cell(value: number | null): string {
  return value === null ? "" : String(value);
}
