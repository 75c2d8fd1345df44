// The other stacks on the real engine: production, and pools in a cluster that another stack made.
import assert from "node:assert/strict";
import { resolve } from "node:path";
import { z } from "zod";
import { readStackFile } from "../../automation/base/stack-file";
import { valueAt } from "../../config/value-at";
import { Store, type StoredResource } from "../../sandbox/provider/store";
import { EngineStack } from "./stack";

const root = resolve(__dirname, "..", "..");

/** Everything in the cloud, as texts that can be compared. */
function contents(stack: EngineStack): ReadonlyMap<string, string> {
  const describe = ({ type, id, outputs }: StoredResource): [string, string] => [
    `${type} ${id}`,
    JSON.stringify(outputs),
  ];
  return new Map(new Store(stack.folder).list().map(describe));
}

describe("the prod stack on the real engine", () => {
  const prod = readStackFile(root, "prod");
  const stack = new EngineStack("prod");
  after(() => {
    stack.remove();
  });

  it("comes up with a swap volume, and with a NAT gateway in each zone", async () => {
    const { steps } = await stack.up(prod);
    assert.equal(steps.filter(({ type }) => type === "aws:ec2/natGateway:NatGateway").length, 3);
    const nodeClass = steps.find(({ name }) => name === "batch-node-class")?.newInputs;
    assert.deepEqual(valueAt(nodeClass, ["spec", "blockDeviceMappings", 1]), {
      deviceName: "/dev/xvdb",
      rootVolume: false,
      ebs: {
        volumeSize: "32Gi",
        volumeType: "gp3",
        iops: 6000,
        throughput: 500,
        encrypted: true,
        deleteOnTermination: true,
      },
    });
  });

  it("cannot be destroyed while Pulumi or AWS protects the cluster, and can once neither does", async () => {
    await assert.rejects(stack.destroy(prod), /cannot be deleted/);
    const byAws = { ...prod, "eks-swap:protect": false };
    // Pulumi protects nothing but cluster and VPC: what else can go has gone.
    await stack.up(byAws);
    await assert.rejects(stack.destroy(byAws), /deletion protection/i);
    const cluster = z.looseObject({}).parse(prod["eks-swap:cluster"]);
    const unprotected = { ...byAws, "eks-swap:cluster": { ...cluster, deletionProtection: false } };
    await stack.up(unprotected);
    await stack.destroy(unprotected);
    assert.deepEqual([...contents(stack).keys()], []);
  });
});

describe("a stack that gets another zone", () => {
  const stack = new EngineStack("zones");
  const config = (zones: number) => ({ ...readStackFile(root, "dev"), "eks-swap:network": { zones } });
  after(() => {
    stack.remove();
  });

  it("keeps cluster, system nodes and subnets, and lets pools use the new zone", async () => {
    await stack.up(config(2));
    const { steps } = await stack.up(config(3));
    const changed = steps.filter(({ op }) => op !== "create").map(({ op, name }) => `${op} ${name}`);
    assert.deepEqual(changed.toSorted(), [
      "update ebs-node-class",
      "update instance-store-node-class",
      "update network-s3",
    ]);
    assert.ok(steps.filter(({ op }) => op === "create").every(({ name }) => /^network-(public|private)-3/.test(name)));
  });
});

describe("pools in a cluster that another stack made", () => {
  const dev = readStackFile(root, "dev");
  const theirs = new EngineStack("theirs");
  const ours = new EngineStack("ours", theirs.folder);
  after(() => {
    theirs.remove();
  });

  it("come and go, and leave everything of theirs as it was", async () => {
    const { outputs } = await theirs.up(dev);
    const before = contents(theirs);
    const only = (type: string): StoredResource => {
      const [resource] = new Store(theirs.folder).list(type);
      assert.ok(resource !== undefined, type);
      return resource;
    };
    const nodeRole = new Store(theirs.folder)
      .list("aws:iam/role:Role")
      .find(({ id }) => id.startsWith("karpenter-identity-node"));
    const config = {
      "aws:region": "eu-central-1",
      "eks-swap:cluster": {
        kubernetesVersion: "1.36",
        existing: {
          name: outputs["clusterName"]?.value,
          nodeRoleArn: valueAt(nodeRole?.outputs, ["arn"]),
          securityGroupIds: [valueAt(only("aws:eks/cluster:Cluster").outputs, ["vpcConfig", "clusterSecurityGroupId"])],
          subnetIds: [only("aws:ec2/subnet:Subnet").id],
        },
      },
      "eks-swap:karpenter": { install: false },
      "eks-swap:pools": { spikes: { swap: { size: "16Gi", backings: ["root-volume"] } } },
    };
    const up = await ours.up(config);
    assert.deepEqual(
      up.steps
        .map(({ name, op }) => `${op} ${name}`)
        .filter((step) => !/default|ours/.test(step))
        .toSorted(),
      [
        "create cluster",
        "create cluster-kubernetes",
        "create karpenter",
        "create spikes",
        "create spikes-guard",
        "create spikes-guard-pods",
        "create spikes-guard-policy",
        "create spikes-guard-templates",
        "create spikes-node-class",
        "create spikes-node-pool",
      ],
    );
    assert.deepEqual((await ours.up(config)).steps, []);
    await ours.destroy(config);
    assert.deepEqual(contents(theirs), before);
  });
});
