// npm run bench: measures, and writes results, figures and tables. `-- NAME...` for some of it, `--runs N`, `--list`;
// `--draw` only draws figures and writes tables, from the results that are there.
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { say } from "../automation/base/output";
import type { Benchmark } from "./benchmark";
import { BENCHMARKS } from "./benchmarks";
import { drawAll } from "./draw";
import { judge, type Measured } from "./figure";
import { describeMachine } from "./machine";
import { PAGE, renderPage, renderResult, table } from "./page";
import { pageOf, readResults, writeResult } from "./results";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: "string", default: "5" },
    list: { type: "boolean", default: false },
    draw: { type: "boolean", default: false },
  },
});

async function main(): Promise<void> {
  const chosen = choose(positionals);
  if (values.list) {
    for (const { name, about } of chosen) process.stdout.write(`${name}: ${about}\n`);
    return;
  }
  const runs = Number(values.runs);
  if (!Number.isInteger(runs) || runs < 1) throw new Error(`--runs takes a number of 1 or more, not "${values.runs}"`);
  if (!values.draw) for (const bench of chosen) await run(bench, runs);
  await draw();
}

/** Figures and tables of all results that there are. */
async function draw(): Promise<void> {
  const results = readResults(BENCHMARKS.map(({ name }) => name));
  for (const [path, svg] of drawAll(results)) writeFileSync(path, svg);
  for (const [name, result] of Object.entries(results)) writeFileSync(pageOf(name), renderResult(name, result));
  writeFileSync(PAGE, await renderPage(readFileSync(PAGE, "utf8"), results));
}

async function run({ name, measure }: Benchmark, runs: number): Promise<void> {
  say(`${name}: ${runs} runs`);
  const machine = describeMachine();
  // Tables and figures are those of the results at any time, also while a long benchmark runs.
  const keep = async (measured: readonly Measured[]): Promise<void> => {
    writeResult(name, { machine, figures: measured.map(judge) });
    await draw();
  };
  const measured = await measure(runs, say, keep);
  await keep(measured);
  process.stdout.write(`${table(measured.map(judge))}\n`);
}

function choose(names: readonly string[]): readonly Benchmark[] {
  const unknown = names.filter((name) => !BENCHMARKS.some((bench) => bench.name === name));
  if (unknown.length > 0) throw new Error(`no benchmark is called ${unknown.join(", ")}; --list names them`);
  return names.length === 0 ? BENCHMARKS : BENCHMARKS.filter(({ name }) => names.includes(name));
}

main().catch((error: unknown) => {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
