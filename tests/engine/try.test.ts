// npm run try as a user sees it: up, up again, interrupted, taken down.
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { copyProject } from "./project-copy";

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

describe("npm run try", () => {
  const project = copyProject();
  after(() => {
    rmSync(project, { recursive: true });
  });

  function start(parameters: readonly string[], environment: NodeJS.ProcessEnv = {}): ChildProcess {
    return spawn(process.execPath, ["--import", "tsx", "automation/try/try.ts", ...parameters], {
      cwd: project,
      env: { ...process.env, NO_COLOR: "1", ...environment },
    });
  }

  async function end(child: ChildProcess): Promise<Ended> {
    let stdout = "";
    let stderr = "";
    child.stdout?.on("data", (bytes: Buffer) => (stdout += bytes.toString()));
    child.stderr?.on("data", (bytes: Buffer) => (stderr += bytes.toString()));
    return new Promise((done) => child.once("close", (code) => done({ code, stdout, stderr })));
  }

  /** Processes whose command line or folder is that of the copy. */
  function processes(): readonly string[] {
    return readdirSync("/proc").filter((name) => {
      if (!/^\d+$/.test(name)) return false;
      try {
        return readFileSync(`/proc/${name}/cmdline`, "latin1").includes(project);
      } catch {
        return false; // It has ended meanwhile.
      }
    });
  }

  function locks(): readonly string[] {
    const folder = join(project, ".try", "backend", ".pulumi", "locks");
    if (!existsSync(folder)) return [];
    return readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".json"));
  }

  it("ends at Ctrl-C with what was done recorded, and leaves no process and no lock", async () => {
    const child = start([]);
    const ended = end(child);
    await new Promise<void>((begun) => {
      child.stderr?.on("data", (bytes: Buffer) => {
        if (bytes.toString().includes("created")) begun();
      });
    });
    child.kill("SIGINT");
    const { code, stderr } = await ended;
    assert.equal(code, 4, stderr);
    assert.match(stderr, /^error: interrupted: /m);
    assert.deepEqual(processes(), []);
    assert.deepEqual(locks(), []);
  });

  it("goes on from there, and shows the pools and where their files are", async () => {
    const { code, stdout, stderr } = await end(start([]));
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^pool ebs\n +backings +root-volume\n +swap +30Gi\n +root volume +56Gi gp3$/m);
    assert.match(stdout, /^pool instance-store\n +backings +instance-store, then root-volume$/m);
    assert.match(stderr, /^\+ ebs-node-class .*created$/m);
    assert.ok(existsSync(join(project, ".try", "rendered", "ebs", "userdata.mime")));
    assert.deepEqual(processes(), []);
  });

  it("says that nothing changes the second time", async () => {
    const { code, stderr } = await end(start([]));
    assert.equal(code, 0, stderr);
    assert.match(stderr, /^up of dev: no changes \(/m);
  });

  it("shows a change of size without an account: which pool, from what to what, and that its nodes are replaced", async () => {
    const file = join(project, "Pulumi.dev.yaml");
    const original = readFileSync(file, "utf8");
    // Comments and anchors of the user's own, which a rewrite would lose.
    const text = `# a comment\n${original.replace("30Gi", "60Gi")}`;
    writeFileSync(file, text);
    const sandboxed = (...command: readonly string[]): ChildProcess =>
      spawn(process.execPath, ["automation/eks-swap.mjs", ...command, "--sandbox", "--stack", "dev"], { cwd: project });
    for (const child of [sandboxed("preview"), start([])]) {
      const { code, stderr } = await end(child);
      assert.equal(code, 0, stderr);
      assert.match(stderr, /^pool ebs: replaces its nodes: swap size 30Gi → 60Gi/m);
    }
    for (const [command, result] of [
      ["up", /^up of dev: no changes/m],
      ["destroy", /^destroy of dev: \d+ deleted/m],
    ] as const) {
      const { code, stderr } = await end(sandboxed(command));
      assert.equal(code, 0, stderr);
      assert.match(stderr, result);
    }
    assert.equal(readFileSync(file, "utf8"), text);
    assert.deepEqual(processes(), []);
  });

  it("leaves nothing with --destroy", async () => {
    const { code, stderr } = await end(start(["--destroy"]));
    assert.equal(code, 0, stderr);
    assert.match(stderr, /nothing is left/);
    assert.ok(!existsSync(join(project, ".try")));
    assert.deepEqual(processes(), []);
  });

  it("reports every way that it tried when no CLI is available, and still shows the pools", async () => {
    const empty = mkdtempSync(join(tmpdir(), "eks-swap-empty-"));
    const environment = { PATH: empty, HOME: empty, XDG_CACHE_HOME: join(empty, "cache") };
    const { code, stdout, stderr } = await end(start([], environment));
    rmSync(empty, { recursive: true });
    assert.equal(code, 1, stderr);
    assert.match(stdout, /^pool ebs$/m);
    for (const way of ["on PATH", "the SDK's download", "a build from Go modules"])
      assert.ok(stderr.includes(`- ${way}:`), way);
    assert.match(stderr, /Install one as https:\/\/www\.pulumi\.com/);
  });
});
