// npm test: the checks one after the other, the unit tests beside them. Says every ten seconds how far it is; prints what
// failed in full, and ends with a line for each part.
import { spawn } from "node:child_process";

/** Scripts of package.json: each list is run in its order, the lists side by side. */
const LISTS = [["test:lint", "test:unused", "test:format", "test:api"], ["test:unit"]];
const SECONDS_BETWEEN = 10;

interface Part {
  readonly script: string;
  readonly start: number;
  output: string;
  end?: number;
  failed?: boolean;
}

const PARTS: Part[] = [];

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function secondsOf({ start, end = Date.now() }: Part): string {
  return `${Math.round((end - start) / 1000)} s`;
}

/** Runs a script to its end and keeps what it prints. */
async function run(script: string): Promise<void> {
  const part: Part = { script, start: Date.now(), output: "" };
  PARTS.push(part);
  const child = spawn("npm", ["run", "--silent", script], { stdio: ["ignore", "pipe", "pipe"] });
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      part.output += text;
    });
  }
  part.failed = await new Promise<boolean>((resolve, reject) => {
    child.on("error", reject).on("close", (code) => {
      resolve(code !== 0);
    });
  });
  part.end = Date.now();
  if (part.failed) say(`--- ${script} failed\n${part.output}`);
}

/** One line on what runs: a dot of mocha's is a test that passed. */
function progress(): string {
  const running = PARTS.filter(({ end }) => end === undefined);
  return running
    .map((part) => {
      const tests = part.output.match(/[.\u2024]/g)?.length ?? 0;
      return `${part.script} ${secondsOf(part)}${part.script === "test:unit" ? `, ${tests} tests` : ""}`;
    })
    .join("; ");
}

async function main(): Promise<void> {
  const timer = setInterval(() => {
    say(progress());
  }, SECONDS_BETWEEN * 1000);
  await Promise.all(
    LISTS.map(async (scripts) => {
      for (const script of scripts) await run(script);
    }),
  );
  clearInterval(timer);
  for (const part of PARTS) say(`${part.failed === true ? "failed" : "ok    "} ${part.script} ${secondsOf(part)}`);
  for (const [line] of PARTS.flatMap(({ output }) => [...output.matchAll(/^ +\d+ (?:passing|failing|pending)\b.*$/gm)]))
    say(line);
  if (PARTS.some(({ failed }) => failed)) process.exitCode = 1;
}

main().catch((error: unknown) => {
  say(String(error));
  process.exitCode = 1;
});
