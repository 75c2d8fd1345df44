// The first hour with a checkout, on a terminal of 80 columns: what docs/first-hour.md shows.
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { screenOf } from "../support/screen";

const root = resolve(__dirname, "..", "..");

/** Width of the terminal. */
export const COLUMNS = 80;

/** One thing that is done. */
interface Step {
  readonly words: string;
  /** As a user types it. */
  readonly command: string;
}

const STEPS: readonly Step[] = [
  { words: "The pools, what a request gets, and the dev stack in a fake cloud:", command: "npm run try" },
  { words: "Twice as much swap for the pool `ebs`:", command: "sed -i 0,/30Gi/s//60Gi/ Pulumi.dev.yaml" },
  { words: "What that does to its nodes:", command: "npx eks-swap preview --sandbox --stack dev" },
  { words: "Done:", command: "npx eks-swap up --sandbox --stack dev" },
  { words: "What `up` sends to a cluster, as files:", command: "npx eks-swap render --stack dev --out rendered" },
  {
    words: "What the containers of a manifest get, from the data file of instance types:",
    command: "npx eks-swap predict -f examples/predict/gitlab-runner.yaml --stack dev --instance-types file",
  },
  { words: "And away again:", command: "npx eks-swap destroy --sandbox --stack dev" },
];

/** A step, its end, and what stood on the terminal. */
export interface ShownStep extends Step {
  readonly code: number | null;
  readonly lines: readonly string[];
}

/** Does everything in a copy of the project, which is removed afterwards. */
export function firstHour(): readonly ShownStep[] {
  const project = copyProject();
  try {
    return STEPS.map((step) => ({ ...step, ...show(project, step.command) }));
  } finally {
    rmSync(project, { recursive: true });
  }
}

/** The recording: a paragraph and a terminal for each step. */
export function describeFirstHour(steps: readonly ShownStep[]): string {
  return steps
    .map(({ words, command, lines }) =>
      [words, "", "```console", `$ ${command}`, ...lines.map(neutral), "```"].join("\n"),
    )
    .join("\n\n");
}

/** How long something takes differs from run to run. */
function neutral(line: string): string {
  return line.replaceAll(/\(\d+ s\)/g, "(… s)");
}

function show(project: string, command: string): Pick<ShownStep, "code" | "lines"> {
  // The bin of the copy, without a registry in between.
  const line = command.replace("npx eks-swap", `'${process.execPath}' automation/eks-swap.mjs`);
  const sized = `stty rows 40 cols ${COLUMNS}; ${line}`;
  const { status, stdout } = spawnSync("script", ["--quiet", "--return", "--command", sized, "/dev/null"], {
    cwd: project,
    encoding: "utf8",
    env: { ...process.env, CI: undefined, NO_COLOR: undefined, TERM: "xterm", SHELL: "/bin/bash" },
    maxBuffer: 2 ** 26,
  });
  const lines = screenOf(stdout, COLUMNS);
  return { code: status, lines: lines.slice(0, lines.findLastIndex((shown) => shown !== "") + 1) };
}

function copyProject(): string {
  const folder = mkdtempSync(join(tmpdir(), "eks-swap-hour-"));
  const listed = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], { cwd: root });
  const files = listed
    .toString()
    .split("\0")
    .filter((name) => name !== "" && existsSync(join(root, name)));
  for (const file of files) cpSync(join(root, file), join(folder, file));
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  return folder;
}

const PAGE = join(root, "docs", "first-hour.md");
const PLACE = /(?<=<!-- recorded: first hour -->\n\n)[^]*(?=\n\n<!-- end of first hour -->)/;

/** What the page shows. */
export function shownOnPage(): string {
  return PLACE.exec(readFileSync(PAGE, "utf8"))?.[0] ?? "";
}

/** Puts a recording on the page. */
export function putOnPage(recorded: string): void {
  writeFileSync(
    PAGE,
    readFileSync(PAGE, "utf8").replace(PLACE, () => recorded),
  );
}
