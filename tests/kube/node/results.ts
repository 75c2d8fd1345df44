// From the report of a run to the committed results and to the picture of the job above its limit.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { format } from "prettier";
import { z } from "zod";
import { MIB } from "../../../swap/quantity";
import { drawHeadline, type HeadlineJob } from "./headline-svg";
import { agrees } from "./limits";
import { sampleSchema, usedSwap } from "./samples";

const RESULTS = join(__dirname, "..", "results");
const PICTURE = join(__dirname, "..", "..", "..", "docs", "figures", "headline.svg");

const nullableNumber = z.number().nullable();
const limitRow = z.object({
  case: z.string(),
  pod: z.string(),
  container: z.string(),
  qosClass: z.string(),
  memoryRequest: z.string().nullable(),
  memoryLimit: z.string().nullable(),
  predicted: z.number(),
  reason: z.string().nullable(),
  sent: z.string().nullable(),
  seen: z.string().nullable(),
});
const job = z.object({
  job: z.string(),
  container: z.string(),
  exitCode: z.number(),
  daemons: z.object({ most: z.number(), processes: z.number() }),
  samples: z.array(sampleSchema),
});
/** What is read again of the results. */
const headlineSchema = z.array(
  z.object({
    job: z.string(),
    limitMiB: z.number(),
    moments: z.array(z.object({ second: z.number(), memory: z.number(), swap: z.number(), nodeSwap: z.number() })),
  }),
);
const eviction = z.object({
  planned: z.string(),
  first: z.string(),
  swapAt: nullableNumber,
  evictionAt: nullableNumber,
  signal: z.string().nullable(),
  oomKillAt: nullableNumber,
  memoryPressureAt: nullableNumber,
  usedSwapAtEviction: nullableNumber,
  mostUsedSwap: z.number(),
  hog: z.string(),
  outlook: z.object({
    first: z.string(),
    swapsBelowFreeBytes: z.number(),
    nodeSignalBelowFreeBytes: z.number(),
    allocatableSignalBelowFreeBytes: z.number(),
  }),
  systemUseBytes: z.number(),
  sysctls: z.object({ minFreeKbytes: z.number(), watermarkScaleFactor: z.number() }),
  samples: z.array(sampleSchema),
});
const report = z.array(
  z.object({
    scenario: z.string(),
    result: z.string(),
    kubernetes: z.string(),
    limits: z.array(limitRow).optional(),
    job: job.optional(),
    eviction: eviction.optional(),
  }),
);

type Rows = z.output<typeof report>;
type Job = z.output<typeof job>;

/** Writes what the reports have: swap limits, evictions, and the job with its picture. The last row of a scenario counts. */
export async function writeNodeResults(files: readonly string[]): Promise<void> {
  const read = files.flatMap((file) => report.parse(JSON.parse(readFileSync(file, "utf8"))));
  const rows = [...new Map(read.map((row) => [row.scenario, row])).values()];
  mkdirSync(RESULTS, { recursive: true });
  await write(
    "swap-limits",
    rows.flatMap(({ limits = [] }) => limits),
    limitsTable(rows),
  );
  await write("eviction", evictionSeries(rows), evictionTable(rows));
  const jobs = rows.flatMap((row) => (row.job === undefined ? [] : [{ scenario: row.scenario, ...seriesOf(row.job) }]));
  await writeJson("headline", jobs);
  writeFileSync(...drawHeadlineFigure());
}

/** Path and text of the figure, drawn from the committed results. */
export function drawHeadlineFigure(): readonly [path: string, svg: string] {
  const jobs = headlineSchema.parse(JSON.parse(readFileSync(join(RESULTS, "headline.json"), "utf8")));
  return [PICTURE, drawHeadline(jobs)];
}

async function write(name: string, data: unknown, table: string): Promise<void> {
  await writeJson(name, data);
  writeFileSync(join(RESULTS, `${name}.md`), await format(table, { parser: "markdown" }));
}

async function writeJson(name: string, data: unknown): Promise<void> {
  const text = await format(JSON.stringify(data), { parser: "json", printWidth: 120 });
  writeFileSync(join(RESULTS, `${name}.json`), text);
}

function limitsTable(rows: Rows): string {
  const limits = rows.flatMap((row) => row.limits ?? []);
  const differing = limits.filter((row) => !agrees(row));
  const versions = new Set(rows.filter((row) => row.limits !== undefined).map(({ kubernetes }) => kubernetes));
  return [
    "# Swap limits, predicted and seen",
    `Kubernetes ${[...versions].join(", ")}: ${limits.length} containers, ${differing.length} differences. Predicted by swap/limited-swap.ts from what the API server stored and the kubelet read of its node; sent: what the kubelet asked containerd for; seen: \`memory.swap.max\` of the cgroup, of which the kernel keeps whole pages.`,
    markdown(
      ["case", "container", "class", "request", "limit", "predicted", "sent", "seen", "why none"],
      limits.map((row) => [
        row.case,
        `${row.pod}/${row.container}`,
        row.qosClass,
        row.memoryRequest ?? "",
        row.memoryLimit ?? "",
        String(row.predicted),
        row.sent ?? (row.seen === null ? "not run" : "changed later"),
        row.seen ?? "not run",
        row.reason ?? "",
      ]),
    ),
    "",
  ].join("\n\n");
}

function evictionTable(rows: Rows): string {
  const seconds = (at: number | null): string => (at === null ? "never" : at.toFixed(1));
  const mebibytes = (bytes: number | null): string => (bytes === null ? "" : String(Math.round(bytes / MIB)));
  return [
    "# Swap or eviction, what comes first",
    "A Burstable pod without a limit grows on a node of 4 GiB with 4 GiB of swap. Seconds are counted from the start of its container, amounts are in MiB. Planned: what the program tells of these sysctls before there is a node; by the rule: the same rule with the numbers of this very node.",
    markdown(
      [
        "node",
        "min_free_kbytes / scale factor",
        "planned",
        "by the rule",
        "seen first",
        "swap at",
        "eviction at",
        "by the signal",
        "MemoryPressure at",
        "swap used at eviction",
        "most swap used",
        "OOM kill at",
        "the pod",
      ],
      rows.flatMap(({ scenario, eviction: seen }) =>
        seen === undefined
          ? []
          : [
              [
                scenario.replace("eviction: ", ""),
                `${seen.sysctls.minFreeKbytes} / ${seen.sysctls.watermarkScaleFactor}`,
                seen.planned,
                seen.outlook.first,
                seen.first,
                seconds(seen.swapAt),
                seconds(seen.evictionAt),
                seen.signal ?? "",
                seconds(seen.memoryPressureAt),
                mebibytes(seen.usedSwapAtEviction),
                mebibytes(seen.mostUsedSwap),
                seconds(seen.oomKillAt),
                seen.hog,
              ],
            ],
      ),
    ),
    "",
  ].join("\n\n");
}

/** The numbers with a sample every two seconds, in MiB. */
function evictionSeries(rows: Rows): readonly object[] {
  return rows.flatMap(({ scenario, eviction: seen }) => {
    if (seen === undefined) return [];
    const { samples, ...numbers } = seen;
    const [first] = samples;
    const kept = samples.filter((_, index) => index % 4 === 0);
    return [
      {
        scenario,
        ...numbers,
        samples: kept.map((sample) => ({
          second: rounded(sample.at - (first?.at ?? 0)),
          free: inMiB(sample.node.MemFree),
          swap: inMiB(usedSwap(sample)),
          pods: inMiB(sample.pods?.current ?? 0),
          podsInactiveFile: inMiB(sample.pods?.inactive_file ?? 0),
        })),
      },
    ];
  });
}

function seriesOf(run: Job): HeadlineJob & { readonly container: string } {
  const seen = run.samples.flatMap((sample) =>
    sample.container === null ? [] : [{ sample, group: sample.container }],
  );
  const [first] = seen;
  if (first === undefined) throw new Error("nothing was recorded of the job's container");
  return {
    job: run.job,
    container: run.container,
    limitMiB: inMiB(first.group.max ?? 0),
    moments: seen.map(({ sample, group }) => ({
      second: rounded(sample.at - first.sample.at),
      memory: inMiB(group.current),
      swap: inMiB(group.swap),
      nodeSwap: inMiB(usedSwap(sample)),
    })),
  };
}

function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function inMiB(bytes: number): number {
  return Math.round(bytes / MIB);
}

function rounded(seconds: number): number {
  return Math.round(seconds * 10) / 10;
}
