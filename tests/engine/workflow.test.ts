// The examples of pipelines: the workflow is one that GitHub takes, and its steps and the TypeScript pipeline do on the
// sandbox what they say.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { load } from "js-yaml";
import { z } from "zod";
import { provideProgram, runGo } from "../kube/go";
import { Checkout, type Ended } from "./checkout";

const root = resolve(__dirname, "..", "..");
const workflow = join(root, "examples", "github-actions", "eks-swap.yml");
const pipeline = join(root, "examples", "pipeline", "roll.ts");

const ACTIONLINT = "1.7.8";

const environmentSchema = z.record(z.string(), z.string()).default({});
const jobsSchema = z.object({
  jobs: z.record(
    z.string(),
    z.object({
      env: environmentSchema,
      steps: z.array(z.object({ name: z.string().optional(), run: z.string().optional(), env: environmentSchema })),
    }),
  ),
});

/** What GitHub would put for the expressions of steps; one that is not here fails the test. */
type Expressions = Readonly<Record<string, string>>;

const COMMON: Expressions = {
  "matrix.stack": "dev",
  "inputs.allow": "",
  "inputs.confirm": "",
  "github.event.pull_request.number": "7",
  "github.repository": "owner/infrastructure",
  "github.token": "token",
  "secrets.PULUMI_CONFIG_PASSPHRASE": "sandbox",
};

describe("examples of pipelines", () => {
  let checkout: Checkout;
  before(async () => {
    checkout = await Checkout.make();
    // `eks-swap` brings its program; and where this stand-in is, the engine wants it to run the policy pack as well.
    checkout.unstub("pulumi-language-nodejs");
    // What it installs is there already.
    checkout.stub("npm", '[[ $* == ci ]] || { echo "npm $*?" >&2; exit 1; }');
    checkout.stub("gh", 'printf "%s\\n" "$*" >gh.txt; cp comment.md posted.md');
  });
  after(async () => checkout.remove());

  /** Runs the steps of a job as GitHub's runner does, to the first that fails. */
  async function runJob(job: string, values: Expressions = {}): Promise<Ended & { readonly step: string }> {
    const described = jobsSchema.parse(load(readFileSync(workflow, "utf8"))).jobs[job];
    assert.ok(described, job);
    let all = "";
    for (const { name, run, env } of described.steps) {
      if (run === undefined) continue;
      const environment = Object.fromEntries(
        Object.entries({ ...described.env, ...env })
          // The backend is the checkout's.
          .filter(([variable]) => variable !== "PULUMI_BACKEND_URL")
          .map(([variable, value]) => [variable, evaluate(value, { ...COMMON, ...values })]),
      );
      writeFileSync(join(checkout.folder, "step.sh"), run);
      const shell = ["--noprofile", "--norc", "-e", "-o", "pipefail", "step.sh"];
      const summary = { GITHUB_STEP_SUMMARY: join(checkout.folder, "summary.md") };
      const { code, output } = await checkout.run("bash", shell, { ...environment, ...summary });
      all += output;
      if (code !== 0) return { code, output: all, step: name ?? run };
    }
    return { code: 0, output: all, step: "" };
  }

  function read(name: string): string {
    return readFileSync(join(checkout.folder, name), "utf8");
  }

  it("the workflow is one that actionlint takes, shellcheck over its steps included", () => {
    const recipe = {
      path: `actionlint-${ACTIONLINT}`,
      package: "github.com/rhysd/actionlint/cmd/actionlint",
      prepare: (folder: string) => {
        runGo(folder, ["mod", "init", "eks-swap-actionlint"]);
        runGo(folder, ["get", `github.com/rhysd/actionlint/cmd/actionlint@v${ACTIONLINT}`]);
      },
    };
    const actionlint = provideProgram(recipe, (line) => process.stderr.write(`${line}\n`));
    assert.equal(spawnSync("shellcheck", ["--version"]).status, 0, "shellcheck is missing: apt-get install shellcheck");
    const { status, stdout, stderr } = spawnSync(actionlint, ["-no-color", workflow], { encoding: "utf8" });
    assert.equal(status, 0, `${stdout}${stderr}`);
  });

  it("pull request: the preview and its comment", async () => {
    const { code, output } = await runJob("preview");
    assert.equal(code, 0, output);
    assert.match(read("review/dev.md"), /dev/);
    assert.equal(read("summary.md").trim(), read("review/dev.md").trim());
    assert.equal((await runJob("comment")).code, 0);
    assert.equal(read("posted.md"), read("review/dev.md"));
    assert.equal(read("gh.txt"), "pr comment 7 --edit-last --create-if-none --body-file comment.md\n");
  });

  it("main: the update goes through, and the verification stops where there are no nodes to be seen", async () => {
    const { code, step, output } = await runJob("update");
    assert.equal(step, "Verify", output);
    assert.equal(code, 5, output);
    assert.match(output, /cannot read the cluster: cannot /);
  });

  it("pull request: a closed gate fails the preview, and the comment says so", async () => {
    for (const pool of ["ebs", "instance-store"]) await setSize(pool, "40Gi");
    const { code, step, output } = await runJob("preview");
    assert.equal(step, "Preview", output);
    assert.equal(code, 3, output);
    assert.match(output, /--allow roll-all-pools/);
    assert.match(read("review/dev.md"), /roll-all-pools/);
  });

  it("main: a closed gate stops the update, and a manual run opens it by name", async () => {
    const refused = await runJob("update");
    assert.deepEqual([refused.step, refused.code], ["Update", 3], refused.output);
    const opened = await runJob("update", { "inputs.allow": "roll-all-pools" });
    assert.equal(opened.step, "Verify", opened.output);
    assert.match(opened.output, /up of dev: /);
  });

  it("TypeScript: the pipeline updates dev, and does not begin prod", async () => {
    for (const pool of ["ebs", "instance-store"]) await setSize(pool, "50Gi");
    const { code, output } = await checkout.run(process.execPath, ["--import", "tsx", pipeline, "dev", "prod"], {});
    assert.equal(code, 5, output);
    assert.match(output, /^dev: updated in \d+ s: /m);
    assert.match(output, /cannot read the cluster: cannot /);
    assert.doesNotMatch(output, /^prod: /m);
    assert.ok(!existsSync(join(checkout.folder, "..", "backend", ".pulumi", "stacks", "eks-swap", "prod.json")));
  });

  /** Changes the stack file as a commit does. */
  async function setSize(pool: string, size: string): Promise<void> {
    const file = join(checkout.folder, "Pulumi.dev.yaml");
    const text = readFileSync(file, "utf8");
    const changed = text.replace(new RegExp(`(^ +${pool}:[^]*?size: )\\S+`, "m"), `$1${size}`);
    assert.notEqual(changed, text, `${file} has no size of ${pool}`);
    writeFileSync(file, changed);
  }
});

function evaluate(text: string, expressions: Expressions): string {
  return text.replaceAll(/\$\{\{ *(.*?) *\}\}/g, (_, expression: string) => {
    const value = expressions[expression];
    assert.notEqual(value, undefined, `the test has no value for ${expression}`);
    return value ?? "";
  });
}
