// The layers of the source tree as the linter enforces them: a forbidden import is reported, an allowed one is not.
import assert from "node:assert/strict";
import { join } from "node:path";
import { ESLint } from "eslint";
import typescript from "typescript-eslint";

const root = join(__dirname, "..", "..");

const RULES = [
  "@typescript-eslint/no-restricted-imports",
  "no-restricted-globals",
  "no-restricted-properties",
  "no-restricted-syntax",
  "max-lines-per-function",
  "tests/max-lines-per-function",
];

/** The project's own configuration, without the rules that need types: the files of this test do not exist. */
const linter = new ESLint({
  cwd: root,
  overrideConfig: [
    typescript.configs.disableTypeChecked,
    { languageOptions: { parserOptions: { projectService: false, project: false } } },
  ],
  ruleFilter: ({ ruleId }) => RULES.includes(ruleId),
});

/** What the linter says of a file in `folder` that holds `code`. */
async function lint(folder: string, code: string, file = "snippet.ts"): Promise<readonly string[]> {
  const [result] = await linter.lintText(`${code}\n`, { filePath: join(root, folder, file) });
  assert.ok(result !== undefined, `${folder}/${file} is not linted`);
  assert.equal(result.fatalErrorCount, 0, `does not parse: ${code}`);
  return result.messages.map(({ message }) => message);
}

/** The table of docs/architecture.md. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  swap: [],
  config: ["swap"],
  userdata: ["swap"],
  monitoring: ["swap"],
  components: ["swap", "userdata", "monitoring"],
  workload: ["swap"],
  automation: ["swap", "config", "userdata", "monitoring", "components", "workload", "sandbox"],
  sandbox: [],
};

/** What each part of a folder imports of the folder; `top` is a file next to the parts. */
const STEPS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  config: {
    "value-at": [],
    catalogue: [],
    schema: ["value-at", "catalogue"],
    checks: ["value-at", "catalogue", "schema"],
    settings: ["value-at", "catalogue", "schema", "checks"],
  },
  components: {
    arn: [],
    "node-role": ["arn"],
    cluster: ["arn", "node-role"],
    karpenter: ["arn", "node-role"],
    network: ["arn", "node-role"],
    pool: ["arn", "node-role"],
    platform: ["arn", "node-role", "cluster", "karpenter", "network", "pool"],
  },
  automation: {
    base: [],
    engine: ["base"],
    cluster: ["base"],
    recovery: ["base", "engine", "cluster"],
    review: ["base", "engine", "cluster"],
    verify: ["base", "engine", "cluster", "recovery", "review"],
    drain: ["base", "engine", "cluster", "recovery", "review"],
    predict: ["base", "engine", "cluster", "recovery", "review"],
    render: ["base", "engine", "cluster", "recovery", "review"],
    up: ["base", "engine", "cluster", "recovery", "review", "verify", "drain", "predict", "render"],
    cli: ["base", "engine", "cluster", "recovery", "review", "verify", "drain", "predict", "render", "up"],
    try: ["base", "engine", "cluster", "recovery", "review", "verify", "drain", "predict", "render", "up", "cli"],
  },
  sandbox: {
    provider: [],
    aws: ["provider"],
    eks: ["provider"],
    kubernetes: ["provider", "aws", "eks"],
    server: ["provider", "aws", "eks", "kubernetes"],
  },
};

/** Parts that are files. */
const FILES = ["value-at", "settings", "arn", "node-role", "platform", "up", "server"];

const FOLDERS = [...Object.keys(MAY_IMPORT), "tests", "policy", "examples", "bench"];

/** A function of 61 lines. */
function longFunction(name: string): string {
  return `function ${name}() {\n${"  make();\n".repeat(59)}}`;
}

function firstLine(code: string): string {
  return code.split("\n", 1).join();
}

/** Code that a folder must not hold, beside imports from other folders, and a part of what is said about it. */
const FORBIDDEN: readonly (readonly [folder: string, code: string, message: string])[] = [
  ["components", 'import { outputs } from "../index";', "data flows one way"],
  ["swap", 'import type { Settings } from "../config/schema";', "data flows one way"],
  ["swap", 'export * from "../userdata/assembler";', "data flows one way"],
  ["components", 'export const load = () => import("../config/schema");', "Import statically"],
  ["swap", 'import { readFileSync } from "node:fs";', "pure rules"],
  ["swap", 'import { z } from "zod";', "pure rules"],
  ["config", 'import * as aws from "@pulumi/aws";', "makes no resources"],
  ["userdata", 'import * as pulumi from "@pulumi/pulumi";', "plain values"],
  ["monitoring", 'import * as pulumi from "@pulumi/pulumi";', "plain values"],
  ["workload", 'import * as pulumi from "@pulumi/pulumi";', "nothing of Pulumi"],
  ["userdata", "export const made = new Date();", "'Date'"],
  ["swap", "export const chance = Math.random();", "'Math.random'"],
  ["swap", "export default 1;", "Export by name"],
  ["sandbox", "export class Made { private made = 1; }", "#name"],
  ["config", "export class Made { protected make(): void {} }", "#name"],
  ["sandbox", longFunction("make"), "too many lines"],
  ["tests/swap", longFunction("make"), "too many lines"],
  ["tests/swap", 'it.skip("does", () => undefined);', "skipped"],
  ["tests/swap", 'it("does", function () { this.skip(); });', "skipped"],
];

const ALLOWED: readonly (readonly [folder: string, code: string])[] = [
  ["swap", 'import { GIB } from "./quantity";'],
  ["config", 'import * as pulumi from "@pulumi/pulumi";'],
  ["userdata", 'import { readFileSync } from "node:fs";'],
  ["components", 'import * as aws from "@pulumi/aws";'],
  ["automation", 'export const program = () => import("../index");'],
  ["tests/sandbox", 'import { Store } from "../../sandbox/provider/store";'],
  ["tests/swap", 'it("does", () => undefined);'],
  ["tests/swap", `describe("all", ${longFunction("")});`],
  ["sandbox", "export class Made { private constructor() {} }"],
];

describe("layers", () => {
  for (const [folder, others] of Object.entries(MAY_IMPORT)) {
    it(`${folder}/ imports ${others.map((other) => `${other}/`).join(", ") || "no other folder"}`, async () => {
      for (const other of FOLDERS.filter((name) => name !== folder)) {
        const problems = await lint(folder, `import { thing } from "../${other}/thing";\nthing();`);
        const reported = problems.some((problem) => problem.includes("data flows one way"));
        assert.equal(reported, !others.includes(other), `${folder}/ imports ${other}/: ${problems.join()}`);
      }
    });
  }

  for (const [folder, parts] of Object.entries(STEPS)) {
    it(`${folder}/ goes in steps`, async () => {
      for (const [part, others] of Object.entries(parts)) {
        const isFile = FILES.includes(part);
        // A folder's files and those one folder further down.
        const places = isFile
          ? [["", "./", `${part}.ts`] as const]
          : [["", "../"] as const, ["deeper", "../../"] as const];
        for (const other of Object.keys(parts).filter((name) => name !== part)) {
          const path = FILES.includes(other) ? other : `${other}/thing`;
          for (const [deeper, up, file] of places) {
            const place = isFile ? folder : join(folder, part, deeper);
            const problems = await lint(
              place,
              `import type { Thing } from "${up}${path}";\nexport type Made = Thing;`,
              file,
            );
            const reported = problems.some((problem) => problem.includes("goes in steps"));
            assert.equal(reported, !others.includes(other), `${place} imports ${up}${path}: ${problems.join()}`);
          }
        }
      }
    });
  }

  for (const [folder, code, message] of FORBIDDEN) {
    it(`reports in ${folder}/: ${firstLine(code)}`, async () => {
      const problems = await lint(folder, code);
      assert.ok(
        problems.some((problem) => problem.includes(message)),
        `not reported: ${problems.join()}`,
      );
    });
  }

  for (const [folder, code] of ALLOWED) {
    it(`allows in ${folder}/: ${firstLine(code)}`, async () => {
      assert.deepEqual(await lint(folder, code), []);
    });
  }
});
