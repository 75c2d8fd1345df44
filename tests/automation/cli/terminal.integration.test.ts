// What commands write on a terminal of 80 columns: no line is wider, and no word is cut.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { makeProgram } from "../../../automation/cli/main";
import { widthOf } from "../../../automation/base/wrap";

const root = resolve(__dirname, "..", "..", "..");
const COLUMNS = 80;

/** Pretends to the command that both its outputs are such a terminal. */
const TERMINAL = `for (const stream of [process.stdout, process.stderr]) Object.assign(stream, { isTTY: true, columns: ${COLUMNS} });`;

const LONG_NAME = "a-pod-with-quite-a-long-name";

const PODS = JSON.stringify({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: LONG_NAME },
  spec: {
    containers: [
      { name: "application", resources: { requests: { memory: "1Gi" }, limits: { memory: "2Gi" } } },
      { name: "fixed", resources: { limits: { memory: "1Gi" } } },
      { name: "odd", resources: { requests: { memory: "123456789" }, limits: { memory: "234567891" } } },
    ],
  },
});

function never(): never {
  throw new Error("no command is run");
}

const program = makeProgram({ load: never, loadEc2: never, loadSandbox: never, version: "0.0.0", end: never });

describe("on a terminal of 80 columns", () => {
  let folder = "";
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "w"));
    writeFileSync(join(folder, "pods.json"), PODS);
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  function run(parameters: readonly string[], preload: readonly string[]): string {
    const command = [...preload, join(root, "automation", "eks-swap.mjs"), ...parameters];
    const { stdout, stderr } = spawnSync(process.execPath, command, { encoding: "utf8", cwd: root });
    return `${stdout}\n${stderr}`;
  }

  /** Of what a user names: a path has no place to break at. */
  const isPath = (word: string): boolean => word.includes(folder);

  const predict = ["predict", "-f", "pods.json"];
  const cases: readonly (readonly string[])[] = [
    ["nosuch"],
    ["up", "--stack", "dev", "--allow", "nosuch"],
    ["up", "--stak", "dev"],
    ["render", "--stack", "dev", "--out", "rendered"],
    ["render", "--stack", "prod", "--out", "rendered-prod"],
    ["render", "--stack", "nosuch", "--out", "rendered"],
    [...predict, "--memory", "16Gi", "--swap", "8Gi", "--need", "3Gi", "--price", "0.2"],
    [...predict, "--memory", "123456789012", "--swap", "98765432109"],
    [...predict, "--stack", "dev", "--instance-types", "file"],
    [...predict, "--stack", "prod", "--instance-types", "file", "--need", "3Gi"],
    ["predict", "-f", "examples/predict", "--stack", "dev", "--instance-types", "file"],
    [...predict, "--memory", "16Gi", "--swap", "8Gi", "--need", "3Gi", "--container", "nosuch"],
  ];
  for (const parameters of cases) {
    it(`eks-swap ${parameters.join(" ")}`, () => {
      const given = parameters.map((word) => (/^(?:pods\.json|rendered)/.test(word) ? join(folder, word) : word));
      const plain = run(given, []);
      const shown = run(given, ["--import", `data:text/javascript,${TERMINAL}`]);
      assert.deepEqual(words(shown), words(plain));
      const wide = shown.split("\n").filter((line) => widthOf(line) > COLUMNS && !line.split(" ").some(isPath));
      assert.deepEqual(wide, []);
    });
  }

  for (const command of [program, ...program.commands]) {
    it(`${command.name()} --help`, () => {
      const help = (helpWidth: number): string => command.configureHelp({ helpWidth }).helpInformation();
      assert.deepEqual(
        help(COLUMNS)
          .split("\n")
          .filter((line) => line.length > COLUMNS),
        [],
      );
      assert.deepEqual(words(help(COLUMNS)), words(help(1000)));
    });
  }

  it("everything that is written goes through the two functions that break lines", () => {
    const allowed = ["base/output.ts", "engine/progress.ts"];
    const writing = readdirSync(join(root, "automation"), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts") && !allowed.includes(file))
      .filter((file) => /\.write\(|console\./.test(readFileSync(join(root, "automation", file), "utf8")));
    assert.deepEqual(writing, []);
  });
});

function words(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== "");
}
