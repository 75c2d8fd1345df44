// `eks-swap render` as scripts use it: files, standard output, exit codes.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
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
      assert.deepEqual(readdirSync(join(out, pool)).toSorted(), ["plan.json", "userdata.mime"]);
      assert.ok(stdout.includes(join(out, pool, "plan.json")));
    }
    assert.deepEqual(readdirSync(join(out, "manifests")).toSorted(), [
      "ebs-ec2nodeclass.yaml",
      "ebs-guard.yaml",
      "ebs-nodepool.yaml",
      "instance-store-ec2nodeclass.yaml",
      "instance-store-guard.yaml",
      "instance-store-nodepool.yaml",
    ]);
    assert.ok(!existsSync(join(out, "monitoring")));
  });

  it("removes what an earlier render wrote for a pool that is gone, and nothing else", () => {
    const out = join(folder, "shrinking");
    const config = readFileSync(join(folder, "Pulumi.dev.yaml"), "utf8");
    assert.equal(run("render", "-s", "dev", "-C", folder, "-o", out, "--monitoring").status, 0);
    writeFileSync(join(out, "instance-store", "notes.txt"), "of the user");
    writeFileSync(join(folder, "Pulumi.one.yaml"), config.replace(/^ {4}instance-store:\n(?: {6}.*\n)+/m, ""));
    const { status, stderr } = run("render", "-s", "one", "-C", folder, "-o", out);
    assert.equal(status, 0, stderr);
    const left = readdirSync(out, { recursive: true, encoding: "utf8", withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => relative(out, join(parentPath, name)));
    assert.deepEqual(left.toSorted(), [
      ".eks-swap-files",
      "ebs/plan.json",
      "ebs/userdata.mime",
      "instance-store/notes.txt",
      "manifests/ebs-ec2nodeclass.yaml",
      "manifests/ebs-guard.yaml",
      "manifests/ebs-nodepool.yaml",
    ]);
    rmSync(join(folder, "Pulumi.one.yaml"));
  });

  it("refuses a place that it cannot write to, in one line, with exit code 2", () => {
    const foreign = join(folder, "foreign");
    mkdirSync(foreign);
    writeFileSync(join(foreign, "important.yaml"), "");
    const file = join(folder, "a-file");
    writeFileSync(file, "");
    for (const [out, reason] of [
      [foreign, /has files that eks-swap did not write \(important\.yaml\)/],
      [file, /is not a folder/],
      [join(file, "below"), /a file is in the place of a folder/],
    ] as const) {
      const { status, stdout, stderr } = run("render", "-s", "dev", "-C", folder, "-o", out, "--json");
      assert.equal(status, 2, stderr);
      assert.match(stderr, reason);
      assert.doesNotMatch(stderr, /^ +at /m);
      assert.equal(
        z.object({ error: z.string(), kind: z.string() }).parse(JSON.parse(stdout)).error.includes(out),
        true,
      );
    }
    assert.deepEqual(readdirSync(foreign), ["important.yaml"]);
  });

  it("writes rules of all pools and the dashboard", () => {
    const out = join(folder, "with-monitoring");
    assert.equal(run("render", "-s", "dev", "-C", folder, "-o", out, "--monitoring").status, 0);
    const folderOfMonitoring = join(out, "monitoring");
    assert.deepEqual(readdirSync(folderOfMonitoring).toSorted(), ["dashboard.json", "rules.yaml"]);
    assert.equal(readFileSync(join(folderOfMonitoring, "dashboard.json"), "utf8"), renderDashboard());
    const rules = load(readFileSync(join(folderOfMonitoring, "rules.yaml"), "utf8"));
    const { pools } = readSettings(ourConfig(readStackFile(root, "dev")));
    assert.deepEqual(rules, describeRules(pools.map(({ plan }) => plan)));
  });

  it("puts the userData into the EC2NodeClass byte for byte", () => {
    const out = join(folder, "out");
    const nodeClass = load(readFileSync(join(out, "manifests", "instance-store-ec2nodeclass.yaml"), "utf8"));
    const userData = readFileSync(join(out, "instance-store", "userdata.mime"), "utf8");
    assert.equal(valueAt(nodeClass, ["spec", "userData"]), userData);
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

  it("ends with 2 when no node of a pool would start, and writes nothing", () => {
    const labels = Object.fromEntries(Array.from({ length: 99 }, (_, index) => [`team-${index}`, "a".repeat(63)]));
    const pools = {
      wide: { swap: { size: "50%", backings: ["instance-store"] }, labels },
      also: { swap: { size: 0 } },
    };
    const config = { "eks-swap:cluster": { name: "dev" }, "eks-swap:pools": pools };
    writeFileSync(join(folder, "Pulumi.wide.yaml"), JSON.stringify({ config }));
    const { status, stdout, stderr } = run("render", "-s", "wide", "-C", folder, "-o", join(folder, "wide"), "--json");
    assert.equal(status, 2, stderr);
    const document: unknown = JSON.parse(stdout);
    assert.equal(valueAt(document, ["kind"]), "user-data");
    assert.match(stderr, /^error: the userData of pool wide would have up to \d+ bytes, and EC2 takes 16384/m);
    assert.ok(!readdirSync(folder).includes("wide"));
    rmSync(join(folder, "Pulumi.wide.yaml"));
  });

  it("ends with 2 for a stack that is not there, and for wrong arguments", () => {
    const unknown = run("render", "-s", "staging", "-C", folder, "-o", folder);
    assert.equal(unknown.status, 2);
    assert.match(unknown.stderr, /stacks here: bad, dev/);
    assert.equal(run("render", "--stack", "dev").status, 2);
    assert.equal(run("--help").status, 0);
  });
});
