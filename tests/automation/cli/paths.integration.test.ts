// Paths that are no files, and places that nothing can be written to: one line, an exit code, and no waiting.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const root = resolve(__dirname, "..", "..", "..");
const command = join(root, "automation", "eks-swap.mjs");
const NODE = ["--memory", "16Gi", "--swap", "8Gi"];

/** Long after any of these commands has ended. */
const HANGS_MILLISECONDS = 60_000;

const POD = JSON.stringify({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "web" },
  spec: { containers: [{ name: "app", resources: { requests: { memory: "1Gi" }, limits: { memory: "2Gi" } } }] },
});

describe("paths", () => {
  let folder = "";
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "eks-swap-paths-"));
    cpSync(join(root, "Pulumi.dev.yaml"), join(folder, "Pulumi.dev.yaml"));
    writeFileSync(join(folder, "pod.json"), POD);
    mkdirSync(join(folder, "Pulumi.folder.yaml"));
    execFileSync("mkfifo", [join(folder, "pipe"), join(folder, "Pulumi.pipe.yaml")]);
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  function run(parameters: readonly string[]) {
    const ended = spawnSync(process.execPath, [command, ...parameters], {
      encoding: "utf8",
      cwd: folder,
      timeout: HANGS_MILLISECONDS,
    });
    assert.equal(ended.error, undefined, `${parameters.join(" ")} does not end`);
    return ended;
  }

  /** The same in a shell, which is given the command as `$@`. */
  function runIn(script: string, parameters: readonly string[]) {
    return spawnSync("bash", ["-c", script, "bash", process.execPath, command, ...parameters], {
      encoding: "utf8",
      cwd: folder,
      timeout: HANGS_MILLISECONDS,
    });
  }

  const predict = ["predict", "-f", "pod.json", ...NODE];
  const cases: readonly (readonly [parameters: readonly string[], message: RegExp, code?: number])[] = [
    [["predict", "-f", "pipe", ...NODE], /^error: pipe is a named pipe \(FIFO\), not a file\. /],
    [["predict", "-f", "/dev/zero", ...NODE], /^error: \/dev\/zero is a device or a socket, not a file\. /],
    [["predict", "-f", "pod.json", "--stack", "pipe"], /the stack file Pulumi\.pipe\.yaml is a named pipe/],
    [["render", "--stack", "pipe", "--out", "out"], /the stack file Pulumi\.pipe\.yaml is a named pipe/],
    [["render", "--stack", "folder", "--out", "out"], /the stack file Pulumi\.folder\.yaml is a folder/],
    [["render", "--stack", "dev", "--out", "pipe"], /--out pipe is not a folder/],
    [["render", "--stack", "dev", "--out", "/dev/full"], /--out \/dev\/full is not a folder/],
    // Not a folder of the kernel's can be written to, and Node's recursive mkdir never returns there.
    [
      ["render", "--stack", "dev", "--out", "/proc/eks-swap/out"],
      /cannot write \/proc\/eks-swap: no folder can be made/,
    ],
    [
      ["render", "--stack", "dev", "--out", "/sys/eks-swap/out"],
      /cannot write \/sys\/eks-swap: you may not use it|its file system is read-only/,
    ],
    [[...predict, "--chart", "pipe"], /cannot write pipe: it is a named pipe/],
    [[...predict, "--chart", "."], /cannot write \.: it is a folder, not a file/],
    [[...predict, "--chart", "/dev/full"], /cannot write \/dev\/full: no space is left on its disk/, 1],
    [["verify", "--stack", "dev", "--kubeconfig", "pipe"], /the kubeconfig pipe is a named pipe/],
    [["up", "--stack", "dev", "--plan", "pipe"], /the plan \S+pipe is a named pipe/],
    [["preview", "--stack", "dev", "--save-plan", "pipe"], /cannot write \S+pipe: it is a named pipe/],
    [["preview", "--stack", "dev", "--save-plan", "/proc/eks-swap/plan"], /cannot write \/proc\/eks-swap: no folder/],
    [["preview", "--stack", "dev", "--comment", "pipe"], /cannot write pipe: it is a named pipe/],
  ];
  for (const [parameters, message, code = 2] of cases) {
    it(`${parameters.join(" ")}: one line, exit code ${code}`, () => {
      const { status, stdout, stderr } = run(parameters);
      assert.deepEqual([status, stdout], [code, ""], stderr);
      const lines = stderr.split("\n").filter((line) => line !== "" && !line.startsWith("warning: "));
      assert.equal(lines.length, 1, stderr);
      assert.match(lines[0] ?? "", message);
    });
  }

  it("reads what a shell hands over as a pipe", () => {
    const { status, stdout, stderr } = runIn('"$@" -f <(cat pod.json)', ["predict", ...NODE]);
    assert.equal(status, 0, stderr);
    assert.match(stdout, /^Pod\/web, app: Burstable/);
  });

  it("says that the disk is full, and a later render mends what the first left", () => {
    const out = join(folder, "full");
    assert.equal(run(["render", "--stack", "dev", "--out", out]).status, 0);
    const plan = join(out, "ebs", "plan.json");
    rmSync(plan);
    symlinkSync("/dev/full", plan);
    const { status, stderr } = run(["render", "--stack", "dev", "--out", out]);
    assert.equal(status, 1, stderr);
    assert.match(stderr, /^error: cannot write \S+plan\.json: no space is left on its disk$/m);
    assert.doesNotMatch(stderr, /^ +at /m);
    rmSync(plan);
    assert.equal(run(["render", "--stack", "dev", "--out", out]).status, 0);
    assert.match(readFileSync(plan, "utf8"), /"pool": "ebs"/);
  });

  it("says that standard output is full, exit code 1", () => {
    const { status, stderr } = runIn('"$@" >/dev/full', predict);
    assert.equal(status, 1);
    assert.match(stderr, /^error: the result cannot be written to standard output: ENOSPC: [^\n]+\n$/);
  });

  for (const parameters of [predict, [...predict, "--json"], ["render", "--stack", "dev", "--out", "piped"]]) {
    it(`ends well when its reader ends early: ${parameters[0] ?? ""} ${parameters.at(-1) ?? ""} | head -1`, () => {
      const { status, stdout, stderr } = runIn('"$@" | head -1; exit "${PIPESTATUS[0]}"', parameters);
      assert.equal(status, 0, stderr);
      assert.equal(stdout.trim().split("\n").length, 1);
      assert.doesNotMatch(stderr, /EPIPE|^ +at /m);
    });
  }

  it("ends well when nobody reads what it says", () => {
    assert.equal(
      runIn('"$@" 2>&1 >/dev/null | true; exit "${PIPESTATUS[0]}"', ["render", "-s", "dev", "-o", "unread"]).status,
      0,
    );
    assert.ok(readdirSync(join(folder, "unread")).includes("manifests"));
  });
});
