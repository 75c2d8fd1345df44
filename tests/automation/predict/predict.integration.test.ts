// `eks-swap predict` as scripts use it: standard input, standard output, exit codes.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { z } from "zod";

const root = resolve(__dirname, "..", "..", "..");
const command = join(root, "automation", "eks-swap.mjs");
const example = join(root, "examples", "predict", "gitlab-runner.yaml");

const pods = JSON.stringify({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "web" },
  spec: {
    containers: [
      { name: "app", resources: { requests: { memory: "1Gi" }, limits: { memory: "2Gi" } } },
      { name: "fixed", resources: { limits: { memory: "1Gi" } } },
    ],
  },
});

const containerSchema = z.object({
  object: z.string(),
  container: z.string(),
  qosClass: z.string(),
  memoryRequestBytes: z.number().nullable(),
  memoryLimitBytes: z.number().nullable(),
  swapLimitBytes: z.number(),
  ceilingBytes: z.number().nullable(),
  reason: z.string().nullable(),
});
const predictionSchema = z.object({
  nodes: z.array(z.object({ node: z.string(), pool: z.string().nullable(), memTotalBytes: z.number() })),
  containers: z.array(containerSchema),
  needs: z.array(z.object({ container: z.string(), swapTotalBytes: z.number().nullable() })).optional(),
  notes: z.array(z.string()),
});
const problemsSchema = z.object({
  problems: z.array(z.object({ id: z.string(), file: z.string(), path: z.string(), remedy: z.string() })),
});

function run(input: string, ...parameters: string[]) {
  return spawnSync(process.execPath, [command, "predict", ...parameters], { encoding: "utf8", input, cwd: root });
}

describe("eks-swap predict", () => {
  let folder = "";
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "eks-swap-predict-"));
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  it("prints one JSON document of the shape that scripts rely on", () => {
    const { status, stdout } = run(pods, "-f", "-", "--memory", "32Gi", "--swap", "30Gi", "--need", "3Gi", "--json");
    assert.equal(status, 0);
    const { containers, nodes, needs } = predictionSchema.parse(JSON.parse(stdout));
    assert.equal(nodes.length, 1);
    assert.deepEqual(containers, [
      {
        object: "Pod/web",
        container: "app",
        qosClass: "Burstable",
        memoryRequestBytes: 2 ** 30,
        memoryLimitBytes: 2 ** 31,
        swapLimitBytes: 1_006_632_960,
        ceilingBytes: 2 ** 31 + 1_006_632_960,
        reason: null,
      },
      {
        object: "Pod/web",
        container: "fixed",
        qosClass: "Burstable",
        memoryRequestBytes: 2 ** 30,
        memoryLimitBytes: 2 ** 30,
        swapLimitBytes: 0,
        ceilingBytes: 2 ** 30,
        reason: "request-equals-limit",
      },
    ]);
    assert.deepEqual(needs, [
      { container: "app", swapTotalBytes: 96 * 2 ** 30 },
      { container: "fixed", swapTotalBytes: null },
    ]);
  });

  it("predicts for the pools of a stack, in words, with a chart", () => {
    const chart = join(folder, "chart.svg");
    const pools = ["--stack", "dev", "--instance-types", "file"];
    const { status, stdout, stderr } = run("", "-f", example, ...pools, "--chart", chart);
    assert.equal(status, 0, stderr);
    assert.match(stdout, /instance types are those of the data file of \d{4}-\d{2}-\d{2} /);
    assert.match(stdout, /pool ebs, 16Gi/);
    assert.match(stdout, /Not on pool instance-store:/);
    assert.match(readFileSync(chart, "utf8"), /^<svg /);
  });

  it("predicts for several nodes", () => {
    const sizes = ["--memory", "16Gi", "--memory", "64Gi", "--swap", "8Gi", "--swap", "32Gi"];
    const { containers } = predictionSchema.parse(JSON.parse(run(pods, "-f", "-", ...sizes, "--json").stdout));
    const limits = containers
      .filter(({ container }) => container === "app")
      .map(({ swapLimitBytes }) => swapLimitBytes);
    assert.deepEqual(limits, [2 ** 29, 2 ** 29]);
  });

  it("ends with 2 and every problem where manifests are wrong, before it looks at nodes", () => {
    const bad = pods.replace("1Gi", "1GB").replace("2Gi", "2GB");
    const { status, stdout, stderr } = run(bad, "-f", "-", "--stack", "missing", "--json");
    assert.equal(status, 2);
    const { problems } = problemsSchema.parse(JSON.parse(stdout));
    assert.deepEqual(
      problems.map(({ id, file }) => [id, file]),
      [
        ["not-a-quantity", "-"],
        ["not-a-quantity", "-"],
      ],
    );
    assert.equal(stderr.trim().split("\n").length, 2);
  });

  const misuses: readonly (readonly [name: string, parameters: readonly string[], message: RegExp])[] = [
    ["no nodes", ["-f", example], /one of --stack, --cluster, and --memory/],
    ["two kinds of nodes", ["-f", example, "--stack", "dev", "--memory", "1Gi"], /one of --stack/],
    ["no manifest", ["--memory", "1Gi", "--swap", "1Gi"], /--file/],
    ["memory without swap", ["-f", example, "--memory", "1Gi"], /--swap must be given once/],
    ["a quantity that is none", ["-f", example, "--memory", "1GB", "--swap", "1Gi"], /must be a Kubernetes quantity/],
    ["no such file", ["-f", "missing.yaml", "--memory", "1Gi", "--swap", "1Gi"], /missing\.yaml.*does not exist/],
    [
      "no such container",
      ["-f", example, "--memory", "1Gi", "--swap", "1Gi", "--need", "1Gi", "--container", "x"],
      /no container is called x/,
    ],
    ["nothing with pods", ["-f", "package.json", "--memory", "1Gi", "--swap", "1Gi"], /is no Kubernetes object/],
    [
      "one price for two nodes",
      ["-f", example, "--memory", "1Gi", "--memory", "2Gi", "--swap", "1Gi", "--price", "1"],
      /one --memory/,
    ],
  ];
  for (const [name, parameters, message] of misuses) {
    it(`ends with 2: ${name}`, () => {
      const { status, stdout, stderr } = run("", ...parameters);
      assert.equal(status, 2, stderr);
      assert.match(stderr, message);
      assert.equal(stdout, "");
    });
  }

  it("writes no chart where it has no answer", () => {
    const chart = join(folder, "none.svg");
    run("", "-f", "missing.yaml", "--memory", "1Gi", "--swap", "1Gi", "--chart", chart);
    assert.ok(!existsSync(chart));
  });
});
