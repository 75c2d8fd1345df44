// `eks-swap render` as scripts use it: files, standard output, exit codes.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { load } from "js-yaml";
import { z } from "zod";
import { ourConfig, readStackFile } from "../../../automation/base/stack-file";
import { valueAt } from "../../../config/value-at";
import { readSettings } from "../../../config/settings";
import { renderDashboard } from "../../../monitoring/dashboard";
import { describeRules } from "../../../monitoring/rules";

const root = resolve(__dirname, "..", "..", "..");
const command = join(root, "automation", "eks-swap.mjs");

const problemsSchema = z.object({
  problems: z.array(z.object({ id: z.string(), path: z.string(), severity: z.string() })),
});

function keysAt(value: unknown, path: readonly (string | number)[]): readonly string[] {
  return Object.keys(z.looseObject({}).or(z.array(z.unknown())).parse(valueAt(value, path)));
}

function run(...parameters: string[]) {
  return spawnSync(process.execPath, [command, ...parameters], { encoding: "utf8" });
}

describe("eks-swap render", () => {
  let folder = "";
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "eks-swap-render-"));
    cpSync(join(root, "Pulumi.dev.yaml"), join(folder, "Pulumi.dev.yaml"));
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  it("writes userData, manifests and plan of each pool, and tells where", () => {
    const out = join(folder, "out");
    const { status, stdout, stderr } = run("render", "--stack", "dev", "--cwd", folder, "--out", out);
    assert.equal(status, 0);
    assert.match(stderr, /^warning: eks-swap:cluster\.endpoint\.publicCidrs /);
    for (const pool of ["ebs", "instance-store"]) {
      assert.deepEqual(readdirSync(join(out, pool)).toSorted(), [
        "ec2nodeclass.yaml",
        "nodepool.yaml",
        "plan.json",
        "userdata.mime",
      ]);
      assert.ok(stdout.includes(join(out, pool, "plan.json")));
    }
  });

  it("writes rules of all pools and the dashboard", () => {
    const folderOfMonitoring = join(folder, "out", "monitoring");
    assert.deepEqual(readdirSync(folderOfMonitoring).toSorted(), ["dashboard.json", "rules.yaml"]);
    assert.equal(readFileSync(join(folderOfMonitoring, "dashboard.json"), "utf8"), renderDashboard());
    const rules = load(readFileSync(join(folderOfMonitoring, "rules.yaml"), "utf8"));
    const { pools } = readSettings(ourConfig(readStackFile(root, "dev")));
    assert.deepEqual(rules, describeRules(pools.map(({ plan }) => plan)));
  });

  it("puts the userData into the EC2NodeClass byte for byte", () => {
    const pool = join(folder, "out", "instance-store");
    const nodeClass = load(readFileSync(join(pool, "ec2nodeclass.yaml"), "utf8"));
    assert.equal(valueAt(nodeClass, ["spec", "userData"]), readFileSync(join(pool, "userdata.mime"), "utf8"));
  });

  it("keeps the shape of plan.json that scripts rely on", () => {
    const plan: unknown = JSON.parse(readFileSync(join(folder, "out", "ebs", "plan.json"), "utf8"));
    assert.deepEqual(keysAt(plan, []).toSorted(), [
      "kubelet",
      "placeholders",
      "pool",
      "predicted",
      "rootVolumeGiB",
      "swap",
      "sysctls",
      "userDataBytes",
    ]);
    assert.deepEqual(keysAt(plan, ["predicted", 0]), ["memoryRequest", "memTotal", "swapTotal", "swapLimitBytes"]);
    assert.deepEqual(valueAt(plan, ["placeholders"]), {
      "spec.role": "placeholder-node-role",
      "spec.subnetSelectorTerms.0.id": "subnet-00000000000000000",
      "spec.securityGroupSelectorTerms.0.id": "sg-00000000000000000",
    });
  });

  it("prints one JSON document on standard output with --json", () => {
    const { status, stdout } = run("render", "-s", "dev", "-C", folder, "-o", join(folder, "json"), "--json");
    assert.equal(status, 0);
    const document: unknown = JSON.parse(stdout);
    const lengths = ["pools", "files", "problems"].map((key) => keysAt(document, [key]).length);
    assert.deepEqual(lengths, [2, 10, 1]);
  });

  it("ends with 2 and all problems when the config is wrong, and writes nothing", () => {
    writeFileSync(join(folder, "Pulumi.bad.yaml"), 'config:\n  eks-swap:pool: {}\n  eks-swap:cluster: {name: "-"}\n');
    const { status, stdout, stderr } = run("render", "-s", "bad", "-C", folder, "-o", join(folder, "bad"), "--json");
    assert.equal(status, 2);
    const { problems } = problemsSchema.parse(JSON.parse(stdout));
    assert.deepEqual(
      problems.map(({ id, path, severity }) => [id, path, severity]),
      [
        ["cluster-name", "cluster.name", "error"],
        ["missing-key", "pools", "error"],
        ["unknown-key", "pool", "error"],
        ["endpoint-open", "cluster.endpoint.publicCidrs", "warning"],
      ],
    );
    assert.match(stderr, /^error: eks-swap:cluster\.name is "-"/);
    assert.ok(!readdirSync(folder).includes("bad"));
  });

  it("ends with 2 for a stack that is not there, and for wrong arguments", () => {
    const unknown = run("render", "-s", "staging", "-C", folder, "-o", folder);
    assert.equal(unknown.status, 2);
    assert.match(unknown.stderr, /stacks here: bad, dev/);
    assert.equal(run("render", "--stack", "dev").status, 2);
    assert.equal(run("--help").status, 0);
  });
});
