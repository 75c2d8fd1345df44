// A Prometheus of our own that holds given samples and what the rules record of them, for queries over time.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { z } from "zod";
import type { RecordingRule, RuleFile } from "../../monitoring/rule";
import { toYaml } from "../../userdata/yaml";
import { freePort } from "../support/free-port";
import { promtool } from "./promtool";

/** Any moment will do for the first sample; this one is the same every time. In seconds since 1970. */
const START = 1_800_000_000;

/** Series over time. */
export interface Samples {
  /** Moments in seconds since the first one, at even distances or nearly so. */
  readonly seconds: readonly number[];
  /** A value for each moment by series, null where there is none. */
  readonly series: Readonly<Record<string, readonly (number | null)[]>>;
}

/** When queries are evaluated, in seconds since the first sample. */
export interface QueryRange {
  readonly end: number;
  readonly step: number;
}

/** A line of a graph: its labels, and its value at each moment at which it has one, in seconds since the first sample. */
export interface Line {
  readonly metric: Readonly<Record<string, string>>;
  readonly values: readonly (readonly [seconds: number, value: string])[];
}

const answerSchema = z.object({
  data: z.object({
    result: z.array(
      z.object({ metric: z.record(z.string(), z.string()), values: z.array(z.tuple([z.number(), z.string()])) }),
    ),
  }),
});

/** A running server. */
interface Server {
  /** Evaluates an expression at each moment. */
  readonly query: (expr: string) => Promise<readonly Line[]>;
  readonly url: string;
}

/** Fills a folder with samples and all that the rules record of them, the ones that others build on first. */
export async function fill(folder: string, samples: Samples, range: QueryRange, rules: RuleFile): Promise<void> {
  mkdirSync(join(folder, "data"), { recursive: true });
  writeFileSync(join(folder, "prometheus.yaml"), "{}\n");
  writeFileSync(join(folder, "samples.txt"), toOpenMetrics(samples));
  demand(folder, "tsdb", "create-blocks-from", "openmetrics", "samples.txt", "data");
  for (const [index, level] of levels(rules).entries()) {
    // The path decides at which moments within an interval rules are evaluated: a relative one is always the same.
    const file = `rules-${index}.yaml`;
    writeFileSync(join(folder, file), toYaml({ groups: [{ name: "level", rules: level }] }));
    const times = [`--start=${START}`, `--end=${START + range.end}`, `--eval-interval=${range.step}s`];
    await withServer(folder, range, async ({ url }) => {
      demand(folder, "tsdb", "create-blocks-from", "rules", ...times, `--url=${url}`, "--output-dir=data", file);
    });
  }
}

/** Starts a server on the folder for as long as `action` takes. */
export async function withServer<Result>(
  folder: string,
  range: QueryRange,
  action: (server: Server) => Promise<Result>,
): Promise<Result> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(
    "prometheus",
    [
      `--config.file=${join(folder, "prometheus.yaml")}`,
      `--storage.tsdb.path=${join(folder, "data")}`,
      "--storage.tsdb.retention.time=100y",
      `--web.listen-address=127.0.0.1:${port}`,
      "--log.level=error",
    ],
    { stdio: ["ignore", "inherit", "inherit"] },
  );
  const ended = once(child, "exit").catch((error: unknown) => {
    assert.fail(`prometheus cannot be run (${String(error)}): install the package prometheus`);
  });
  const stopped = new AbortController();
  try {
    const tooEarly = ended.then(() => assert.fail("prometheus ended before it was ready"));
    await Promise.race([ready(url, stopped.signal), tooEarly]);
    tooEarly.catch(() => undefined);
    return await action({ url, query: async (expr) => query(url, range, expr) });
  } finally {
    stopped.abort();
    child.kill();
    await ended;
  }
}

async function query(url: string, { end, step }: QueryRange, expr: string): Promise<readonly Line[]> {
  const parameters = new URLSearchParams({
    query: expr,
    start: String(START),
    end: String(START + end),
    step: String(step),
  });
  const response = await fetch(`${url}/api/v1/query_range`, { method: "POST", body: parameters });
  const text = await response.text();
  assert.ok(response.ok, `${expr}\n${text}`);
  return answerSchema.parse(JSON.parse(text)).data.result.map(({ metric, values }) => ({
    metric,
    values: values.map(([at, value]) => [at - START, value] as const),
  }));
}

/** Each rule after those that it reads. */
function levels({ groups }: RuleFile): readonly (readonly RecordingRule[])[] {
  const found: RecordingRule[][] = [];
  let left = groups.flatMap(({ rules }) => rules.filter((rule) => "record" in rule));
  while (left.length > 0) {
    const names = left.map(({ record }) => record);
    const waits = ({ expr }: RecordingRule): boolean => names.some((name) => reads(expr, name));
    const level = left.filter((rule) => !waits(rule));
    assert.ok(level.length > 0, `rules read each other: ${names.join()}`);
    found.push(level);
    left = left.filter(waits);
  }
  return found;
}

/** A name can be the beginning of another. */
function reads(expr: string, name: string): boolean {
  return new RegExp(`${name}(?![a-z0-9_:])`).test(expr);
}

/** Format: https://prometheus.io/docs/specs/om/open_metrics_spec/ */
function toOpenMetrics({ seconds, series }: Samples): string {
  const lines = Object.entries(series).flatMap(([name, values]) =>
    values.flatMap((value, index) => (value === null ? [] : [`${name} ${value} ${START + (seconds[index] ?? 0)}`])),
  );
  return `${lines.join("\n")}\n# EOF\n`;
}

function demand(folder: string, ...parameters: readonly string[]): void {
  const { passed, output } = promtool(parameters, folder);
  assert.ok(passed, output);
}

async function ready(url: string, stopped: AbortSignal): Promise<void> {
  while (!stopped.aborted) {
    const answer = await fetch(`${url}/-/ready`).catch(() => undefined);
    if (answer?.ok === true) return;
    await setTimeout(50);
  }
}
