// From the report of a run to the committed results (boot.json, table.md) and to the picture of docs/boot.md.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { format } from "prettier";
import { z } from "zod";
import { drawBootOrder, type BootPanel } from "./boot-order-svg";

const RESULTS = join(__dirname, "results", "boot.json");
const TABLE = join(__dirname, "results", "table.md");
const PICTURE = join(__dirname, "..", "..", "docs", "figures", "boot-order.svg");

const span = z.object({ unit: z.string(), startedAt: z.number(), endedAt: z.number() });
const bootRow = z.object({
  boot: z.string(),
  result: z.string(),
  swap: z.string(),
  swapOnAt: z.number().nullable(),
  kubeletAt: z.number().nullable(),
  remark: z.string().nullable(),
  timeline: z.array(span),
});
const report = z.array(
  z.object({ scenario: z.string(), result: z.string(), message: z.string().nullable(), boots: z.array(bootRow) }),
);

/** What is read again of the results. */
const resultsSchema = z.object({
  boots: z.array(z.object({ title: z.string(), swapOnAt: z.number(), timeline: z.array(span) })),
});

interface Figure {
  readonly name: string;
  readonly unit: "s";
  readonly eksSwap: number;
  readonly reference: number;
  readonly ratio: number;
  /** The largest ratio that is good; null where the figure is only reported. */
  readonly goal: number | null;
  readonly met: boolean | null;
  readonly runs: number;
}

type BootRow = z.infer<typeof bootRow>;

/** When the units of a boot ran. */
interface Timed {
  readonly timeline: readonly Readonly<z.infer<typeof span>>[];
}

const ROOT_VOLUME = "root volume, 30 GiB";
const ARRAY = "instance store of 1, 30 GiB";
const FIRST_BOOT = "first boot";

function figuresOf(rows: z.infer<typeof report>): readonly Figure[] {
  const boots = (scenario: string, boot: string): readonly BootRow[] => {
    const found = rows
      .filter((row) => row.scenario === scenario)
      .flatMap((row) => row.boots.filter((candidate) => candidate.boot === boot && candidate.result === "passed"));
    if (found.length === 0) throw new Error(`the report has no passed "${boot}" of "${scenario}"`);
    return found;
  };
  const share = (name: string, scenario: string): Figure => {
    const measured = boots(scenario, FIRST_BOOT);
    const eksSwap = median(measured.map(unitSeconds));
    return figure(
      `unit's share of userData to kubelet, ${name}`,
      eksSwap,
      median(measured.map(userDataSeconds)),
      0.1,
      measured,
    );
  };
  const growth = (name: string, scenario: string, small: string): Figure => {
    const measured = boots(scenario, FIRST_BOOT);
    const eksSwap = median(measured.map(unitSeconds));
    return figure(
      `unit with 30 GiB compared with 1 GiB, ${name}`,
      eksSwap,
      median(boots(small, FIRST_BOOT).map(unitSeconds)),
      1.2,
      measured,
    );
  };
  const eksSwap = boots(ROOT_VOLUME, FIRST_BOOT);
  const recipe = boots("control: script on the root volume", FIRST_BOOT);
  return [
    share("root volume", ROOT_VOLUME),
    share("instance store", ARRAY),
    growth("root volume", ROOT_VOLUME, "root volume, 1 GiB"),
    growth("instance store", ARRAY, "instance store, 1 GiB"),
    figure(
      "userData to kubelet, compared with the plain script",
      median(eksSwap.map(userDataSeconds)),
      median(recipe.map(userDataSeconds)),
      null,
      eksSwap,
    ),
  ];
}

function figure(
  name: string,
  eksSwap: number,
  reference: number,
  goal: number | null,
  runs: readonly unknown[],
): Figure {
  const ratio = rounded(eksSwap / reference);
  const met = goal === null ? null : ratio <= goal;
  return {
    name,
    unit: "s",
    eksSwap: rounded(eksSwap),
    reference: rounded(reference),
    ratio,
    goal,
    met,
    runs: runs.length,
  };
}

/** Seconds that the unit of eks-swap ran. */
export function unitSeconds(boot: Timed): number {
  const unit = spanOf(boot, "eks-swap.service");
  return unit.endedAt - unit.startedAt;
}

/** From the start of cloud-init's last stage, which runs the shell parts, to the kubelet's ExecStart. */
export function userDataSeconds(boot: Timed): number {
  return spanOf(boot, "kubelet.service").startedAt - spanOf(boot, "cloud-final.service").startedAt;
}

function spanOf(boot: Timed, unit: string): z.infer<typeof span> {
  const found = boot.timeline.find((candidate) => candidate.unit === unit);
  if (found === undefined) throw new Error(`the timeline has no ${unit}`);
  return found;
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((one, other) => one - other);
  const middle = sorted.length >> 1;
  return ((sorted[middle] ?? 0) + (sorted[sorted.length - 1 - middle] ?? 0)) / 2;
}

function rounded(number: number): number {
  return Math.round(number * 100) / 100;
}

function panelOf(rows: z.infer<typeof report>, title: string, scenario: string): BootPanel {
  const boot = rows.find((row) => row.scenario === scenario)?.boots.find((candidate) => candidate.boot === FIRST_BOOT);
  const swapOnAt = boot?.swapOnAt ?? null;
  if (boot === undefined || swapOnAt === null)
    throw new Error(`the report has no first boot of "${scenario}" with swap`);
  const timeline = boot.timeline.map(({ unit, startedAt, endedAt }) => ({
    unit,
    startedAt: rounded(startedAt),
    endedAt: rounded(endedAt),
  }));
  return { title, swapOnAt: rounded(swapOnAt), timeline };
}

/** The report as a page of Markdown: seconds are since the kernel started. */
function tableOf(rows: z.infer<typeof report>): string {
  const seconds = (time: number | null): string => time?.toFixed(1) ?? "never";
  const lines = rows.flatMap(({ scenario, result, message, boots }) =>
    boots.length === 0
      ? [[scenario, "none", "", "", "", message ?? "", result]]
      : boots.map((boot) => [
          scenario,
          boot.boot,
          boot.swap === "" ? "none" : boot.swap,
          seconds(boot.swapOnAt),
          seconds(boot.kubeletAt),
          boot.remark ?? "",
          boot.result,
        ]),
  );
  const head = ["scenario", "boot", "swap", "swap on, s", "kubelet at, s", "remark", "result"];
  const table = [head, head.map(() => "---"), ...lines].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
  return `# A run of every scenario\n\nWritten by \`npm run test:boot -- --figures REPORT\`. Seconds since the kernel started, on an emulated processor: only their order means anything.\n\n${table}\n`;
}

/** Path and text of the figure, drawn from the committed results. */
export function drawBootFigure(): readonly [path: string, svg: string] {
  const { boots } = resultsSchema.parse(JSON.parse(readFileSync(RESULTS, "utf8")));
  return [PICTURE, drawBootOrder(boots)];
}

/**
 * Writes the results and the picture from reports, and returns the figures as lines of text. Figures and picture are of
 * the last report, which is best made by machines that run alone; the table has the last row of each scenario.
 */
export async function writeFigures(files: readonly string[]): Promise<string> {
  const reports = files.map((file) => report.parse(JSON.parse(readFileSync(file, "utf8"))));
  const rows = reports.at(-1) ?? [];
  const figures = figuresOf(rows);
  const boots = [
    panelOf(rows, "root volume, first boot", ROOT_VOLUME),
    panelOf(rows, "instance store, first boot", ARRAY),
  ];
  writeFileSync(RESULTS, `${JSON.stringify({ figures, boots }, null, 2)}\n`);
  writeFileSync(
    TABLE,
    await format(tableOf([...new Map(reports.flat().map((row) => [row.scenario, row])).values()]), {
      parser: "markdown",
    }),
  );
  writeFileSync(...drawBootFigure());
  return figures.map(tell).join("");
}

function tell({ name, eksSwap, reference, ratio, goal, met }: Figure): string {
  const judged = goal === null ? "" : `, goal ${goal}: ${met === true ? "met" : "missed"}`;
  return `${name}: ${eksSwap} s / ${reference} s = ${ratio}${judged}\n`;
}
