// `eks-swap render` as scripts use it: files, standard output, exit codes.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { load } from "js-yaml";

const root = resolve(__dirname, "..", "..");
const command = join(root, "automation", "eks-swap.mjs");

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

  it("puts the userData into the EC2NodeClass byte for byte", () => {
    const pool = join(folder, "out", "instance-store");
    const nodeClass = load(readFileSync(join(pool, "ec2nodeclass.yaml"), "utf8"));
    const spec: unknown = Reflect.get(Object(nodeClass), "spec");
    assert.equal(Reflect.get(Object(spec), "userData"), readFileSync(join(pool, "userdata.mime"), "utf8"));
  });

  it("keeps the shape of plan.json that scripts rely on", () => {
    const plan: unknown = JSON.parse(readFileSync(join(folder, "out", "ebs", "plan.json"), "utf8"));
    assert.deepEqual(Object.keys(Object(plan)).toSorted(), [
      "kubelet",
      "placeholders",
      "pool",
      "predicted",
      "rootVolumeGiB",
      "swap",
      "sysctls",
      "userDataBytes",
    ]);
    const [first] = Reflect.get(Object(plan), "predicted");
    assert.deepEqual(Object.keys(first), ["memoryRequest", "memTotal", "swapTotal", "swapLimitBytes"]);
    assert.deepEqual(Reflect.get(Object(plan), "placeholders"), {
      "spec.role": "placeholder-node-role",
      "spec.subnetSelectorTerms.0.id": "subnet-00000000000000000",
      "spec.securityGroupSelectorTerms.0.id": "sg-00000000000000000",
    });
  });

  it("prints one JSON document on standard output with --json", () => {
    const { status, stdout } = run("render", "-s", "dev", "-C", folder, "-o", join(folder, "json"), "--json");
    assert.equal(status, 0);
    const { pools, files, problems } = JSON.parse(stdout);
    assert.deepEqual([pools.length, files.length, problems.length], [2, 8, 1]);
  });

  it("ends with 2 and all problems when the config is wrong, and writes nothing", () => {
    writeFileSync(join(folder, "Pulumi.bad.yaml"), "config:\n  eks-swap:pool: {}\n  eks-swap:cluster: {name: \"-\"}\n");
    const { status, stdout, stderr } = run("render", "-s", "bad", "-C", folder, "-o", join(folder, "bad"), "--json");
    assert.equal(status, 2);
    const { problems } = JSON.parse(stdout);
    assert.deepEqual(
      problems.map(({ id, path, severity }: Record<string, unknown>) => [id, path, severity]),
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
