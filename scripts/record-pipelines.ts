// Records what the commands print: a pipeline from nothing to nothing into docs/recorded-run.md, and every fault of the
// engine suite into docs/faults.md. Needs what `npm run test:engine` and, but with `--only faults`, the scenarios with a control plane of
// `npm run test:kube` need. `--only run` is the other half.
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { format, resolveConfig } from "prettier";
import { say } from "../automation/base/output";
import { FAULT_CASES } from "../tests/engine/fault-cases";
import { Pipeline, type Ended } from "../tests/engine/pipeline";
import { describeFault, kindOf, transcript } from "../tests/engine/recording";
import { LivePipeline } from "../tests/kube/cluster/live-pipeline";
import { LIVE_STEPS } from "../tests/kube/cluster/live-steps";
import { NEWEST_KUBERNETES } from "../tests/kube/versions";

const docs = join(resolve(__dirname, ".."), "docs");

/** An exit code that is not the expected one is a defect, and no recording. */
function demand(ended: Ended, code: number, what: string): void {
  if (ended.code !== code) throw new Error(`${what} ended with ${String(ended.code)}, not ${code}:\n${ended.stderr}`);
}

async function recordRun(): Promise<string> {
  const live = await LivePipeline.start(NEWEST_KUBERNETES);
  const sections: string[] = [];
  try {
    for (const { words, command, code, then } of LIVE_STEPS) {
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
  const sections: string[] = [];
  try {
    for (const faultCase of FAULT_CASES) {
      say(faultCase.fault);
      const ended = await faultCase.run(pipeline);
      demand(ended, faultCase.code, faultCase.fault);
      if (kindOf(ended) !== faultCase.kind) throw new Error(`${faultCase.fault}: ${ended.stdout}`);
      sections.push(describeFault(faultCase, ended));
    }
  } finally {
    await pipeline.close();
  }
  return sections.join("\n\n");
}

/** The page with other text between the two marks of that name. */
function put(page: string, name: string, recorded: string): string {
  const text = readFileSync(page, "utf8");
  const [begin, end] = [`<!-- recorded: ${name} -->`, `<!-- end of ${name} -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${page} has no place for ${name}, between "${begin}" and "${end}"`);
  return `${text.slice(0, from + begin.length)}\n\n${recorded}\n\n${text.slice(to)}`;
}

const SECTIONS = {
  run: { record: recordRun, page: join(docs, "recorded-run.md") },
  faults: { record: recordFaults, page: join(docs, "faults.md") },
} as const;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { only: { type: "string" } } });
  const chosen = Object.entries(SECTIONS).filter(([name]) => name === (values.only ?? name));
  if (chosen.length === 0) throw new Error(`--only is one of ${Object.keys(SECTIONS).join(", ")}`);
  for (const [name, { record, page }] of chosen) {
    const recorded = await record();
    const text = put(page, name, recorded);
    writeFileSync(page, await format(text, { ...(await resolveConfig(page)), filepath: page }));
    say(`${page} is written`);
  }
}

main().catch((error: unknown) => {
  say(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
