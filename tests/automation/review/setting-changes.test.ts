// What a preview says of each setting of a pool, in text, Markdown and JSON: real configs and manifests, no engine.
import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import type { Inputs, ResourceChange } from "../../../automation/base/changes";
import { renderPools, type RenderedPool } from "../../../automation/render/render";
import { reviewMarkdown } from "../../../automation/review/markdown";
import { words } from "../../../automation/review/markdown-text";
import { poolOutlooks } from "../../../automation/review/outlook";
import { NODE_CLASS_TYPE, NODE_POOL_TYPE, poolChanges } from "../../../automation/review/pool-changes";
import { describeReview, reviewDocument } from "../../../automation/review/report";
import type { Review } from "../../../automation/review/review";
import { readSettings, type Settings } from "../../../config/settings";
import { valueAt } from "../../../config/value-at";
import { configKeys } from "../../config/config-table";
import { VALID_CONFIG, withChanges, type Changes } from "../../config/configs";
import { BASE, SETTING_CASES, type Line } from "./setting-cases";

function settingsOf(pool: Changes, changes: Changes = {}): Settings {
  const ofPool = Object.entries(pool).map(([path, value]): [string, unknown] => [`pools.jobs.${path}`, value]);
  return readSettings(withChanges({ ...VALID_CONFIG, pools: {} }, { ...Object.fromEntries(ofPool), ...changes }));
}

const EXISTING_CLUSTER = {
  name: "theirs",
  nodeRoleArn: "arn:aws:iam::123456789012:role/nodes",
  securityGroupIds: ["sg-01234567"],
  subnetIds: ["subnet-01234567"],
};

function change(type: string, before: Inputs, after: Inputs): ResourceChange {
  const kind = isDeepStrictEqual(before, after) ? "same" : "update";
  return { urn: `urn:pulumi:dev::eks-swap::${type}::jobs`, type, name: "jobs", kind, before, after, replaceKeys: [] };
}

/** The preview of an update on three nodes; `last` is what is known of the last one. */
function previewOf(before: Settings, after: Settings, last: Settings | undefined = before): Review {
  const changes = renderPools(before).flatMap((old, index) => {
    const next: RenderedPool | undefined = renderPools(after)[index];
    assert.ok(next !== undefined);
    return [
      change(NODE_CLASS_TYPE, old.nodeClass, next.nodeClass),
      change(NODE_POOL_TYPE, old.nodePool, next.nodePool),
    ];
  });
  const nodes = new Map([["jobs", 3]]);
  return {
    stack: "dev",
    changes,
    counts: {},
    pools: poolOutlooks(poolChanges(changes), { nodes, last, next: after }),
    refusals: [],
    unchecked: [],
    beyondPlan: [],
    warnings: [],
    seconds: 1,
  };
}

function poolLines(review: Review): readonly string[] {
  return describeReview(review).filter((line) => line.startsWith("pool "));
}

function markdownRow(review: Review): string | undefined {
  return reviewMarkdown(review)
    .split("\n")
    .find((line) => line.startsWith("| `jobs`"));
}

const inWords = ([what, before, after]: Line): string => `${what} ${before} → ${after}`;

const toJson =
  (replacesNodes: boolean) =>
  ([what, before, after]: Line) => ({ what, before, after, replacesNodes });

describe("settings of a pool in a preview", () => {
  it("are all in the table of cases", () => {
    const prefix = "pools.NAME.";
    const keys = configKeys().flatMap(({ path }) => (path.startsWith(prefix) ? [path.slice(prefix.length)] : []));
    assert.deepEqual(Object.keys(SETTING_CASES), keys);
  });

  for (const [path, { base, to, replaces, keeps = [] }] of Object.entries(SETTING_CASES)) {
    it(`${path}: ${[...replaces, ...keeps].map(inWords).join(", ")}`, () => {
      const pool = { ...BASE, ...base };
      const review = previewOf(settingsOf(pool), settingsOf({ ...pool, [path]: to }));
      const [replacing, others] = [replaces.map(inWords), keeps.map(inWords)];
      const [text, nodes] =
        replacing.length > 0
          ? [`pool jobs: replaces 3 nodes: ${replacing.join(", ")}`, "replaces 3 nodes"]
          : [`pool jobs: keeps its nodes: ${others.join(", ")}`, "keeps its nodes"];
      assert.deepEqual(poolLines(review), [text]);
      const cell = [...replacing, ...others.map((line) => `${line} (replaces no nodes)`)].map(words).join("<br>");
      assert.equal(markdownRow(review), `| \`jobs\` | ${nodes} | ${cell} |`);
      const [document] = [reviewDocument(review)["pools"]].flat();
      assert.deepEqual(valueAt(document, ["changes"]), [...replaces.map(toJson(true)), ...keeps.map(toJson(false))]);
      assert.equal(valueAt(document, ["kind"]), replaces.length > 0 ? "roll" : "keep");
    });
  }

  const plain = settingsOf(BASE);

  it("say which setting replaces nodes, and which does not", () => {
    const review = previewOf(plain, settingsOf({ ...BASE, "swap.sysctls.swappiness": 100, guard: "deny" }));
    assert.deepEqual(poolLines(review), ["pool jobs: replaces 3 nodes: swappiness 60 → 100; also guard warn → deny"]);
  });

  it("replace no nodes where the manifests stay the same", () => {
    const review = previewOf(plain, settingsOf({ ...BASE, "swap.sysctls.pageCluster": 5 }));
    assert.deepEqual(poolLines(review), ["pool jobs: keeps its nodes: pageCluster auto → 5"]);
  });

  it("explain every reason where swap comes or goes", () => {
    const review = previewOf(plain, settingsOf({ "swap.size": 0 }));
    assert.deepEqual(poolLines(review), [
      "pool jobs: replaces 3 nodes: swap size 30Gi → none, root volume size 56Gi → 20Gi, " +
        "kubelet's swap settings in the EC2NodeClass set → none, systemReserved ephemeral-storage 30Gi → none",
    ]);
  });

  it("explain every reason where an instance store takes over", () => {
    const review = previewOf(plain, settingsOf({ ...BASE, "swap.backings": ["instance-store", "root-volume"] }));
    assert.deepEqual(poolLines(review), [
      "pool jobs: replaces 3 nodes: backings root-volume → instance-store then root-volume, " +
        "instance store policy none → RAID0, requirement karpenter.k8s.aws/instance-local-nvme none → Gt [53]",
    ]);
  });

  it("follow the versions of AMI and Karpenter", () => {
    const next = settingsOf(BASE, { "ami.alias": "al2023@v20260601", "karpenter.version": "1.15.0" });
    assert.deepEqual(poolLines(previewOf(plain, next)), [
      "pool jobs: replaces 3 nodes: AMI al2023@v20260714 → al2023@v20260601",
    ]);
    const existing = { cluster: { existing: EXISTING_CLUSTER }, "karpenter.install": false };
    const [old, open] = ["1.14.1", "1.15.0"].map((version) =>
      settingsOf(BASE, { ...existing, "karpenter.version": version }),
    );
    assert.ok(old !== undefined && open !== undefined);
    assert.deepEqual(poolLines(previewOf(old, open)), [
      "pool jobs: replaces 3 nodes: kubelet's swap settings in the EC2NodeClass none → set, " +
        "kubelet's swap settings in userData set → none",
    ]);
  });

  it("are reasons without values where the last settings are not known", () => {
    const next = settingsOf({ ...BASE, "swap.size": "60Gi" });
    const review = previewOf(plain, next, { ...plain, pools: [] });
    assert.deepEqual(poolLines(review), ["pool jobs: replaces 3 nodes: userData, kubelet settings, volumes"]);
    assert.equal(markdownRow(review), "| `jobs` | replaces 3 nodes | userData<br>kubelet settings<br>volumes |");
  });

  it("leave userData a reason where another program made the last one", () => {
    const old = settingsOf({ ...BASE, "swap.sysctls.swappiness": 59 });
    const next = settingsOf({ ...BASE, "swap.sysctls.swappiness": 100 });
    assert.deepEqual(poolLines(previewOf(old, next, plain)), [
      "pool jobs: replaces 3 nodes: swappiness 60 → 100, userData",
    ]);
    assert.deepEqual(poolLines(previewOf(old, plain, plain)), ["pool jobs: replaces 3 nodes: userData"]);
  });
});
