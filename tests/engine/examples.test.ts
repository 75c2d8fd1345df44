// The examples of programs that use the package, as their users run them: from the packed package, with the command
// `pulumi` and its own loader of TypeScript, on the sandbox.
import assert from "node:assert/strict";
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { findPulumiCli } from "../../automation/engine/pulumi-cli";
import { AWS_TYPES } from "../../sandbox/aws/types";
import { Store } from "../../sandbox/provider/store";
import { textAt } from "../../sandbox/provider/values";
import { Checkout, type Ended } from "./checkout";
import { installPackage } from "./package";

const root = resolve(__dirname, "..", "..");
const page = join(root, "docs", "package.md");

/** Those of `examples/` that are Pulumi programs, in the order in which one builds on the other. */
const PROGRAMS = ["new-cluster", "existing-cluster", "launch-template"] as const;

const PACKED_COMMAND = join("..", "node_modules", "eks-swap", "automation", "eks-swap.mjs");

const NO_PROJECT =
  "error: there is no Pulumi.yaml in the folder of the stack files: `name: eks-swap` and `runtime: nodejs` in it are enough, and --cwd names another folder\n";

describe("programs that use the package", () => {
  let workplace: Checkout;
  let pulumi = "";
  /** What each program's user saw. */
  const seen = new Map<string, string>();

  before(async () => {
    workplace = await Checkout.make((folder) => {
      installPackage(folder);
      for (const name of PROGRAMS) cpSync(join(root, "examples", name), join(folder, name), { recursive: true });
    });
    const { command } = await findPulumiCli((line) => process.stderr.write(`${line}\n`), new AbortController().signal);
    pulumi = command;
  });
  after(async () => workplace.remove());

  /** Runs a command in the folder of a program; returns what it printed. */
  async function run(program: string, command: string): Promise<string> {
    const [first = "", ...parameters] = command.split(" ");
    const { code, output } = await workplace.run(
      first === "pulumi" ? pulumi : first,
      parameters,
      {},
      join(workplace.folder, program),
    );
    assert.equal(code, 0, `${command}: ${output}`);
    seen.set(program, `${seen.get(program) ?? ""}$ ${command}\n${tidy(output)}`);
    return output;
  }

  /** Brings a program up with a preview before and a second update after, which must find nothing to do. */
  async function bringUp(program: string, config: Readonly<Record<string, string>>): Promise<string> {
    await run(program, "pulumi stack init dev");
    for (const [key, value] of Object.entries(config)) await run(program, `pulumi config set ${key} ${value}`);
    assert.match(await run(program, "pulumi preview --non-interactive"), /to create/);
    const output = await run(program, "pulumi up --yes --skip-preview --non-interactive");
    await run(program, "pulumi up --yes --skip-preview --non-interactive --expect-no-changes");
    return output;
  }

  async function takeDown(program: string): Promise<void> {
    await run(program, "pulumi destroy --yes --skip-preview --non-interactive");
  }

  function cloud(): Store {
    return new Store(workplace.cloud);
  }

  it("are all of examples/ that have a Pulumi.yaml", () => {
    const folders = readdirSync(join(root, "examples"), { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith("Pulumi.yaml"))
      .map((path) => path.split("/")[0]);
    assert.deepEqual(folders.toSorted(), [...PROGRAMS].toSorted());
  });

  for (const resolution of ["nodenext", "bundler", "node10"]) {
    it(`find the package's types with moduleResolution ${resolution}`, async () => {
      const module = { nodenext: "nodenext", bundler: "esnext" }[resolution] ?? "commonjs";
      const options = `--noEmit --strict --target es2022 --module ${module} --moduleResolution ${resolution}`;
      const files = PROGRAMS.map((program) => join(program, "index.ts")).join(" ");
      const compiler = join("node_modules", "typescript", "bin", "tsc");
      const { code, output } = await workplace.run(
        process.execPath,
        `${compiler} ${options} --ignoreDeprecations 6.0 --skipLibCheck --types node ${files}`.split(" "),
      );
      assert.equal(code, 0, output);
    });
  }

  it("new-cluster: a cluster with a pool", async () => {
    const output = await bringUp("new-cluster", { "aws:region": "eu-central-1" });
    assert.match(output, /swapSize +: "30Gi"/);
    assert.equal(cloud().list("kubernetes:karpenter.sh/v1:NodePool").length, 1);
  });

  it("existing-cluster: a pool in the cluster of the other stack, of which nothing else changes", async () => {
    const before = cloud().list();
    await bringUp("existing-cluster", { clusterStack: "organization/new-cluster/dev" });
    const added = cloud()
      .list()
      .filter(({ id, type }) => !before.some((one) => one.id === id && one.type === type));
    assert.deepEqual(added.map(({ type }) => type.split(":").at(-1)).toSorted(), [
      "EC2NodeClass",
      "NodePool",
      "ValidatingAdmissionPolicy",
      "ValidatingAdmissionPolicyBinding",
      "ValidatingAdmissionPolicyBinding",
    ]);
    await takeDown("existing-cluster");
    assert.deepEqual(cloud().list(), before);
    await takeDown("new-cluster");
    assert.deepEqual(cloud().list(), []);
  });

  it("launch-template: userData alone, which needs no cluster", async () => {
    await bringUp("launch-template", { "aws:region": "eu-central-1" });
    const [template] = cloud().list(AWS_TYPES.launchTemplate);
    const text = Buffer.from(textAt(template?.outputs, "userData") ?? "", "base64").toString();
    assert.match(text, /^MIME-Version: 1\.0\n/);
    assert.match(text, /swapBehavior: LimitedSwap/);
    assert.match(text, /^VOLUME_DEVICE="\/dev\/xvdb"$/m);
    await takeDown("launch-template");
    assert.deepEqual(cloud().list(), []);
  });

  it("the command eks-swap comes along: a Pulumi.yaml of two lines and stack files are enough", async () => {
    const folder = join(workplace.folder, "stack-files");
    mkdirSync(folder);
    cpSync(join(root, "Pulumi.dev.yaml"), join(folder, "Pulumi.dev.yaml"));
    const eksSwap = async (...parameters: readonly string[]): Promise<Ended> =>
      workplace.run(process.execPath, [PACKED_COMMAND, ...parameters, "--stack", "dev"], {}, folder);
    const alone = await eksSwap("preview");
    assert.deepEqual([alone.code, alone.output], [2, NO_PROJECT]);
    writeFileSync(join(folder, "Pulumi.yaml"), "name: eks-swap\nruntime: nodejs\n");
    const made = await eksSwap("up");
    assert.equal(made.code, 0, made.output);
    assert.equal(cloud().list("kubernetes:karpenter.sh/v1:NodePool").length, 2);
    const gone = await eksSwap("destroy", "--no-drain");
    assert.equal(gone.code, 0, gone.output);
    assert.deepEqual(cloud().list(), []);
  });

  it("print what docs/package.md shows (UPDATE_GOLDEN=1 writes it)", () => {
    const text = readFileSync(page, "utf8");
    const expected = PROGRAMS.reduce(
      (done, program) =>
        done.replace(
          new RegExp(`(<!-- ${program} -->)[^]*(<!-- end of ${program} -->)`),
          (_, start: string, end: string) => `${start}\n\n\`\`\`console\n${seen.get(program) ?? ""}\`\`\`\n\n${end}`,
        ),
      text,
    );
    if (process.env["UPDATE_GOLDEN"] === "1") writeFileSync(page, expected);
    assert.equal(readFileSync(page, "utf8"), expected);
  });
});

/** The line of a resource, in the engine's order, which differs from run to run. */
const RESOURCE = /^ *(?:[+~-]+ +)?[\w.-]+(?::[\w./-]+)+ \S+ /;

/** Times, folders, and progress of single steps. */
const FLEETING = /^@ |using pulumi-language-nodejs|^Diagnostics:$|^Duration: |^ +pulumi:pulumi:Stack |^ *$|^\.+$/;

/** In this order. */
const NEUTRAL: readonly (readonly [RegExp, string])[] = [
  [/\b(subnet|sg|lt)-[0-9a-f]{17}\b/g, "$1-0123456789abcdef0"],
  // What Pulumi adds to the names of resources.
  [/-[0-9a-f]{7}"/g, '-1a2b3c4"'],
  [/ \(\d+(?:\.\d+)?s\)/g, ""],
];

/** Without what differs from run to run and from machine to machine. */
function tidy(output: string): string {
  const lines = output
    .split("\n")
    .filter((line) => !FLEETING.test(line))
    .map((line) => (RESOURCE.test(line) ? "  … a line for each resource" : line))
    .map((line) => NEUTRAL.reduce((text, [pattern, neutral]) => text.replaceAll(pattern, neutral), line).trimEnd());
  return lines
    .filter((line, index) => line !== lines[index - 1])
    .map((line) => `${line}\n`)
    .join("");
}
