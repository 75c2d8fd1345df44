// The whole plan of the two pools, and what each setting of a pool changes in it.
import assert from "node:assert/strict";
import { planPool, type SwapPlan } from "../../swap/plan";
import { swapTotalBytes } from "../../swap/prediction";
import { GIB, MIB, PAGE_BYTES } from "../../swap/quantity";
import { INSTANCE_MEMORY_KEY } from "../../swap/requirements";
import type { Requirement } from "../../swap/vocabulary";
import { ebsPool, instanceStorePool } from "../support/pools";

const NODES32_GI: readonly Requirement[] = [{ key: INSTANCE_MEMORY_KEY, operator: "In", values: ["32768"] }];

const REQUIREMENTS: readonly Requirement[] = [
  { key: "kubernetes.io/arch", operator: "In", values: ["amd64"] },
  { key: "kubernetes.io/os", operator: "In", values: ["linux"] },
  { key: "karpenter.sh/capacity-type", operator: "In", values: ["on-demand"] },
  { key: "karpenter.k8s.aws/instance-category", operator: "In", values: ["c", "m", "r"] },
  { key: "karpenter.k8s.aws/instance-generation", operator: "Gt", values: ["4"] },
  { key: "karpenter.k8s.aws/instance-hypervisor", operator: "In", values: ["nitro"] },
];

/** 30 GiB less the first page of the file, in KiB. */
const SWAP_TOTAL = "31457276Ki";

/** 30 GiB of swap, less a page, on 32 GiB of RAM. */
const predicted = [
  ["256Mi", 251_658_208],
  ["512Mi", 503_316_416],
  ["1Gi", 1_006_632_832],
  ["2Gi", 2_013_265_664],
  ["4Gi", 4_026_531_328],
  ["8Gi", 8_053_062_656],
].map(([memoryRequest, swapLimitBytes]) => ({
  memoryRequest,
  memTotal: "32Gi",
  swapTotal: SWAP_TOTAL,
  swapLimitBytes,
}));

const EBS_PLAN = {
  pool: "ebs",
  swap: {
    sizeBytes: 32_212_254_720,
    backings: ["root-volume"],
    onFailure: "continue",
    sysctls: { swappiness: 60, minFreeKbytes: "auto", watermarkScaleFactor: "auto", pageCluster: "auto" },
    reserveBytes: 10_737_418_240,
    minimumBytes: 1_073_741_824,
  },
  rootVolume: { type: "gp3", sizeGiB: 56 },
  swapVolume: null,
  instanceStorePolicy: null,
  kubelet: {
    evictionHard: { "memory.available": "100Mi", "nodefs.available": "10%", "nodefs.inodesFree": "5%" },
    failSwapOn: false,
    memorySwap: { swapBehavior: "LimitedSwap" },
    systemReserved: { "ephemeral-storage": "30Gi" },
  },
  nodeConfig: null,
  requirements: [...REQUIREMENTS, ...NODES32_GI],
  labels: { "eks-swap/pool": "ebs" },
  taints: [{ key: "eks-swap/pool", value: "ebs", effect: "NoSchedule" }],
  memoryRange: { smallestBytes: 34_359_738_368, largestBytes: 34_359_738_368 },
  predicted,
};

const INSTANCE_STORE_PLAN = {
  ...EBS_PLAN,
  pool: "instance-store",
  swap: { ...EBS_PLAN.swap, backings: ["instance-store", "root-volume"] },
  instanceStorePolicy: "RAID0",
  requirements: [
    ...REQUIREMENTS,
    { key: "karpenter.k8s.aws/instance-local-nvme", operator: "Gt", values: ["53"] },
    ...NODES32_GI,
  ],
  labels: { "eks-swap/pool": "instance-store" },
  taints: [{ key: "eks-swap/pool", value: "instance-store", effect: "NoSchedule" }],
};

/** What of `plan` is not as in the plan of {@link ebsPool}. */
function changesOf(plan: SwapPlan): Readonly<Record<string, unknown>> {
  const base = new Map(
    Object.entries(planPool(ebsPool(), "amd64")).map(([key, value]) => [key, JSON.stringify(value)]),
  );
  return Object.fromEntries(Object.entries(plan).filter(([key, value]) => JSON.stringify(value) !== base.get(key)));
}

describe("planPool", () => {
  it("30Gi on the root volume", () => {
    assert.deepEqual(planPool(ebsPool({}, { requirements: NODES32_GI }), "amd64"), EBS_PLAN);
  });

  it("30Gi on the instance store, then on the root volume", () => {
    assert.deepEqual(planPool(instanceStorePool({}, { requirements: NODES32_GI }), "amd64"), INSTANCE_STORE_PLAN);
  });

  it("no swap: the volume of Karpenter's default, and nothing of swap in the kubelet's settings", () => {
    const plan = planPool(ebsPool({}, { swap: undefined }), "amd64");
    assert.deepEqual(changesOf(plan), {
      swap: null,
      rootVolume: { type: "gp3", sizeGiB: 20 },
      kubelet: { evictionHard: EBS_PLAN.kubelet.evictionHard },
      predicted: [],
    });
  });

  it("instance store alone: no room for swap on the root volume", () => {
    const plan = planPool(instanceStorePool({ backings: ["instance-store"] }), "amd64");
    assert.deepEqual(plan.rootVolume, { type: "gp3", sizeGiB: 20 });
    assert.equal(plan.instanceStorePolicy, "RAID0");
  });

  it("root volume first: instance store is a later backing, and scheduling does not count on it", () => {
    const plan = planPool(ebsPool({ backings: ["root-volume", "instance-store"] }), "amd64");
    assert.equal(plan.instanceStorePolicy, "RAID0");
    assert.deepEqual(plan.requirements, REQUIREMENTS);
  });

  it("a larger root volume is kept, a smaller one is raised, other settings pass", () => {
    const volumeOf = (minimumGiB: number) =>
      planPool(ebsPool({}, { rootVolume: { type: "io2", iops: 4000, kmsKeyId: "alias/swap", minimumGiB } }), "amd64")
        .rootVolume;
    const settings = { type: "io2", iops: 4000, kmsKeyId: "alias/swap" };
    assert.deepEqual(volumeOf(200), { ...settings, sizeGiB: 200 });
    assert.deepEqual(volumeOf(30), { ...settings, sizeGiB: 56 });
  });

  it("swap below 1 GiB is all or nothing", () => {
    assert.equal(planPool(ebsPool({ sizeBytes: 512 * MIB }), "amd64").swap?.minimumBytes, 512 * MIB);
  });

  it("labels and taints of the pool stay, and the program's own label wins", () => {
    const taint = { key: "example.com/team", value: "scan", effect: "NoExecute" } as const;
    const labels = { "example.com/team": "scan", "eks-swap/pool": "other" };
    const plan = planPool(ebsPool({}, { labels, taints: [taint] }), "amd64");
    assert.deepEqual(plan.labels, { "example.com/team": "scan", "eks-swap/pool": "ebs" });
    assert.deepEqual(plan.taints, [...EBS_PLAN.taints, taint]);
  });

  it("a pool that is not dedicated has no taint of the program's", () => {
    assert.deepEqual(changesOf(planPool(ebsPool({}, { dedicated: false }), "amd64")), { taints: [] });
  });

  it("predicts for the smallest and the largest node, and no request that a node cannot hold", () => {
    const bounds: readonly Requirement[] = [
      { key: INSTANCE_MEMORY_KEY, operator: "Gte", values: ["4096"] },
      { key: INSTANCE_MEMORY_KEY, operator: "Lt", values: ["65536"] },
    ];
    const plan = planPool(ebsPool({}, { requirements: bounds }), "amd64");
    assert.deepEqual(
      plan.predicted.map(({ memTotal, memoryRequest }) => `${memoryRequest} of ${memTotal}`),
      ["256Mi", "512Mi", "1Gi", "2Gi", "4Gi"]
        .map((request) => `${request} of 4Gi`)
        .concat(predicted.map(({ memoryRequest }) => `${memoryRequest} of 48Gi`)),
    );
    assert.equal(
      plan.predicted.find(({ memTotal }) => memTotal === "4Gi")?.swapLimitBytes,
      (30 * GIB - PAGE_BYTES) / 16,
    );
  });

  it("predicts nothing where no known size meets the requirements", () => {
    const impossible: readonly Requirement[] = [{ key: INSTANCE_MEMORY_KEY, operator: "Lt", values: ["1024"] }];
    const plan = planPool(ebsPool({}, { requirements: impossible }), "amd64");
    assert.deepEqual([plan.memoryRange, plan.predicted], [undefined, []]);
  });

  it("is the same for the same design, and leaves the design as it was", () => {
    const design = instanceStorePool();
    const before = structuredClone(design);
    assert.deepEqual(planPool(design, "arm64"), planPool(instanceStorePool(), "arm64"));
    assert.deepEqual(design, before);
  });
});

describe("swapTotalBytes", () => {
  it("is the file less its first page, as a real node's SwapTotal shows", () => {
    assert.equal(swapTotalBytes(30 * GIB), 31_457_276 * 1024);
    assert.equal(swapTotalBytes(2 * GIB), 2_097_148 * 1024);
  });
});
