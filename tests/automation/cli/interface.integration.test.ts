// Everything that users and their scripts hold on to, in one file to read: tests/golden/interface.txt. A line that is gone
// from there, or is not as it was, breaks somebody's program; a new one adds to what has to be kept.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Command, Option } from "commander";
import { z } from "zod";
import { EXIT } from "../../../automation/base/exit-codes";
import { makeProgram } from "../../../automation/cli/main";
import { reviewDocument } from "../../../automation/review/report";
import type { Review } from "../../../automation/review/review";
import { Modules } from "../../support/exports";
import { assertGolden } from "../../support/golden";

const root = resolve(__dirname, "..", "..", "..");
const { exports: entries, bin } = z
  .object({
    exports: z.record(z.string(), z.union([z.string(), z.object({ default: z.string() })])),
    bin: z.record(z.string(), z.string()),
  })
  .parse(JSON.parse(readFileSync(join(root, "package.json"), "utf8")));

/** Entry points with their sources. */
const modules = Object.entries(entries).flatMap(([name, entry]) =>
  typeof entry === "string"
    ? []
    : [{ name: join("eks-swap", name), source: entry.default.replace(/^\.\/dist\/(.*)\.js$/, "$1.ts") }],
);

/** A review that has an entry in every list. */
const REVIEW: Review = {
  stack: "dev",
  changes: [
    { urn: "u", type: "t", name: "n", kind: "replace", before: undefined, after: undefined, replaceKeys: ["key"] },
  ],
  counts: {},
  pools: [
    {
      pool: "ebs",
      kind: "roll",
      reasons: ["volumes"],
      nodes: 2,
      userData: { before: undefined, after: undefined },
      changes: [{ what: "swap size", before: "30Gi", after: "60Gi", replacesNodes: true }],
      unexplained: [],
    },
  ],
  refusals: [{ gate: "roll-all-pools", message: "m", concerns: ["ebs"], allowed: false }],
  unchecked: ["u"],
  beyondPlan: ["b"],
  warnings: [],
  seconds: 1,
};

const pod = JSON.stringify({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "web" },
  spec: { containers: [{ name: "app", resources: { requests: { memory: "1Gi" }, limits: { memory: "2Gi" } } }] },
});

describe("the interface", () => {
  let folder = "";
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "eks-swap-interface-"));
    writeFileSync(join(folder, "Pulumi.wrong.yaml"), "config:\n  eks-swap:pools: none\n");
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  /** The document that a command prints. */
  function run(...parameters: readonly string[]): unknown {
    const command = [join(root, "automation", "eks-swap.mjs"), ...parameters, "--json"];
    const { stdout } = spawnSync(process.execPath, command, { cwd: root, input: pod, encoding: "utf8" });
    return JSON.parse(stdout);
  }

  it("is as tests/golden/interface.txt lists it", () => {
    const compiled = new Modules(modules.map(({ source }) => source));
    const automation = (name: string) => compiled.keys("automation/index.ts", name);
    const nodes = ["--memory", "16Gi", "--swap", "8Gi", "--price", "0.2"];
    const sections: readonly (readonly [title: string, lines: readonly string[]])[] = [
      ["bin", Object.entries(bin).map(([name, file]) => `${name}: ${file}`)],
      ["package.json: exports", Object.keys(entries)],
      ["exit codes", Object.entries(EXIT).map(([name, code]) => `${code} ${name}`)],
      ...commands(),
      ["JSON of render", keysOf(run("render", "--stack", "dev", "--out", join(folder, "rendered")))],
      ["JSON of predict", keysOf(run("predict", "-f", "-", ...nodes, "--need", "1Gi"))],
      ["JSON of preview", keysOf(reviewDocument(REVIEW))],
      ["JSON of up", keysOf({ ...reviewDocument(REVIEW), changes: REVIEW.counts, seconds: 1 })],
      ["JSON of refresh", automation("RefreshResult")],
      ["JSON of verify", automation("VerifyResult")],
      ["JSON of drain", automation("DrainResult")],
      ["JSON of destroy", automation("DestroyResult")],
      ["JSON of wrong arguments", keysOf(run("predict", "-f", "-"))],
      ["JSON of a wrong manifest", keysOf(run("predict", "-f", "package.json", ...nodes))],
      ["JSON of a wrong config", keysOf(run("render", "--stack", "wrong", "--cwd", folder, "--out", folder))],
      ...modules.map(({ name, source }) => [`exports of ${name}`, compiled.describe(source)] as const),
    ];
    const text = sections.map(([title, lines]) => [title, ...lines.map((line) => `  ${line}`)].join("\n"));
    assertGolden("interface.txt", `${text.join("\n\n")}\n`);
  });
});

function commands(): readonly (readonly [title: string, lines: readonly string[]])[] {
  const program = makeProgram({ load: never, loadEc2: never, loadSandbox: never, version: "0.0.0", end: never });
  return program.commands.map((command) => [`eks-swap ${command.name()}`, describeCommand(command)] as const);
}

function describeCommand(command: Command): readonly string[] {
  return command.options.map(describeOption);
}

function describeOption({ flags, mandatory, defaultValue, argChoices }: Option): string {
  const value: unknown = defaultValue;
  return [
    flags,
    ...(mandatory ? ["required"] : []),
    ...(value === undefined ? [] : [`default ${JSON.stringify(value)}`]),
    ...(argChoices === undefined ? [] : [`one of ${argChoices.join(", ")}`]),
  ].join(", ");
}

function never(): never {
  throw new Error("no command is run");
}

/** The keys in a value, by path, each once. */
function keysOf(value: unknown, path = ""): readonly string[] {
  if (Array.isArray(value)) return [...new Set(value.flatMap((entry: unknown) => keysOf(entry, `${path}[]`)))];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, below]) => {
    const at = path === "" ? key : `${path}.${key}`;
    return [at, ...keysOf(below, at)];
  });
}
