// Gates, pool changes and their Markdown over resource changes as data: no engine, no cluster.
import assert from "node:assert/strict";
import type { ResourceChange } from "../../../automation/base/changes";
import { closedGates, type Gate, type GateFacts } from "../../../automation/review/gates";
import { reviewMarkdown } from "../../../automation/review/markdown";
import { poolOutlooks } from "../../../automation/review/outlook";
import { poolChanges } from "../../../automation/review/pool-changes";
import type { Review } from "../../../automation/review/review";
import { beyondPlan } from "../../../automation/review/update-plan";

type Change = Partial<ResourceChange> & Pick<ResourceChange, "type" | "kind">;

const POOL = "kubernetes:karpenter.sh/v1:NodePool";
const CLASS = "kubernetes:karpenter.k8s.aws/v1:EC2NodeClass";

function change({ type, kind, name = "thing", ...rest }: Change, parents = ""): ResourceChange {
  const urn = `urn:pulumi:dev::eks-swap::${parents}${type}::${name}`;
  return { urn, type, name, kind, before: undefined, after: undefined, replaceKeys: [], ...rest };
}

function spec(pool: string, values: Readonly<Record<string, unknown>>) {
  return { metadata: { name: pool }, spec: values };
}

/** NodePool and EC2NodeClass of a pool whose userData changes from `before` to `after`. */
function pool(name: string, before: string, after: string): readonly ResourceChange[] {
  const [old, next] = [before, after].map((userData) =>
    spec(name, { userData, amiSelectorTerms: [{ alias: "al2023@v1" }] }),
  );
  const same = spec(name, { template: {} });
  return [
    change({ type: POOL, kind: "same", name: `${name}-node-pool`, before: same, after: same }),
    change({
      type: CLASS,
      kind: before === after ? "same" : "update",
      name: `${name}-node-class`,
      before: old,
      after: next,
    }),
  ];
}

function gatesOf(changes: readonly ResourceChange[], facts: Partial<GateFacts> = {}): readonly Gate[] {
  return closedGates({ changes, userDataOfLastConfig: new Map(), swapUse: undefined, ...facts }).map(
    ({ gate }) => gate,
  );
}

const kept = pool("kept", "a", "a");
const rolling = pool("rolling", "a", "b");
const CLUSTER = "aws:eks/cluster:Cluster";
const vpc = "aws:ec2/vpc:Vpc";
const RELEASE = { type: "kubernetes:helm.sh/v3:Release", name: "karpenter-controller" };
const KARPENTER = "eks-swap:karpenter:Karpenter$";

const CONTAINER = {
  pool: "rolling",
  node: "ip-10-42-0-1",
  namespace: "jobs",
  pod: "job-1",
  container: "main",
  usedBytes: 2 ** 30,
  limitBytes: 2 ** 29,
  reason: null,
};

const TABLE: readonly (readonly [string, readonly Gate[], readonly ResourceChange[], Partial<GateFacts>?])[] = [
  ["nothing changes", [], kept],
  ["the nodes of one of two pools are replaced", [], [...kept, ...rolling]],
  ["the nodes of the only pool are replaced", [], rolling],
  ["the nodes of every pool are replaced", ["roll-all-pools"], [...rolling, ...pool("other", "a", "b")]],
  [
    "Kubernetes is upgraded, and with it every AMI",
    ["roll-all-pools"],
    [
      ...kept,
      ...pool("other", "a", "a"),
      change({ type: CLUSTER, kind: "update", before: { version: "1.35" }, after: { version: "1.36" } }),
    ],
  ],
  ["the cluster is replaced", ["replace-cluster"], [...kept, change({ type: CLUSTER, kind: "replace" })]],
  ["the VPC is deleted", ["replace-cluster"], [...kept, change({ type: vpc, kind: "delete" })]],
  ["the cluster is updated", [], [...kept, change({ type: CLUSTER, kind: "update" })]],
  ["Karpenter goes", ["remove-karpenter"], [...kept, change({ ...RELEASE, kind: "delete" }, KARPENTER)]],
  ["Karpenter is upgraded", [], [...kept, change({ ...RELEASE, kind: "update" }, KARPENTER)]],
  [
    "Karpenter's role is replaced",
    ["remove-karpenter"],
    [
      ...kept,
      change({ type: "aws:iam/role:Role", kind: "replace" }, `${KARPENTER}eks-swap:karpenter:KarpenterIdentity$`),
    ],
  ],
  [
    "Karpenter goes with the last pool",
    [],
    [
      change({ type: POOL, kind: "delete", before: spec("old", {}) }),
      change({ ...RELEASE, kind: "delete" }, KARPENTER),
    ],
  ],
  [
    "another program makes other userData of the same config",
    ["program-roll"],
    [...kept, ...rolling],
    { userDataOfLastConfig: new Map([["rolling", "b"]]) },
  ],
  ["the config changed", [], [...kept, ...rolling], { userDataOfLastConfig: new Map([["rolling", "a"]]) }],
  [
    "a container has more in swap than it may have",
    ["shrink-swap"],
    [...kept, ...rolling],
    { swapUse: { containers: [CONTAINER], unread: [] } },
  ],
  [
    "a container has as much in swap as it may have",
    [],
    [...kept, ...rolling],
    { swapUse: { containers: [{ ...CONTAINER, limitBytes: CONTAINER.usedBytes }], unread: [] } },
  ],
  [
    "a container of a pool that stays has more in swap",
    [],
    [...kept, ...rolling],
    { swapUse: { containers: [{ ...CONTAINER, pool: "kept" }], unread: [] } },
  ],
];

describe("gates", () => {
  for (const [name, gates, changes, facts] of TABLE) {
    it(`${name}: ${gates.join(", ") || "open"}`, () => {
      assert.deepEqual(gatesOf(changes, facts), gates);
    });
  }

  it("name what they are about", () => {
    const [refusal] = closedGates({
      changes: [change({ type: CLUSTER, kind: "replace", name: "cluster-eks", replaceKeys: ["name"] })],
      userDataOfLastConfig: new Map(),
      swapUse: undefined,
    });
    assert.match(refusal?.message ?? "", /cluster-eks \(aws:eks\/cluster:Cluster\) is replaced for name/);
  });
});

describe("changes of pools", () => {
  const before = {
    subnetSelectorTerms: [{ id: "subnet-1" }, { id: "subnet-2" }],
    securityGroupSelectorTerms: [{ id: "sg-1" }],
    blockDeviceMappings: [1],
  };
  const cases: readonly (readonly [string, Readonly<Record<string, unknown>>, readonly string[]])[] = [
    ["another subnet", { subnetSelectorTerms: [...before.subnetSelectorTerms, { id: "subnet-3" }] }, []],
    ["a subnet less", { subnetSelectorTerms: [{ id: "subnet-1" }] }, ["subnets"]],
    ["another security group", { securityGroupSelectorTerms: [{ id: "sg-1" }, { id: "sg-2" }] }, ["security groups"]],
    ["other volumes", { blockDeviceMappings: [2] }, ["volumes"]],
    ["another AMI", { amiSelectorTerms: [{ id: "ami-1" }] }, ["AMI"]],
  ];
  for (const [name, changed, reasons] of cases) {
    it(`${name}: ${reasons.join() || "nodes stay"}`, () => {
      const [outlook] = poolChanges([
        change({ type: POOL, kind: "same", before: spec("one", {}), after: spec("one", {}) }),
        change({
          type: CLASS,
          kind: "update",
          before: spec("one", before),
          after: spec("one", { ...before, ...changed }),
        }),
      ]);
      assert.deepEqual([outlook?.kind, outlook?.reasons], [reasons.length > 0 ? "roll" : "keep", reasons]);
    });
  }
});

describe("a reviewed plan", () => {
  const [, update] = rolling;
  assert.ok(update !== undefined);
  const planOf = (steps: readonly string[], updates: Readonly<Record<string, unknown>>): string =>
    JSON.stringify({ resourcePlans: { [update.urn]: { steps, goal: { inputDiff: { updates } } } } });
  const planned = planOf(["update"], { spec: update.after?.["spec"] });

  it("holds what it says", () => {
    assert.deepEqual(beyondPlan(planned, [update]), []);
  });

  it("does not hold another value, another kind of change, or another resource", () => {
    const other = { ...update, after: spec("rolling", { userData: "c" }) };
    assert.match(beyondPlan(planned, [other])[0] ?? "", /another value of spec/);
    assert.match(beyondPlan(planned, [{ ...update, kind: "replace" }])[0] ?? "", /replace, in the plan update/);
    assert.match(beyondPlan(planned, [change({ type: vpc, kind: "delete" })])[0] ?? "", /delete, in the plan nothing/);
  });

  it("must be one", () => {
    assert.throws(() => beyondPlan("{}", []), /not one that/);
  });
});

describe("Markdown of a preview", () => {
  it("says in words what changes for nodes, and how a gate opens", () => {
    const changes = [
      ...pool("ebs", "a", "b"),
      change({ ...RELEASE, kind: "update", before: { version: "1.14.0" }, after: { version: "1.15.1" } }),
      change({ type: CLUSTER, kind: "update", before: { version: "1.35" }, after: { version: "1.36" } }),
    ];
    const review: Review = {
      stack: "dev",
      changes,
      counts: { update: 3 },
      pools: poolOutlooks(poolChanges(changes), {
        nodes: new Map([["ebs", 7]]),
        last: undefined,
        next: { pools: [] },
      }),
      refusals: [{ gate: "roll-all-pools", message: "all roll", concerns: [], allowed: false }],
      unchecked: [],
      beyondPlan: [],
      warnings: [],
      seconds: 1,
    };
    const text = reviewMarkdown(review);
    for (const part of [
      "### Preview of `dev`: 3 to update",
      "Kubernetes: 1.35 → 1.36",
      "Karpenter: 1.14.0 → 1.15.1",
      "| `ebs` | replaces 7 nodes | userData<br>AMI of Kubernetes 1.36 |",
      "`--allow roll-all-pools`",
    ]) {
      assert.ok(text.includes(part), `${part} is not in:\n${text}`);
    }
  });
});
