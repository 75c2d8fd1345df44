// The command line on the real engine: gates, plans, twenty pools, and no secret in any output. How it ends
// when something goes wrong is in faults.test.ts.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { dump } from "js-yaml";
import { Pipeline, type Ended } from "./pipeline";

const review = z.looseObject({
  changes: z.record(z.string(), z.number()),
  pools: z.array(z.looseObject({ pool: z.string(), kind: z.string(), reasons: z.array(z.string()) })),
  gates: z.array(z.looseObject({ gate: z.string(), allowed: z.boolean() })),
});

const ebs = (size: string): readonly string[] => ["--config", `pools.ebs.swap.size=${size}`];
const both = (size: string): readonly string[] => [...ebs(size), "--config", `pools.instance-store.swap.size=${size}`];

function parsed<T>(schema: z.ZodType<T>, { stdout, stderr }: Ended): T {
  assert.ok(stdout.startsWith("{"), `no document on standard output: ${stdout}${stderr}`);
  return schema.parse(JSON.parse(stdout));
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

  describe("a stack that is up", () => {
    before(async () => run(0, "up"));

    it("shows its outputs, secrets hidden", async () => {
      const { clusterName, kubeconfig } = parsed(z.looseObject({}), await run(0, "outputs"));
      assert.deepEqual([clusterName, kubeconfig], ["eks-swap-dev", "[secret]"]);
    });

    for (const command of ["outputs", "verify", "refresh", "drain", "destroy"]) {
      it(`tells that the passphrase is wrong: ${command}, exit code 2`, async () => {
        const ended = await pipeline.run([command, "--json"], { PULUMI_CONFIG_PASSPHRASE: "another" });
        assert.equal(ended.code, 2, ended.stderr);
        assert.match(ended.stdout, /"kind": "wrong-passphrase"/);
        assert.match(ended.stderr, /^error: the passphrase of stack dev is missing or wrong: set [^\n]+\n$/m);
      });
    }

    it("tells that there is no such pool and which there are, exit code 2", async () => {
      const { stdout, stderr } = await run(2, "drain", "--pool", "nosuch", "--json");
      assert.match(stderr, /^error: stack dev has no pool nosuch: its pools are ebs, instance-store$/m);
      assert.match(stdout, /"kind": "unknown-name"/);
    });

    it("tells that there is no such kubeconfig, exit code 2", async () => {
      const { stderr } = await run(2, "verify", "--kubeconfig", file("nowhere"));
      assert.match(stderr, /^error: there is no kubeconfig \S+nowhere$/m);
    });

    for (const command of [["outputs"], ["up", "--no-cluster"], ["preview", "--no-cluster"], ["refresh"]]) {
      it(`reads a state whose attributes a kill has left empty: ${command.join(" ")}`, async () => {
        pipeline.emptyAttributes();
        const { code, stderr } = await pipeline.run(command);
        assert.equal(code, 0, stderr);
        assert.match(stderr, /^the run before was killed while it wrote to the backend: /m);
      });
    }

    it("draws a live tree in a terminal", async () => {
      const shown = await pipeline.runInTerminal(["refresh"]);
      // The cursor goes up, and what stood there is drawn anew.
      assert.ok(shown.split("\u001b[").some((sequence) => /^\d*A/.test(sequence)));
      assert.match(shown, /eks-swap-dev pulumi:pulumi:Stack \d+ of \d+/);
      assert.match(shown, /refresh of dev: no changes/);
    });

    it("previews a pool whose nodes are replaced, in words for people and for scripts", async () => {
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
      assert.match(readFileSync(comment, "utf8"), /swap size 30Gi → 60Gi/);
    });

    it("does only what the reviewed plan says, exit code 3", async () => {
      const plan = file("plan.json");
      await run(0, "preview", "--no-cluster", "--save-plan", plan, ...ebs("60Gi"));
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

    it("refuses to roll a pool only because the program is another than that of the last update, exit code 3", async () => {
      // What the state has is then not what this program makes of the same config.
      const swappiness = /SWAPPINESS=(\W*)60/g;
      pipeline.editState((text) => {
        assert.match(text, swappiness);
        return text.replaceAll(swappiness, (_, quote: string) => `SWAPPINESS=${quote}59`);
      });
      const ended = await run(3, "preview", "--no-cluster", "--json", "--allow", "roll-all-pools", ...both("40Gi"));
      assert.deepEqual(
        parsed(review, ended).gates.map(({ gate, allowed }) => [gate, allowed]),
        [
          ["roll-all-pools", true],
          ["program-roll", false],
        ],
      );
      await run(0, "up", "--no-cluster", "--allow", "roll-all-pools", "--allow", "program-roll", ...both("40Gi"));
    });

    it("wants the name of a protected stack", async () => {
      const protect = [...both("40Gi"), "--config", "protect=true"];
      await run(0, "up", "--no-cluster", ...protect);
      assert.match((await run(3, "destroy", "--no-drain", ...protect)).stderr, /--confirm dev/);
      const rolling = [...both("50Gi"), "--config", "protect=true", "--allow", "roll-all-pools", "--no-cluster"];
      assert.match((await run(3, "up", ...rolling)).stderr, /--confirm dev/);
    });

    it("refuses to destroy a cluster that AWS would not delete, exit code 3, before anything is touched", async () => {
      const setProtection = (from: boolean, to: boolean): void => {
        const there = new RegExp(`("deletionProtection":\\s*)${from}`, "g");
        pipeline.editState((text) => {
          assert.match(text, there);
          return text.replaceAll(there, (_, key: string) => `${key}${to}`);
        });
      };
      setProtection(false, true);
      const { stderr } = await run(3, "destroy", "--no-drain", "--confirm", "dev");
      assert.match(
        stderr,
        /eks-swap-dev, whose deletion protection is on,.* run eks-swap up --stack dev, then destroy/,
      );
      assert.deepEqual(pipeline.differences(), { doubled: [], lost: [], pending: 0 });
      setProtection(true, false);
    });
  });

  describe("at the end", () => {
    it("destroys everything", async () => {
      await run(0, "destroy", "--no-drain", "--confirm", "dev");
      assert.deepEqual(pipeline.differences(), { doubled: [], lost: [], pending: 0 });
    });

    it("makes a stack with the secrets provider of the environment", async () => {
      pipeline.addStack("other", pipeline.stackFile("dev"));
      const { code, stderr } = await pipeline.run(["preview", "--stack", "other"], {
        PULUMI_SECRETS_PROVIDER: "nowhere://key",
      });
      assert.equal(code, 4, stderr);
      assert.match(stderr, /^error: Pulumi's CLI failed: [^]*nowhere/m);
    });

    it("makes twenty pools, replaces the nodes of one, and destroys them", async () => {
      const pool = { swap: { size: "8Gi", backings: ["root-volume"] } };
      const pools = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`pool-${index}`, pool]));
      const config = { "aws:region": "eu-central-1", "eks-swap:cluster": { name: "many" }, "eks-swap:pools": pools };
      pipeline.addStack("many", dump({ config }));
      const many = ["--stack", "many", "--json"];
      const added = parsed(review, await run(0, "up", "--no-cluster", ...many)).pools;
      assert.deepEqual(
        added.map(({ kind }) => kind),
        Array.from({ length: 20 }, () => "add"),
      );
      const change = ["--config", "pools.pool-7.swap.size=9Gi"];
      const { pools: previewed, changes } = parsed(review, await run(0, "preview", "--no-cluster", ...many, ...change));
      assert.deepEqual(changes, { update: 1 });
      assert.deepEqual(
        previewed.filter(({ kind }) => kind !== "keep").map(({ pool: name, kind }) => [name, kind]),
        [["pool-7", "roll"]],
      );
      await run(0, "destroy", "--no-drain", ...many);
      assert.deepEqual(pipeline.differences(), { doubled: [], lost: [], pending: 0 });
    });

    it("ends a preview with a failed look-up, exit code 4", async () => {
      const existing = {
        name: "nosuch",
        nodeRoleArn: "arn:aws:iam::123456789012:role/node",
        securityGroupIds: ["sg-0123456789abcdef0"],
        subnetIds: ["subnet-0123456789abcdef0"],
      };
      const config = {
        "aws:region": "eu-central-1",
        "eks-swap:cluster": { kubernetesVersion: "1.36", existing },
        "eks-swap:karpenter": { install: false },
        "eks-swap:pools": { spikes: { swap: { size: "50%", maxSize: "16Gi", backings: ["root-volume"] } } },
      };
      pipeline.addStack("lost", dump({ config }));
      const { stderr } = await run(4, "preview", "--stack", "lost", "--no-cluster");
      assert.match(stderr, /reading EKS Cluster \(nosuch\): couldn't find resource/);
      assert.match(stderr, /the preview failed, see the errors above; nothing was changed/);
    });

    it("names the program that Pulumi.yaml asks for and the folder lacks, exit code 2, and does without it once main is removed", async () => {
      pipeline.removeProgram();
      const { stdout, stderr } = await run(2, "preview", "--no-cluster", "--json");
      assert.match(stdout, /"kind": "program-missing"/);
      assert.match(stderr, /Pulumi\.yaml in \S+ has `main: index\.ts`, and \S+\/index\.ts is not there: remove `main`/);
      pipeline.removeMain();
      assert.match((await run(0, "preview", "--no-cluster")).stderr, /to create/);
    });

    it("has downloaded nothing to run the sandbox's providers", () => {
      assert.deepEqual(pipeline.plugins(), []);
    });

    it("has shown no secret", () => {
      assert.ok(pipeline.written.length > 20);
      assert.deepEqual(pipeline.leaks(), []);
    });
  });
});
