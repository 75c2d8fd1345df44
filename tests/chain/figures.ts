// From the report of a run to the committed results and the picture of the first story.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { format } from "prettier";
import { z } from "zod";
import { drawTimeline } from "./timeline-svg";

const RESULTS = join(__dirname, "results");
const STORIES = join(RESULTS, "stories.json");
const PICTURE = join(__dirname, "..", "..", "docs", "figures", "chain.svg");

const reportSchema = z.array(
  z.object({
    scenario: z.string(),
    result: z.literal("passed"),
    seconds: z.number(),
    message: z.null(),
    evidence: z.array(z.string()),
    timeline: z.array(z.object({ moment: z.string(), at: z.number() })),
  }),
);

type Rows = z.output<typeof reportSchema>;

/** Writes results/stories.json, results/stories.md and the picture. A story that failed is not published. */
export async function writeChainResults(reports: readonly string[]): Promise<void> {
  const told = new Map<string, Rows[number]>();
  for (const file of reports) {
    for (const row of reportSchema.parse(JSON.parse(readFileSync(file, "utf8")))) told.set(row.scenario, row);
  }
  const rows = [...told.values()].toSorted((one, other) => place(one.scenario).localeCompare(place(other.scenario)));
  mkdirSync(RESULTS, { recursive: true });
  writeFileSync(STORIES, await format(JSON.stringify(rows), { parser: "json" }));
  writeFileSync(join(RESULTS, "stories.md"), await format(describe(rows), { parser: "markdown" }));
  writeFileSync(...drawChainFigure());
}

/** Path and text of the figure of the first story, drawn from the committed results. */
export function drawChainFigure(): readonly [path: string, svg: string] {
  const rows = reportSchema.parse(JSON.parse(readFileSync(STORIES, "utf8")));
  const first = rows.find(({ scenario }) => scenario.startsWith("a:"));
  if (first === undefined) throw new Error(`${STORIES} has no story a`);
  return [PICTURE, drawTimeline("From a pending job to a finished one, in swap", first.timeline)];
}

/** `up` comes before the stories. */
function place(scenario: string): string {
  return scenario.startsWith("up:") ? "" : scenario;
}

function describe(rows: Rows): string {
  const sections = rows.flatMap(({ scenario, seconds, evidence, timeline }) => {
    const start = timeline[0]?.at ?? 0;
    const moments = timeline.map(({ moment, at }) => `${moment} at ${((at - start) / 1000).toFixed(1)} s`);
    return [
      `## ${scenario}`,
      `Passed in ${seconds} s.`,
      ...(moments.length === 0 ? [] : [`${moments.join(", ")}.`]),
      evidence.map((line) => `- ${line}`).join("\n"),
    ];
  });
  const note =
    "Seen by `npm run test:chain`; [docs/chain.md](../../../docs/chain.md) says what is real. The processors are emulated: " +
    "order and proportions mean something, seconds do not.";
  return ["# What the chain did", note, ...sections].join("\n\n");
}
