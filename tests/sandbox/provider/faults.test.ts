// Faults on order: when they strike, what is done and what is not, and what counts them.
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AWS_FUNCTIONS, awsKinds } from "../../../sandbox/aws/package";
import { AWS_TYPES } from "../../../sandbox/aws/types";
import { FaultFile, type FaultSource } from "../../../sandbox/provider/faults";
import { FakeProvider } from "../../../sandbox/provider/fake-provider";
import { textAt } from "../../../sandbox/provider/values";
import { Cloud, deployDevStack, findResource, fakeProviderOf, urnOf, type Deployment } from "../deployment";
import { fakeProviderFor } from "../../../sandbox/packages";
import { MemoryStore } from "./memory-store";

const queue = urnOf(AWS_TYPES.queue, "events-queue");
const INPUTS = { name: "events" };

describe("faults of the sandbox", () => {
  let folder = "";
  let store = new MemoryStore();
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "eks-swap-faults-"));
    store = new MemoryStore();
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  function order(...faults: readonly object[]): void {
    writeFileSync(join(folder, "faults.json"), JSON.stringify(faults));
  }

  /** A provider that was started just now. */
  function aws(faults: FaultSource = new FaultFile(folder, "aws")): FakeProvider {
    return fakeProviderFor("aws", store, faults);
  }

  it("fail the third create of a type, whichever run it comes in, and no other", async () => {
    order({ type: AWS_TYPES.queue, operation: "create", fault: "fail", from: 3, message: "OverLimit" });
    const first = aws();
    await first.create(urnOf(AWS_TYPES.role, "role"), { name: "role", assumeRolePolicy: "{}" });
    await first.create(queue, { name: "one" });
    const second = aws();
    await second.create(queue, { name: "two" });
    await assert.rejects(second.create(queue, { name: "three" }), /^Error: OverLimit$/);
    assert.equal(store.get(AWS_TYPES.queue, "three"), undefined);
    await second.create(queue, { name: "three" });
  });

  it("strike the resources of a name, and types that begin alike", async () => {
    order({ type: "aws:sqs/*", operation: "create", fault: "fail", name: "events", times: 9 });
    await aws().create(urnOf(AWS_TYPES.queue, "other"), INPUTS);
    await assert.rejects(aws().create(queue, { name: "two" }), /InternalError/);
    await assert.rejects(aws().create(queue, { name: "two" }), /InternalError/);
  });

  it("throttle as often as was said", async () => {
    order({ type: AWS_TYPES.queue, operation: "create", fault: "throttle", times: 2 });
    const fakeProvider = aws();
    await assert.rejects(fakeProvider.create(queue, INPUTS), /ThrottlingException: Rate exceeded/);
    await assert.rejects(fakeProvider.create(queue, INPUTS), /ThrottlingException: Rate exceeded/);
    await fakeProvider.create(queue, INPUTS);
  });

  it("lose the answer to what was done", async () => {
    order({ type: AWS_TYPES.queue, operation: "create", fault: "lose-answer" });
    await assert.rejects(aws().create(queue, INPUTS), /connection reset by peer/);
    assert.equal(store.list(AWS_TYPES.queue).length, 1);
  });

  it("strike reads, updates and deletes too", async () => {
    const { id } = await aws().create(queue, INPUTS);
    const never = { type: AWS_TYPES.queue, fault: "fail", times: 9 };
    order(...["read", "update", "delete"].map((operation) => ({ ...never, operation })));
    await assert.rejects(aws().read(id, queue), /InternalError/);
    await assert.rejects(aws().update(id, queue, INPUTS, INPUTS), /InternalError/);
    await assert.rejects(aws().delete(id, queue), /InternalError/);
    assert.equal(store.list(AWS_TYPES.queue).length, 1);
  });

  it("count nothing where there is no file, and refuse one that says nothing known", async () => {
    await aws().create(queue, INPUTS);
    assert.equal(existsSync(join(folder, "faults-met.aws.json")), false);
    order({ type: AWS_TYPES.queue, operation: "create", fault: "explode", often: true });
    await assert.rejects(
      aws().create(queue, { name: "two" }),
      /faults\.json is not a list of faults: .*explode|often/s,
    );
  });
});

describe("the dev stack on a bad day", () => {
  let deployment: Deployment;
  before(async () => {
    deployment = await deployDevStack();
  });

  /** Makes every request slow. */
  const slow: FaultSource = {
    meet: ({ operation, type }) => ({ type, operation, fault: "slow", from: 1, times: 1, seconds: 0.02, message: "" }),
  };

  it("a cluster is CREATING while it is made, and nothing can be put into it", async () => {
    const cluster = findResource(deployment, "cluster-eks-eksCluster");
    const cloud = new Cloud(deployment.cloud);
    for (const type of [AWS_TYPES.addOn, AWS_TYPES.nodeGroup, AWS_TYPES.cluster]) {
      for (const { id } of cloud.store.list(type)) cloud.store.remove(type, id);
    }
    const making = fakeProviderFor("aws", cloud.store, slow).create(cluster.urn, cluster.inputs);
    await new Promise(setImmediate);
    assert.equal(textAt(cloud.store.get(AWS_TYPES.cluster, cluster.id)?.outputs, "status"), "CREATING");
    const addOn = findResource(deployment, "cluster-kube-proxy");
    await assert.rejects(fakeProviderOf(cloud, addOn).create(addOn.urn, addOn.inputs), /eks-add-on-cluster-state/);
    const release = findResource(deployment, "karpenter-crd");
    await assert.rejects(fakeProviderOf(cloud, release).read(release.id, release.urn), /cluster is unreachable/);
    await making;
    assert.equal(textAt(cloud.store.get(AWS_TYPES.cluster, cluster.id)?.outputs, "status"), "ACTIVE");
    await fakeProviderOf(cloud, addOn).create(addOn.urn, addOn.inputs);
  });

  it("what was under way when the sandbox ended has come to its end at the next start", async () => {
    const group = findResource(deployment, "cluster-system-nodes");
    const cloud = new Cloud(deployment.cloud);
    const kept = cloud.store.get(AWS_TYPES.nodeGroup, group.id);
    assert.ok(kept);
    const settle = (status: string): void => {
      cloud.store.put({ ...kept, outputs: { ...kept.outputs, status } });
      fakeProviderFor("aws", cloud.store).settle();
    };
    settle("CREATING");
    assert.equal(textAt(cloud.store.get(AWS_TYPES.nodeGroup, group.id)?.outputs, "status"), "ACTIVE");
    settle("DELETING");
    assert.equal(cloud.store.get(AWS_TYPES.nodeGroup, group.id), undefined);
  });

  it("every kind that has states is made in the last of them", () => {
    for (const { type, states } of awsKinds) {
      if (states === undefined) continue;
      for (const { outputs } of deployment.cloud.store.list(type)) {
        assert.equal(textAt(outputs, "status") ?? states.made, states.made, type);
      }
    }
  });

  /** Leaves what a controller made. */
  const leaving: FaultSource = {
    meet: ({ operation, type }) => ({ type, operation, fault: "leave", from: 1, times: 1, seconds: 0, message: "" }),
  };

  it("what controllers made can stay when pools are deleted, and is found by tag", async () => {
    const cloud = new Cloud(deployment.cloud);
    const cluster = findResource(deployment, "cluster-eks-eksCluster").id;
    const kubernetes = fakeProviderFor("kubernetes", cloud.store, leaving);
    for (const name of ["ebs-node-pool", "ebs-node-class"]) {
      const { id, urn } = findResource(deployment, name);
      await kubernetes.delete(id, urn);
    }
    const filters = [{ name: "tag-key", values: [`kubernetes.io/cluster/${cluster}`] }];
    const list = (token: string, args: Parameters<NonNullable<(typeof AWS_FUNCTIONS)[string]>>[0]) => {
      const called = AWS_FUNCTIONS[token];
      assert.ok(called, token);
      return called(args, cloud.store);
    };
    for (const [token, id] of [
      ["aws:ec2/getInstances:getInstances", /^i-/],
      ["aws:ebs/getEbsVolumes:getEbsVolumes", /^vol-/],
      ["aws:ec2/getNetworkInterfaces:getNetworkInterfaces", /^eni-/],
    ] as const) {
      const found = list(token, { filters, instanceStateNames: ["running"] })["ids"];
      assert.ok(Array.isArray(found) && found.length === 1, token);
      assert.match(String(found[0]), id);
      assert.deepEqual(
        list(token, { filters: [{ name: "tag-key", values: ["kubernetes.io/cluster/other"] }] })["ids"],
        [],
      );
    }
    const tagFilters = [{ key: `kubernetes.io/cluster/${cluster}` }];
    const tagged = (type: string, region?: string): string =>
      JSON.stringify(
        list("aws:resourcegroupstaggingapi/getResources:getResources", {
          tagFilters,
          resourceTypeFilters: [type],
          ...(region === undefined ? {} : { region }),
        })["resourceTagMappingLists"],
      );
    assert.match(tagged("ec2:launch-template"), /launch-template\/lt-/);
    assert.match(tagged("iam:instance-profile", "us-east-1"), /instance-profile\/karpenter\//);
    assert.equal(tagged("iam:instance-profile"), "[]");
  });
});
