// The judgement of verify: a pool and a node that are right, and one thing wrong at a time.
import assert from "node:assert/strict";
import {
  judgeNode,
  judgeNodes,
  judgePool,
  type KubeletFacts,
  type NodeFacts,
  type PoolFacts,
  type Status,
} from "../../../automation/verify/judgement";
import type { Condition, NodeClaim, NodeClass } from "../../../automation/cluster/objects";
import { judgeCanary } from "../../../automation/verify/canary";
import { planPool, type SwapPlan } from "../../../swap/plan";
import { GIB, KIB, MIB, PAGE_BYTES } from "../../../swap/quantity";
import { ebsPool, everythingPool, instanceStorePool } from "../../support/pools";

const ebs = planPool(ebsPool(), "amd64");
const ladder = planPool(instanceStorePool(), "amd64");
const half = planPool({ ...everythingPool(), name: "half", evictionHard: ebsPool().evictionHard }, "amd64");
const none = planPool(ebsPool({}, { name: "none", swap: undefined }), "amd64");

/** Of a real node of nominally 32 GiB. */
const MEM_TOTAL = 32_475_668 * KIB;

const KUBELET: KubeletFacts = {
  failSwapOn: false,
  swapBehavior: "LimitedSwap",
  evictionHard: { "memory.available": "100Mi", "nodefs.available": "10%", "nodefs.inodesFree": "5%" },
};

const RIGHT: NodeFacts = {
  node: "ip-10-42-0-7",
  notReady: null,
  memTotalBytes: MEM_TOTAL,
  swapCapacityBytes: 30 * GIB - PAGE_BYTES,
  backing: "root-volume",
  kubelet: KUBELET,
};

const WITHOUT_SWAP = { swapCapacityBytes: undefined, backing: undefined };

/** What differs from a right node, the plan, the status, and what is said of it. */
const NODES: readonly (readonly [Partial<NodeFacts>, SwapPlan, Status, ...RegExp[]])[] = [
  [{}, ebs, "right"],
  [{ swapCapacityBytes: 30 * GIB }, ebs, "right"],
  [
    { swapCapacityBytes: 30 * GIB - 2 * PAGE_BYTES },
    ebs,
    "degraded",
    /^swap is cut .*31457272Ki instead of 31457276Ki$/,
  ],
  [{ swapCapacityBytes: 12 * GIB }, ebs, "degraded", /12Gi instead of/],
  // Half of MemTotal, in whole MiB, less the header's page.
  [{ swapCapacityBytes: 15_857 * MIB - PAGE_BYTES, backing: "ebs-volume" }, half, "right"],
  [{ swapCapacityBytes: 15_856 * MIB, backing: "ebs-volume" }, half, "degraded", /swap is cut/],
  [{ swapCapacityBytes: 0 }, ebs, "failed", /saw no swap when it started/],
  [{ swapCapacityBytes: undefined }, ebs, "failed", /saw no swap when it started/],
  [
    { backing: "none", swapCapacityBytes: undefined },
    ebs,
    "failed",
    /eks-swap\/backing is none, all of root-volume failed/,
  ],
  [{ backing: undefined }, ebs, "failed", /no label eks-swap\/backing/],
  [WITHOUT_SWAP, ebs, "failed", /no label eks-swap\/backing/, /saw no swap/],
  [{ swapOnBytes: 30 * GIB - PAGE_BYTES }, ebs, "right"],
  [{ swapOnBytes: 0 }, ebs, "failed", /^has 0 of 31457276Ki of swap on now: it was taken off/],
  [{ backing: "instance-store" }, ladder, "right"],
  [{ backing: "root-volume" }, ladder, "degraded", /^swap is on root-volume instead of instance-store$/],
  [{ backing: "ebs-volume" }, ladder, "failed", /not one of instance-store, root-volume/],
  [{ backing: "root-volume", swapCapacityBytes: GIB }, ladder, "degraded", /on root-volume/, /cut/],
  [{ notReady: "container runtime is down" }, ebs, "failed", /^is not Ready: container runtime is down$/],
  [{ kubelet: "503 Service Unavailable" }, ebs, "failed", /settings are not known: 503/],
  [{ kubelet: { ...KUBELET, failSwapOn: true } }, ebs, "failed", /^its kubelet has failSwapOn true instead of false$/],
  [{ kubelet: { ...KUBELET, failSwapOn: undefined } }, ebs, "failed", /failSwapOn unset/],
  [{ kubelet: { ...KUBELET, swapBehavior: "NoSwap" } }, ebs, "failed", /memorySwap\.swapBehavior NoSwap instead of/],
  [{ kubelet: { ...KUBELET, swapBehavior: undefined } }, ebs, "failed", /memorySwap\.swapBehavior unset/],
  [
    { kubelet: { ...KUBELET, evictionHard: { ...KUBELET.evictionHard, "memory.available": "500Mi" } } },
    ebs,
    "failed",
    /^its kubelet has evictionHard memory\.available 500Mi instead of 100Mi$/,
  ],
  [
    { kubelet: { ...KUBELET, evictionHard: { "memory.available": "100Mi" } } },
    ebs,
    "failed",
    /nodefs\.available unset instead of 10%/,
    /nodefs\.inodesFree unset instead of 5%/,
  ],
  // Signals of the kubelet's own do not contradict the plan.
  [{ kubelet: { ...KUBELET, evictionHard: { ...KUBELET.evictionHard, "pid.available": "5%" } } }, ebs, "right"],
  [{ ...WITHOUT_SWAP, kubelet: { evictionHard: KUBELET.evictionHard, failSwapOn: true } }, none, "right"],
  [{}, none, "failed", /has 31457276Ki of swap, but its pool should have none/],
];

const READY: Condition = { type: "Ready", status: "True", observedGeneration: 1 };
const HASH = "karpenter.k8s.aws/ec2nodeclass-hash";
const HASH_VERSION = "karpenter.k8s.aws/ec2nodeclass-hash-version";

function objectOf(
  changes: { readonly conditions?: Condition[]; readonly generation?: number; readonly deleted?: true } = {},
) {
  const { conditions = [READY], generation = 1, deleted } = changes;
  const annotations: Record<string, string> = { [HASH]: "now", [HASH_VERSION]: "v6" };
  const deletion = deleted ? { deletionTimestamp: "2026-11-25T00:00:00Z" } : {};
  return {
    metadata: { name: "ebs", generation, labels: {}, annotations, finalizers: [], ...deletion },
    status: { conditions },
  };
}

function nodeClassOf(changes: Parameters<typeof objectOf>[0] = {}, spec: Partial<NodeClass["spec"]> = {}): NodeClass {
  return { ...objectOf(changes), spec: { kubelet: { ...ebs.kubelet }, userData: "MIME", ...spec } };
}

const RIGHT_POOL: PoolFacts = { nodeClass: nodeClassOf(), nodePool: objectOf(), nodeClaims: [], nodes: new Map() };

const UNRESOLVED: Condition = { type: "SecurityGroupsReady", status: "False", reason: "SecurityGroupsNotFound" };
const POOLS: readonly (readonly [what: string, Partial<PoolFacts>, ...RegExp[]])[] = [
  ["is right", {}],
  ["has no EC2NodeClass", { nodeClass: undefined }, /^there is no EC2NodeClass ebs in the cluster$/],
  ["has no NodePool", { nodePool: undefined }, /^there is no NodePool ebs in the cluster$/],
  ["has a NodePool that goes", { nodePool: objectOf({ deleted: true }) }, /^NodePool ebs is being deleted$/],
  ["was changed just now", { nodeClass: nodeClassOf({ generation: 2 }) }, /has not reconciled EC2NodeClass ebs/],
  ["is new", { nodePool: objectOf({ conditions: [] }) }, /has not reconciled NodePool ebs/],
  [
    "is not Ready, with the cause",
    { nodeClass: nodeClassOf({ conditions: [{ ...READY, status: "False" }, UNRESOLVED] }) },
    /^EC2NodeClass ebs is not Ready: SecurityGroupsReady: SecurityGroupsNotFound$/,
  ],
  [
    "is not Ready for no cause",
    { nodePool: objectOf({ conditions: [{ ...READY, status: "Unknown", message: "Initialized is false" }] }) },
    /^NodePool ebs is not Ready: Ready: Initialized is false$/,
  ],
  [
    "launches nodes that do not register",
    { nodePool: objectOf({ conditions: [READY, { type: "NodeRegistrationHealthy", status: "False" }] }) },
    /^NodePool ebs: its nodes do not register: no reason given$/,
  ],
  [
    "has a CRD that drops kubelet settings",
    { nodeClass: nodeClassOf({}, { kubelet: { evictionHard: {}, systemReserved: {} } }) },
    /has lost spec\.kubelet\.failSwapOn/,
    /has lost spec\.kubelet\.memorySwap/,
  ],
  ["has other userData", { nodeClass: nodeClassOf({}, { userData: "MINE" }) }, /the stack is not up to date/],
  ["has lost its userData", { nodeClass: nodeClassOf({}, { userData: undefined }) }, /the stack is not up to date/],
];

function claimOf(status: Partial<NodeClaim["status"]> = {}, annotations: Record<string, string> = {}): NodeClaim {
  return {
    metadata: {
      name: "ebs-x7k2p",
      creationTimestamp: "2026-11-25T00:00:00Z",
      labels: {},
      annotations: { [HASH]: "now", [HASH_VERSION]: "v6", ...annotations },
      finalizers: [],
    },
    status: { nodeName: RIGHT.node, conditions: [{ type: "Launched", status: "True" }], ...status },
  };
}

const blocked = planPool(ebsPool({ onFailure: "block" }), "amd64");
const CLAIMS: readonly (readonly [what: string, NodeClaim, SwapPlan, Status, ...RegExp[]])[] = [
  ["of the present EC2NodeClass", claimOf(), ebs, "right"],
  [
    "of an earlier EC2NodeClass",
    claimOf({}, { [HASH]: "then" }),
    ebs,
    "pending",
    /earlier EC2NodeClass .* then, now now/,
  ],
  // Karpenter's upgrade changes how it hashes, and rewrites the annotations afterwards.
  ["with a hash of another version", claimOf({}, { [HASH]: "then", [HASH_VERSION]: "v5" }), ebs, "right"],
  [
    "that has drifted otherwise",
    claimOf({ conditions: [{ type: "Drifted", status: "True", reason: "AMIDrift" }] }),
    ebs,
    "pending",
    /^has drifted \(AMIDrift\)/,
  ],
  [
    "without an instance",
    claimOf({ nodeName: undefined, conditions: [{ type: "Launched", status: "False", reason: "LaunchFailed" }] }),
    ebs,
    "pending",
    /no instance yet, since 2026-11-25T00:00:00Z \(LaunchFailed\)$/,
  ],
  [
    "that has not joined",
    claimOf({ nodeName: undefined }),
    ebs,
    "pending",
    /has not joined the cluster yet, since [^;]*$/,
  ],
  [
    "that may be blocked",
    claimOf({ nodeName: undefined }),
    blocked,
    "pending",
    /onFailure is block: without swap it never/,
  ],
];

/** What `cat /sys/fs/cgroup/memory.swap.max /proc/meminfo` prints in a canary. */
function printed(limit: string): string {
  return `${limit}\nMemTotal:       32475668 kB\nMemFree:        30000000 kB\nSwapTotal:      31457276 kB\n`;
}

describe("verify, of a node", () => {
  for (const [changes, plan, status, ...reasons] of NODES) {
    it(`${plan.pool}, ${JSON.stringify(changes)}: ${status}`, () => {
      matchVerdict(judgeNode(plan, { ...RIGHT, ...changes }), status, reasons);
    });
  }
});

describe("verify, of a pool", () => {
  for (const [what, changes, ...reasons] of POOLS) {
    it(`that ${what}`, () => {
      const verdict = judgePool({ plan: ebs, userData: "MIME" }, { ...RIGHT_POOL, ...changes });
      matchVerdict(verdict, reasons.length === 0 ? "right" : "failed", reasons);
    });
  }
});

describe("verify, of a NodeClaim", () => {
  for (const [what, claim, plan, status, ...reasons] of CLAIMS) {
    it(what, () => {
      const facts = { ...RIGHT_POOL, nodeClaims: [claim], nodes: new Map([[RIGHT.node, RIGHT]]) };
      const [verdict, ...more] = judgeNodes({ plan, userData: "MIME" }, facts);
      assert.ok(verdict);
      assert.deepEqual(more, []);
      assert.equal(verdict.node, claim.status.nodeName ?? claim.metadata.name);
      matchVerdict(verdict, status, reasons);
    });
  }

  it("of an earlier EC2NodeClass says nothing else of its node", () => {
    const facts = {
      ...RIGHT_POOL,
      nodeClaims: [claimOf({}, { [HASH]: "then" })],
      nodes: new Map([[RIGHT.node, { ...RIGHT, ...WITHOUT_SWAP }]]),
    };
    const [verdict] = judgeNodes({ plan: ebs, userData: "MIME" }, facts);
    assert.equal(verdict?.status, "pending");
    assert.equal(verdict.reasons.length, 1);
  });
});

describe("verify, of a canary", () => {
  // 64Mi of 32475668 KiB, times 31457276 KiB, to whole pages.
  const promised = 65_003_520;

  it("takes the limit that the plan promises on this node", () => {
    const verdict = judgeCanary(ebs, "ip-10-42-0-7", printed(String(promised)));
    assert.deepEqual(verdict, {
      status: "right",
      reasons: [],
      node: "ip-10-42-0-7",
      limitBytes: promised,
      promisedBytes: promised,
    });
  });

  for (const [limit, status] of [
    [String(promised - PAGE_BYTES), "degraded"],
    ["0", "failed"],
    ["max", "failed"],
  ] as const) {
    it(`does not take ${limit}`, () => {
      const verdict = judgeCanary(ebs, "n", printed(limit));
      matchVerdict(verdict, status, [new RegExp(`requests 64Mi may swap ${limit} bytes instead of ${promised}$`)]);
    });
  }

  it("tells what was printed instead of a limit", () => {
    const verdict = judgeCanary(ebs, "n", "cat: can't open '/sys/fs/cgroup/memory.swap.max'");
    matchVerdict(verdict, "failed", [/something else than its swap limit: cat: can't open/]);
  });
});

function matchVerdict(
  verdict: { readonly status: Status; readonly reasons: readonly string[] },
  status: Status,
  reasons: readonly RegExp[],
): void {
  assert.equal(verdict.status, status, verdict.reasons.join("\n"));
  assert.equal(verdict.reasons.length, reasons.length, verdict.reasons.join("\n"));
  reasons.forEach((reason, index) => {
    assert.match(verdict.reasons[index] ?? "", reason);
  });
}
