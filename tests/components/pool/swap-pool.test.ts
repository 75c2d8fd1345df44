// A pool: its EC2NodeClass and its NodePool, whole, and how long each may take to go away.
import assert from "node:assert/strict";
import { SwapPool, type SwapPoolArgs } from "../../../components/pool/swap-pool";
import { planPool } from "../../../swap/plan";
import { renderUserData } from "../../../userdata/swap-fragments";
import { ec2Id } from "../../support/cloud";
import { ebsPool, instanceStorePool } from "../../support/pools";
import { record } from "../../support/recorder";
import type { Recording } from "../../support/recording";
import { createPlatform, TAGS } from "../platform";

const NODE_POOL: SwapPoolArgs["nodePool"] = {
  disruption: { consolidationPolicy: "WhenEmpty", consolidateAfter: "1m", budgets: [{ nodes: "10%" }] },
  expireAfter: "720h",
  terminationGracePeriod: "1h",
};
const ALIAS = "al2023@v20260714";

async function recordPool(design: ReturnType<typeof ebsPool>, changes: Partial<SwapPoolArgs> = {}): Promise<Recording> {
  const plan = planPool(design, "amd64");
  return record(() => {
    const { network, cluster, karpenter, ready } = createPlatform();
    new SwapPool("pool", {
      plan,
      userData: renderUserData(plan),
      amiSelector: { alias: ALIAS },
      nodePool: NODE_POOL,
      guard: "off",
      nodeRoleName: karpenter.nodeRoleName,
      subnetIds: network.privateSubnetIds,
      securityGroupIds: [cluster.securityGroupId],
      provider: cluster.provider,
      requires: ready,
      tags: TAGS,
      ...changes,
    });
  });
}

function nodeClass(name: string) {
  return {
    apiVersion: "karpenter.k8s.aws/v1",
    kind: "EC2NodeClass",
    metadata: { name, annotations: { "pulumi.com/waitFor": "condition=Ready" } },
    spec: {
      amiFamily: "AL2023",
      amiSelectorTerms: [{ alias: ALIAS }],
      role: "karpenter-identity-node-1a2b3c4",
      subnetSelectorTerms: [1, 2, 3].map((zone) => ({ id: ec2Id("subnet", `network-private-${zone}`) })),
      securityGroupSelectorTerms: [{ id: ec2Id("sg", "dev") }],
      kubelet: {
        evictionHard: { "memory.available": "100Mi", "nodefs.available": "10%", "nodefs.inodesFree": "5%" },
        failSwapOn: false,
        memorySwap: { swapBehavior: "LimitedSwap" },
        systemReserved: { "ephemeral-storage": "30Gi" },
      },
      blockDeviceMappings: [
        {
          deviceName: "/dev/xvda",
          rootVolume: true,
          ebs: { volumeSize: "56Gi", volumeType: "gp3", encrypted: true, deleteOnTermination: true },
        },
      ],
      tags: TAGS,
    },
  };
}

describe("a swap pool", () => {
  let recording: Recording;
  before(async () => {
    recording = await recordPool(ebsPool());
  });

  it("is one EC2NodeClass and one NodePool of the cluster's provider", () => {
    const { urn } = recording.get("pool");
    const children = recording.resources.filter(({ parent }) => parent === urn);
    assert.deepEqual(children.map(({ name }) => name).toSorted(), ["pool-node-class", "pool-node-pool"]);
    assert.deepEqual(
      children.map(({ provider }) => provider),
      Array(2).fill(recording.get("cluster-kubernetes").urn),
    );
  });

  it("has this EC2NodeClass", () => {
    const { spec, ...rest } = nodeClass("ebs");
    assert.deepEqual(recording.get("pool-node-class").inputs, {
      ...rest,
      spec: { ...spec, userData: renderUserData(planPool(ebsPool(), "amd64")) },
    });
  });

  it("has this NodePool", () => {
    assert.deepEqual(recording.get("pool-node-pool").inputs, {
      apiVersion: "karpenter.sh/v1",
      kind: "NodePool",
      metadata: { name: "ebs", annotations: { "pulumi.com/waitFor": "condition=Ready" } },
      spec: {
        disruption: { consolidationPolicy: "WhenEmpty", consolidateAfter: "1m", budgets: [{ nodes: "10%" }] },
        template: {
          metadata: { labels: { "eks-swap/pool": "ebs" } },
          spec: {
            nodeClassRef: { group: "karpenter.k8s.aws", kind: "EC2NodeClass", name: "ebs" },
            requirements: planPool(ebsPool(), "amd64").requirements,
            taints: [{ key: "eks-swap/pool", value: "ebs", effect: "NoSchedule" }],
            expireAfter: "720h",
            terminationGracePeriod: "1h",
          },
        },
      },
    });
  });

  it("is created after Karpenter and all that it needs, and destroyed before: the NodePool drains its nodes first", () => {
    recording.assertFollows("pool-node-pool", ["pool-node-class", "karpenter", "cluster", "network"]);
    recording.assertFollows("pool-node-class", ["karpenter", "cluster", "network"]);
    recording.assertIndependent("karpenter-controller", "pool-node-class");
  });

  it("gives the NodePool the whole drain and half an hour, the EC2NodeClass longer than Karpenter's ten minutes", () => {
    assert.deepEqual(recording.get("pool-node-pool").options, { customTimeouts: { delete: "90m" } });
    assert.deepEqual(recording.get("pool-node-class").options, { customTimeouts: { delete: "20m" } });
  });
});

describe("a swap pool with other settings", () => {
  it("on the instance store joins the disks and requires enough of them", async () => {
    const recording = await recordPool(instanceStorePool());
    const { spec, ...rest } = nodeClass("instance-store");
    assert.deepEqual(recording.get("pool-node-class").inputs, {
      ...rest,
      spec: { ...spec, instanceStorePolicy: "RAID0", userData: renderUserData(planPool(instanceStorePool(), "amd64")) },
    });
    assert.match(
      JSON.stringify(recording.get("pool-node-pool").inputs),
      /\{"key":"karpenter\.k8s\.aws\/instance-local-nvme","operator":"Gt","values":\["53"\]\}/,
    );
  });

  it("without swap is a plain pool of Karpenter's default volume, without userData and tags when there are none", async () => {
    const recording = await recordPool(ebsPool({}, { swap: undefined }), { tags: {} });
    const { spec, ...rest } = nodeClass("ebs");
    const ebs = { ...spec.blockDeviceMappings[0]?.ebs, volumeSize: "20Gi" };
    const { tags, ...withoutTags } = spec;
    assert.deepEqual(tags, TAGS);
    assert.deepEqual(recording.get("pool-node-class").inputs, {
      ...rest,
      spec: {
        ...withoutTags,
        kubelet: { evictionHard: spec.kubelet.evictionHard },
        blockDeviceMappings: [{ ...spec.blockDeviceMappings[0], ebs }],
      },
    });
  });

  it("passes volume settings, AMI, limits, weight and a pool without taints on", async () => {
    const design = ebsPool(
      {},
      {
        rootVolume: { type: "gp3", iops: 4000, throughput: 500, kmsKeyId: "alias/swap", minimumGiB: 100 },
        dedicated: false,
      },
    );
    const recording = await recordPool(design, {
      amiSelector: { id: "ami-0123456789abcdef0" },
      nodePool: { ...NODE_POOL, limits: { cpu: "64" }, weight: 10, terminationGracePeriod: "30m" },
    });
    const { spec } = nodeClass("ebs");
    const read = recording.get("pool-node-class").inputs["spec"];
    assert.deepEqual(read, {
      ...spec,
      amiSelectorTerms: [{ id: "ami-0123456789abcdef0" }],
      blockDeviceMappings: [
        {
          deviceName: "/dev/xvda",
          rootVolume: true,
          ebs: {
            volumeSize: "100Gi",
            volumeType: "gp3",
            encrypted: true,
            deleteOnTermination: true,
            iops: 4000,
            throughput: 500,
            kmsKeyID: "alias/swap",
          },
        },
      ],
      userData: renderUserData(planPool(design, "amd64")),
    });
    const pool = JSON.stringify(recording.get("pool-node-pool").inputs["spec"]);
    assert.match(pool, /"limits":\{"cpu":"64"\},.*"weight":10/);
    assert.doesNotMatch(pool, /"taints"/);
    assert.deepEqual(recording.get("pool-node-pool").options.customTimeouts, { delete: "60m" });
  });
});
