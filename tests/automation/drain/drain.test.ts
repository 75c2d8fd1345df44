// What holds a NodeClaim up, as drain tells it.
import assert from "node:assert/strict";
import type { NodeClaim } from "../../../automation/cluster/objects";
import { explainHolders, type Holders } from "../../../automation/drain/holders";
import { explainNodeClaim, type BudgetFacts, type DrainFacts, type PodFacts } from "../../../automation/drain/blockers";

const NOW = new Date("2026-11-25T12:00:00Z");

function minutesAgo(minutes: number): Date {
  return new Date(NOW.getTime() - minutes * 60_000);
}

function claimOf(reached: readonly string[] = [], metadata: Partial<NodeClaim["metadata"]> = {}): NodeClaim {
  return {
    metadata: {
      name: "ebs-x7k2p",
      deletionTimestamp: "2026-11-25T11:50:00Z",
      labels: {},
      annotations: {},
      finalizers: ["karpenter.sh/termination"],
      ...metadata,
    },
    status: { nodeName: "ip-10-42-0-7", conditions: reached.map((type) => ({ type, status: "True" as const })) },
  };
}

function podOf(changes: Partial<PodFacts> = {}): PodFacts {
  return {
    namespace: "shop",
    name: "cart-0",
    labels: { app: "cart", tier: "web" },
    phase: "Running",
    startTime: minutesAgo(30),
    finalizers: [],
    isMirror: false,
    tolerations: [],
    ...changes,
  };
}

function budgetOf(changes: Partial<BudgetFacts> = {}): BudgetFacts {
  return {
    namespace: "shop",
    name: "cart",
    disruptionsAllowed: 0,
    selector: { matchLabels: { app: "cart" } },
    ...changes,
  };
}

const DRAINING: DrainFacts = {
  pool: "ebs",
  nodeClaim: claimOf(),
  nodeFinalizers: ["karpenter.sh/termination"],
  pods: [],
  budgets: [],
  attachedVolumes: [],
};

const EVICTED = ["1 pod is being evicted"];
const HELD = ["pod shop/cart-0 is held by PodDisruptionBudget cart, which allows no disruption now"];
const KEPT = ["pod shop/cart-0 has the annotation karpenter.sh/do-not-disrupt"];
const NOTHING = ["is being drained"];

const CLAIMS: readonly (readonly [what: string, Partial<DrainFacts>, readonly string[]])[] = [
  ["that is not deleted", { nodeClaim: claimOf([], { deletionTimestamp: undefined }) }, ["is not being deleted yet"]],
  ["that has just begun", {}, NOTHING],
  ["that is drained", { nodeClaim: claimOf(["Drained"]) }, ["is drained, its instance is being terminated"]],
  ["without a node", { nodeFinalizers: undefined }, ["has no node, its instance is being terminated"]],
  [
    "with volumes that are attached",
    { nodeClaim: claimOf(["Drained"]), attachedVolumes: ["pv-1", "pv-2"] },
    ["waits until its volumes are detached: pv-1, pv-2"],
  ],
  ["with volumes of pods that run", { attachedVolumes: ["pv-1"], pods: [podOf()] }, EVICTED],
  [
    "with foreign finalizers",
    {
      nodeClaim: claimOf(["Drained"], { finalizers: ["karpenter.sh/termination", "example.com/audit"] }),
      nodeFinalizers: ["example.com/lock"],
    },
    [
      "its NodeClaim has the finalizer example.com/audit, which is not Karpenter's: whoever set it must remove it",
      "its Node has the finalizer example.com/lock, which is not Karpenter's: whoever set it must remove it",
    ],
  ],
  [
    "that will be forced",
    {
      nodeClaim: claimOf([], {
        annotations: { "karpenter.sh/nodeclaim-termination-timestamp": "2026-11-25T12:50:00Z" },
      }),
      pods: [podOf({ doNotDisrupt: "true" })],
    },
    [...KEPT, "is forcibly terminated at 2026-11-25T12:50:00Z"],
  ],
];

const PODS: readonly (readonly [
  what: string,
  readonly Partial<PodFacts>[],
  readonly BudgetFacts[],
  readonly string[],
])[] = [
  ["runs", [{}], [], EVICTED],
  ["is one of several", [{}, { name: "cart-1" }, { doNotDisrupt: "true" }], [], [...KEPT, "2 pods are being evicted"]],
  ["is kept", [{ doNotDisrupt: "true" }], [], KEPT],
  ["is kept for an hour", [{ doNotDisrupt: "1h" }], [], KEPT],
  ["was kept for ten minutes", [{ doNotDisrupt: "10m" }], [], EVICTED],
  ["is to be kept and has not started", [{ doNotDisrupt: "10m", startTime: undefined }], [], KEPT],
  ["is kept for an hour and a half", [{ doNotDisrupt: "1.5h", startTime: minutesAgo(89) }], [], KEPT],
  ["was kept for an hour and a half", [{ doNotDisrupt: "1.5h", startTime: minutesAgo(91) }], [], EVICTED],
  ["was kept for 300 milliseconds", [{ doNotDisrupt: "300ms", startTime: minutesAgo(1) }], [], EVICTED],
  ["is to be kept for no time", [{ doNotDisrupt: "0", startTime: undefined }], [], EVICTED],
  ["is to be kept for a negative time", [{ doNotDisrupt: "-1h", startTime: undefined }], [], EVICTED],
  ["has a value that Karpenter does not know", [{ doNotDisrupt: "yes" }], [], EVICTED],
  ["has a value that ends like a duration", [{ doNotDisrupt: "true-ish 5h" }], [], EVICTED],
  ["is kept by a budget", [{}], [budgetOf()], HELD],
  ["is let go by a budget", [{}], [budgetOf({ disruptionsAllowed: 1 })], EVICTED],
  ["has a budget of another namespace", [{}], [budgetOf({ namespace: "bank" })], EVICTED],
  ["has a budget of other labels", [{}], [budgetOf({ selector: { matchLabels: { app: "till" } } })], EVICTED],
  ["has a budget of all pods", [{}], [budgetOf({ selector: {} })], HELD],
  ["has a budget of no pod", [{}], [budgetOf({ selector: undefined })], EVICTED],
  ["has ended", [{ phase: "Succeeded", doNotDisrupt: "true" }], [], NOTHING],
  ["has failed", [{ phase: "Failed" }], [], NOTHING],
  ["is static", [{ isMirror: true }], [], NOTHING],
  ["tolerates every taint", [{ tolerations: [{ operator: "Exists" }] }], [budgetOf()], NOTHING],
  ["tolerates the drain", [{ tolerations: [{ key: "karpenter.sh/disrupted", operator: "Exists" }] }], [], NOTHING],
  [
    "tolerates the drain by value",
    [{ tolerations: [{ key: "karpenter.sh/disrupted", effect: "NoSchedule" }] }],
    [],
    NOTHING,
  ],
  ["tolerates another taint", [{ tolerations: [{ key: "eks-swap/pool", operator: "Exists" }] }], [], EVICTED],
  ["tolerates eviction only", [{ tolerations: [{ operator: "Exists", effect: "NoExecute" }] }], [], EVICTED],
  ["is ending", [{ deletionTimestamp: minutesAgo(0), doNotDisrupt: "true" }], [budgetOf()], EVICTED],
  [
    "cannot end",
    [{ deletionTimestamp: minutesAgo(0), finalizers: ["example.com/drain"] }],
    [],
    ["pod shop/cart-0 is deleted and has the finalizers example.com/drain"],
  ],
  ["should have ended", [{ deletionTimestamp: minutesAgo(2), finalizers: ["example.com/drain"] }], [], NOTHING],
];

/** `matchExpressions` that select a pod with `app: cart, tier: web`, or do not. */
const EXPRESSIONS: readonly (readonly [key: string, operator: string, values: readonly string[], selects: boolean])[] =
  [
    ["app", "In", ["cart", "till"], true],
    ["app", "In", ["till"], false],
    ["zone", "In", ["a"], false],
    ["app", "NotIn", ["till"], true],
    ["app", "NotIn", ["cart"], false],
    ["zone", "NotIn", ["a"], true],
    ["tier", "Exists", [], true],
    ["zone", "Exists", [], false],
    ["zone", "DoesNotExist", [], true],
    ["tier", "DoesNotExist", [], false],
  ];

describe("drain, of a NodeClaim", () => {
  for (const [what, changes, reasons] of CLAIMS) {
    it(what, () => {
      assert.deepEqual(explainNodeClaim({ ...DRAINING, ...changes }, NOW), reasons);
    });
  }
});

describe("drain, of a NodeClaim whose pod", () => {
  for (const [what, changes, budgets, reasons] of PODS) {
    it(what, () => {
      assert.deepEqual(explainNodeClaim({ ...DRAINING, pods: changes.map(podOf), budgets }, NOW), reasons);
    });
  }

  for (const [key, operator, values, selects] of EXPRESSIONS) {
    it(`${selects ? "is" : "is not"} selected by ${key} ${operator} ${values.join(",")}`, () => {
      const budget = budgetOf({ selector: { matchExpressions: [{ key, operator, values }] } });
      const reasons = explainNodeClaim({ ...DRAINING, pods: [podOf()], budgets: [budget] }, NOW);
      assert.deepEqual(reasons, selects ? HELD : EVICTED);
    });
  }
});

describe("explainHolders", () => {
  const none: Holders = { nodePools: [], nodeClaims: [], loadBalancers: [], claims: [], budgets: [] };

  it("says nothing of a cluster that holds nothing of others", () => {
    assert.deepEqual(explainHolders(none), []);
  });

  it("names each thing once, with what it holds and what to do", () => {
    const lines = explainHolders({
      nodePools: ["gpu"],
      nodeClaims: ["gpu-x1", "gpu-x2"],
      loadBalancers: ["shop/web"],
      claims: ["shop/data-0 (pvc-1)"],
      budgets: ["shop/cart"],
    });
    const expected = [
      /^NodePools of others gpu: .*delete them first$/,
      /^NodeClaims of others gpu-x1, gpu-x2: .*hold subnets/,
      /^Services of type LoadBalancer shop\/web: .*delete the Services first$/,
      /^PersistentVolumeClaims shop\/data-0 \(pvc-1\): their volumes stay in the account/,
      /^PodDisruptionBudgets that allow no disruption now shop\/cart: .*hold up the drain/,
    ];
    assert.equal(lines.length, expected.length);
    for (const [index, pattern] of expected.entries()) assert.match(lines[index] ?? "", pattern);
  });
});
