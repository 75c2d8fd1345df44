// Records what the commands print into docs/pipelines.md: a pipeline from nothing to nothing, and every fault of the engine
// suite. Needs what `npm run test:engine` and, but with `--only faults`, the scenarios with a control plane of
// `npm run test:kube` need. `--only run` is the other half.
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { format, resolveConfig } from "prettier";
import { say } from "../automation/base/output";
import { faultCases } from "../tests/engine/fault-cases";
import { Pipeline, type Ended } from "../tests/engine/pipeline";
import { cell, complaint, headOfRow, kindOf, transcript } from "../tests/engine/recording";
import { LivePipeline } from "../tests/kube/cluster/live-pipeline";
import { liveSteps } from "../tests/kube/cluster/live-steps";
import { NEWEST_KUBERNETES } from "../tests/kube/versions";

const page = join(resolve(__dirname, ".."), "docs", "pipelines.md");

/** An exit code that is not the expected one is a defect, and no recording. */
function demand(ended: Ended, code: number, what: string): void {
  if (ended.code !== code) throw new Error(`${what} ended with ${String(ended.code)}, not ${code}:\n${ended.stderr}`);
}

async function recordRun(): Promise<string> {
  const live = await LivePipeline.start(NEWEST_KUBERNETES);
  const sections: string[] = [];
  try {
    for (const { words, command, code, then } of liveSteps) {
      say(command.join(" "));
      const ended = await live.run(command);
      demand(ended, code, command.join(" "));
      const [name, ...flags] = command;
      const line = ["eks-swap", name, "--stack", "dev", ...flags].join(" ");
      sections.push(words, ["```console", `$ ${line}`, ...transcript(ended), `# exit code ${code}`, "```"].join("\n"));
      await then?.(live);
    }
  } finally {
    await live.stop();
  }
  return sections.join("\n\n");
}

async function recordFaults(): Promise<string> {
  const pipeline = new Pipeline();
  await pipeline.open();
  const rows = ["| what is wrong | how it was provoked | exit | what the user sees |", "| --- | --- | --- | --- |"];
  try {
    for (const faultCase of faultCases) {
      say(faultCase.fault);
      const ended = await faultCase.run(pipeline);
      demand(ended, faultCase.code, faultCase.fault);
      if (kindOf(ended) !== faultCase.kind) throw new Error(`${faultCase.fault}: ${ended.stdout}`);
      rows.push(`| ${headOfRow(faultCase)} | ${complaint(ended).map(cell).join("<br>")} |`);
    }
  } finally {
    await pipeline.close();
  }
  return rows.join("\n");
}

/** The text between two marks of the page is replaced. */
function put(text: string, name: string, recorded: string): string {
  const [begin, end] = [`<!-- recorded: ${name} -->`, `<!-- end of ${name} -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${page} has no place for ${name}, between "${begin}" and "${end}"`);
  return `${text.slice(0, from + begin.length)}\n\n${recorded}\n\n${text.slice(to)}`;
}

const SECTIONS = { run: recordRun, faults: recordFaults } as const;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { only: { type: "string" } } });
  const chosen = Object.entries(SECTIONS).filter(([name]) => name === (values.only ?? name));
  if (chosen.length === 0) throw new Error(`--only is one of ${Object.keys(SECTIONS).join(", ")}`);
  for (const [name, record] of chosen) {
    const recorded = await record();
    const text = put(readFileSync(page, "utf8"), name, recorded);
    writeFileSync(page, await format(text, { ...(await resolveConfig(page)), filepath: page }));
  }
  say(`${page} is written`);
}

main().catch((error: unknown) => {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
