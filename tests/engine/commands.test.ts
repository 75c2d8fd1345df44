// The command line on the real engine: every exit code, gates, plans, locks, signals, and no secret in any output.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { z } from "zod";
import { dump } from "js-yaml";
import { Pipeline, type Ended } from "./pipeline";

const review = z.looseObject({
  changes: z.record(z.string(), z.number()),
  pools: z.array(z.looseObject({ pool: z.string(), kind: z.string(), reasons: z.array(z.string()) })),
  gates: z.array(z.looseObject({ gate: z.string(), allowed: z.boolean() })),
});
const failure = z.looseObject({ error: z.string(), kind: z.string() });

const ebs = (size: string): readonly string[] => ["--config", `pools.ebs.swap.size=${size}`];
const both = (size: string): readonly string[] => [...ebs(size), "--config", `pools.instance-store.swap.size=${size}`];

function parsed<T>(schema: z.ZodType<T>, { stdout, stderr }: Ended): T {
  assert.ok(stdout.startsWith("{"), `no document on standard output: ${stdout}${stderr}`);
  return schema.parse(JSON.parse(stdout));
}

/** A process that is gone. */
function deadProcess(): number {
  return spawnSync(process.execPath, ["--version"]).pid;
}

describe("eks-swap on the real engine", () => {
  const pipeline = new Pipeline();
  const file = (name: string): string => join(pipeline.folder, name);
  before(async () => pipeline.open());
  after(async () => pipeline.close());

  async function run(code: number, ...parameters: readonly string[]): Promise<Ended> {
    const ended = await pipeline.run(parameters);
    assert.equal(ended.code, code, ended.stderr);
    return ended;
  }

  describe("before there is a stack", () => {
    it("refuses a wrong config with all its problems, exit code 2", async () => {
      const ended = await run(2, "up", "--json", ...ebs("30"), "--config", "network.zones=9");
      const { problems } = parsed(z.object({ problems: z.array(z.looseObject({ path: z.string() })) }), ended);
      const paths = problems.map(({ path }) => path);
      for (const path of ["network.zones", "pools.ebs.swap.size"]) assert.ok(paths.includes(path), path);
    });

    it("tells of a stack that is missing, exit code 2", async () => {
      for (const command of ["refresh", "outputs"]) {
        assert.equal(parsed(failure, await run(2, command, "--json")).kind, "stack-missing");
      }
    });

    it("tells of a CLI that is missing, exit code 1", async () => {
      const empty = mkdtempSync(join(tmpdir(), "eks-swap-empty-"));
      const ended = await pipeline.run(["up", "--json"], { PATH: empty, HOME: empty, XDG_CACHE_HOME: empty });
      rmSync(empty, { recursive: true });
      assert.equal(ended.code, 1, ended.stderr);
      assert.equal(parsed(failure, ended).kind, "cli-missing");
    });

    it("tells of an update that failed, exit code 4, and goes on from there", async () => {
      pipeline.order([{ type: "aws:ec2/vpc:Vpc", operation: "create", fault: "fail" }]);
      const ended = await run(4, "up", "--json");
      assert.equal(parsed(failure, ended).kind, "update-failed");
      assert.match(ended.stderr, /InternalError/);
    });

    it("tells of credentials that have expired, exit code 4", async () => {
      const message = "operation error: ExpiredToken: The security token included in the request is expired";
      pipeline.order([{ type: "aws:*", operation: "create", fault: "fail", message, times: 1000 }]);
      assert.equal(parsed(failure, await run(4, "up", "--json")).kind, "credentials");
    });

    it("tries again after throttling, and comes up", async () => {
      pipeline.order([{ type: "aws:ec2/vpc:Vpc", operation: "create", fault: "throttle" }]);
      const { stderr } = await run(0, "up");
      assert.match(stderr, /that may pass: trying again after a pause \(1 of 2\)/);
      assert.match(stderr, /^up of dev: \d+ created/m);
      pipeline.order([]);
    });
  });

  describe("a stack that is up", () => {
    it("shows its outputs, secrets hidden", async () => {
      const { clusterName, kubeconfig } = parsed(z.looseObject({}), await run(0, "outputs"));
      assert.deepEqual([clusterName, kubeconfig], ["eks-swap-dev", "[secret]"]);
    });

    it("wants the passphrase that it was made with, exit code 2", async () => {
      const ended = await pipeline.run(["up", "--json"], { PULUMI_CONFIG_PASSPHRASE: "wrong" });
      assert.equal(ended.code, 2, ended.stderr);
      assert.equal(parsed(failure, ended).kind, "wrong-passphrase");
    });

    it("previews a pool that rolls, in words for people and for scripts", async () => {
      const comment = file("comment.md");
      const ended = await run(0, "preview", "--no-cluster", "--json", "--comment", comment, ...ebs("60Gi"));
      const { changes, pools } = parsed(review, ended);
      assert.deepEqual(changes, { update: 1 });
      assert.deepEqual(
        pools.map(({ pool, kind }) => [pool, kind]),
        [
          ["ebs", "roll"],
          ["instance-store", "keep"],
        ],
      );
      assert.match(readFileSync(comment, "utf8"), /swap: 30Gi → 60Gi/);
    });

    it("does only what the reviewed plan says, exit code 3", async () => {
      const plan = file("plan.json");
      await run(0, "preview", "--no-cluster", "--save-plan", plan, ...ebs("60Gi"));
      const refused = await run(3, "up", "--no-cluster", "--plan", plan, "--json", ...ebs("90Gi"));
      assert.match(parsed(failure, refused).error, /ebs-node-class .*: another value of spec than in the plan/);
      await run(3, "up", "--no-cluster", "--plan", plan, "--allow", "roll-all-pools", ...both("60Gi"));
      assert.match((await run(0, "up", "--no-cluster", "--plan", plan, ...ebs("60Gi"))).stderr, /1 updated/);
    });

    it("refuses to roll every pool at once, exit code 3, unless that is what is wanted", async () => {
      const ended = await run(3, "up", "--no-cluster", "--json", ...both("40Gi"));
      const { gates } = parsed(review, ended);
      assert.deepEqual(
        gates.map(({ gate, allowed }) => [gate, allowed]),
        [["roll-all-pools", false]],
      );
      assert.match(ended.stderr, /--allow roll-all-pools/);
      await run(0, "up", "--no-cluster", "--allow", "roll-all-pools", ...both("40Gi"));
    });

    it("refuses to replace the cluster, exit code 3", async () => {
      const ended = await run(
        3,
        "preview",
        "--no-cluster",
        "--json",
        ...both("40Gi"),
        "--config",
        "network.cidr=10.50.0.0/16",
      );
      assert.ok(parsed(review, ended).gates.some(({ gate }) => gate === "replace-cluster"));
    });

    it("fails a verification of a cluster that cannot be reached, exit code 5", async () => {
      assert.equal(parsed(failure, await run(5, "verify", "--json")).kind, "cluster");
    });

    it("wants the name of a protected stack", async () => {
      const protect = [...both("40Gi"), "--config", "protect=true"];
      await run(0, "up", "--no-cluster", ...protect);
      assert.match((await run(3, "destroy", "--no-drain", ...protect)).stderr, /--confirm dev/);
      const rolling = [...both("50Gi"), "--config", "protect=true", "--allow", "roll-all-pools", "--no-cluster"];
      assert.match((await run(3, "up", ...rolling)).stderr, /--confirm dev/);
    });
  });

  describe("locks and signals", () => {
    afterEach(() => pipeline.unlock());

    it("names who holds the lock, exit code 4", async () => {
      pipeline.lock("another-host", 4711);
      const { error, kind } = parsed(failure, await run(4, "refresh", "--json"));
      assert.equal(kind, "stack-locked");
      assert.match(error, /somebody@another-host, process 4711, since 2026-01-02T03:04:05Z/);
      await run(4, "refresh", "--cancel-stale-lock");
    });

    it("waits for the lock", async () => {
      pipeline.lock("another-host", 4711);
      const { ended, stderr } = pipeline.start(["refresh", "--wait-for-lock", "5m"]);
      while (!stderr().includes("waiting for it")) await setTimeout(100);
      pipeline.unlock();
      const { code, stderr: text } = await ended;
      assert.equal(code, 0, text);
    });

    it("removes the lock of a process of this machine that is gone", async () => {
      pipeline.lock(hostname(), deadProcess());
      assert.match((await run(4, "refresh")).stderr, /that process is gone.*\n.*--cancel-stale-lock/);
      await run(0, "refresh", "--cancel-stale-lock");
      assert.deepEqual(pipeline.locks(), []);
    });

    for (const [signals, seconds] of [
      [["SIGTERM"], 0.5],
      [["SIGINT", "SIGINT"], 600],
    ] as const) {
      it(`ends by ${signals.join(" and ")} with the state saved and no lock, exit code 4`, async () => {
        pipeline.order([
          { type: "aws:sqs/queue:Queue", operation: "delete", fault: "slow", seconds: Math.min(seconds, 20) },
        ]);
        const { child, ended, stderr } = pipeline.start(["destroy", "--no-drain", "--confirm", "dev"]);
        while (!/ deleted$/m.test(stderr())) await setTimeout(20);
        for (const signal of signals) {
          child.kill(signal);
          await setTimeout(500);
        }
        const { code, stderr: text } = await ended;
        assert.equal(code, 4, text);
        assert.match(text, /interrupted/);
        assert.deepEqual(pipeline.locks(), []);
        pipeline.order([]);
        await run(0, "up", "--no-cluster");
        assert.deepEqual(pipeline.differences(), { doubled: [], lost: [], pending: 0 });
      });
    }
  });

  describe("at the end", () => {
    it("destroys everything", async () => {
      await run(0, "destroy", "--no-drain", "--confirm", "dev");
      assert.deepEqual(pipeline.differences(), { doubled: [], lost: [], pending: 0 });
    });

    it("previews twenty pools", async () => {
      const pool = { swap: { size: "8Gi", backings: ["root-volume"] } };
      const pools = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`pool-${index}`, pool]));
      const config = { "aws:region": "eu-central-1", "eks-swap:cluster": { name: "many" }, "eks-swap:pools": pools };
      pipeline.addStack("many", dump({ config }));
      const { pools: previewed } = parsed(review, await run(0, "preview", "--stack", "many", "--json"));
      assert.equal(previewed.filter(({ kind }) => kind === "add").length, 20);
    });

    it("has shown no secret", () => {
      assert.ok(pipeline.written.length > 20);
      for (const text of pipeline.written) {
        for (const secret of ["correct horse", "certificate-authority-data", "get-token"]) {
          assert.ok(!text.includes(secret), `${secret} is in: ${text.slice(0, 500)}`);
        }
      }
    });
  });
});
