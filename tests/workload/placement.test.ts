// Which pods run on the nodes of a pool. Rules: https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/,
// .../taint-and-toleration/ and https://karpenter.sh/docs/concepts/scheduling/#user-defined-labels
import assert from "node:assert/strict";
import type { Placement } from "../../workload/node";
import { selectsLabel, whyNotPlaced } from "../../workload/placement";
import { container, manifests, pod } from "./manifests";

const POOL: Placement = {
  labels: { "eks-swap/pool": "batch", team: "data" },
  taints: [
    { key: "eks-swap/pool", value: "batch", effect: "NoSchedule" },
    { key: "soft", effect: "PreferNoSchedule" },
  ],
  requirements: [
    { key: "kubernetes.io/arch", operator: "In", values: ["amd64"] },
    { key: "karpenter.k8s.aws/instance-category", operator: "In", values: ["c", "m", "r"] },
    { key: "karpenter.k8s.aws/instance-category", operator: "NotIn", values: ["c"] },
    { key: "karpenter.k8s.aws/instance-generation", operator: "Gt", values: ["4"] },
  ],
};

const TOLERATED = { tolerations: [{ key: "eks-swap/pool", operator: "Exists" }] };
const runs = undefined;
const NO_TOLERATION = "does not tolerate the taint eks-swap/pool=batch:NoSchedule";
const noLabel = (label: string) => `selects the label ${label}, which its nodes do not have`;
const NO_AFFINITY = "requires other nodes by its node affinity";

function select(...labels: readonly string[]) {
  return {
    ...TOLERATED,
    nodeSelector: Object.fromEntries(labels.map((label) => [label.split("=")[0] ?? "", label.split("=")[1]])),
  };
}

function affinity(...terms: readonly object[][]) {
  const nodeSelectorTerms = terms.map((matchExpressions) => ({ matchExpressions }));
  return {
    ...TOLERATED,
    affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } },
  };
}

const expression = (key: string, operator: string, ...values: string[]) => ({ key, operator, values });

const CASES: readonly (readonly [name: string, spec: object, why: string | undefined])[] = [
  ["nothing said, tainted pool", {}, NO_TOLERATION],
  ["tolerates the key", TOLERATED, runs],
  ["tolerates everything", { tolerations: [{ operator: "Exists" }] }, runs],
  ["tolerates the value", { tolerations: [{ key: "eks-swap/pool", value: "batch", effect: "NoSchedule" }] }, runs],
  ["tolerates another value", { tolerations: [{ key: "eks-swap/pool", value: "other" }] }, NO_TOLERATION],
  [
    "tolerates another effect",
    { tolerations: [{ key: "eks-swap/pool", operator: "Exists", effect: "NoExecute" }] },
    NO_TOLERATION,
  ],
  ["selects the pool without tolerating it", { nodeSelector: { "eks-swap/pool": "batch" } }, NO_TOLERATION],
  ["selects the pool", select("eks-swap/pool=batch"), runs],
  ["selects a label of the pool", select("team=data"), runs],
  ["selects another value", select("team=web"), noLabel("team=web")],
  ["selects a label that no pool promises", select("disk=fast"), noLabel("disk=fast")],
  ["selects a well-known label that the pool leaves open", select("topology.kubernetes.io/zone=a"), runs],
  ["selects the architecture of the pool", select("kubernetes.io/arch=amd64"), runs],
  ["selects another architecture", select("kubernetes.io/arch=arm64"), noLabel("kubernetes.io/arch=arm64")],
  [
    "selects what one requirement allows and another forbids",
    select("karpenter.k8s.aws/instance-category=c"),
    noLabel("karpenter.k8s.aws/instance-category=c"),
  ],
  ["selects what both allow", select("karpenter.k8s.aws/instance-category=m"), runs],
  [
    "affinity: one of two terms matches",
    affinity([expression("team", "In", "web")], [expression("team", "In", "data")]),
    runs,
  ],
  [
    "affinity: all expressions of a term must match",
    affinity([expression("team", "Exists"), expression("disk", "Exists")]),
    NO_AFFINITY,
  ],
  [
    "affinity: not another value",
    affinity([expression("team", "NotIn", "web"), expression("disk", "DoesNotExist")]),
    runs,
  ],
  ["affinity: the label must be missing", affinity([expression("team", "DoesNotExist")]), NO_AFFINITY],
  ["affinity: a term without expressions matches nothing", affinity([]), runs],
];

function specOf(spec: object) {
  const [workload] = manifests(pod([container("app", "1Gi")], { ...spec })).workloads;
  assert.ok(workload !== undefined);
  return workload.pod;
}

describe("whyNotPlaced", () => {
  for (const [name, spec, why] of CASES) {
    it(name, () => {
      assert.equal(whyNotPlaced(specOf(spec), POOL), why);
    });
  }

  it("knows all labels of a node that exists", () => {
    const node = { ...POOL, requirements: null };
    assert.equal(whyNotPlaced(specOf(select("kubernetes.io/arch=amd64")), node), noLabel("kubernetes.io/arch=amd64"));
    const labelled = { ...node, labels: { ...POOL.labels, cores: "16" } };
    assert.equal(whyNotPlaced(specOf(affinity([expression("cores", "Gt", "8")])), labelled), runs);
    assert.equal(whyNotPlaced(specOf(affinity([expression("cores", "Lt", "8")])), labelled), NO_AFFINITY);
  });
});

describe("selectsLabel", () => {
  it("sees node selectors and affinities that leave no other choice", () => {
    const selects = (spec: object) => selectsLabel(specOf(spec), "team", "data");
    assert.equal(selects({}), false);
    assert.equal(selects(select("team=data")), true);
    assert.equal(selects(affinity([expression("team", "In", "data")])), true);
    assert.equal(selects(affinity([expression("team", "In", "data", "web")])), false);
    assert.equal(selects(affinity([expression("team", "In", "data")], [expression("disk", "Exists")])), false);
  });
});
