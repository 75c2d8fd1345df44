// What the services of the sandbox do unasked, and what its functions tell.
import assert from "node:assert/strict";
import { AWS_TYPES } from "../../sandbox/aws/types";
import { karpenterDefinitions } from "../../sandbox/kubernetes/definitions";
import { KUBERNETES_TYPES } from "../../sandbox/kubernetes/objects";
import { textAt, propertyAt, type Properties } from "../../sandbox/provider/values";
import {
  Cloud,
  deployDevStack,
  findResource,
  fakeProviderOf,
  urnOf,
  type Deployed,
  type Deployment,
} from "./deployment";
import { remove, set, without } from "./variants/variants";

describe("services of the sandbox", () => {
  let deployment: Deployment;
  before(async () => {
    deployment = await deployDevStack();
  });

  function find(name: string): Deployed {
    return findResource(deployment, name);
  }

  describe("behind one's back", () => {
    it("a cluster brings a security group, and takes along what exists only inside it", async () => {
      const cloud = new Cloud(deployment.cloud);
      const cluster = find("cluster-eks-eksCluster");
      const groupId = textAt(cloud.store.get(cluster.type, cluster.id)?.outputs, "vpcConfig.clusterSecurityGroupId");
      assert.ok(cloud.store.get(AWS_TYPES.securityGroup, groupId ?? ""));
      remove(AWS_TYPES.nodeGroup)(cloud.store);
      await fakeProviderOf(cloud, cluster).delete(cluster.id, cluster.urn);
      const left = new Set(cloud.store.list().map(({ type }) => type.split("/")[0]));
      assert.deepEqual([...left].toSorted(), ["aws:cloudwatch", "aws:ec2", "aws:iam", "aws:sqs"]);
      assert.deepEqual(cloud.store.list(AWS_TYPES.securityGroup), []);
    });

    it("there is one cluster at most, since nothing would tell whose an object is", async () => {
      const cluster = find("cluster-eks-eksCluster");
      await assert.rejects(
        fakeProviderOf(deployment.cloud, cluster).create(cluster.urn, set("name", "another")(cluster.inputs)),
        /the sandbox holds one cluster, and there is eks-swap-dev/,
      );
    });

    it("a node group brings the access entry of its role, and a second one is refused", async () => {
      const cloud = new Cloud(deployment.cloud);
      const nodes = find("cluster-system-nodes");
      const entryId = `eks-swap-dev:${textAt(nodes.inputs, "nodeRoleArn") ?? ""}`;
      assert.ok(cloud.store.get(AWS_TYPES.accessEntry, entryId));
      const entry = find("karpenter-identity-node-access");
      const second = set("principalArn", textAt(nodes.inputs, "nodeRoleArn") ?? "")(entry.inputs);
      await assert.rejects(fakeProviderOf(cloud, entry).create(entry.urn, second), /ResourceInUseException/);
      await fakeProviderOf(cloud, nodes).delete(nodes.id, nodes.urn);
      assert.equal(cloud.store.get(AWS_TYPES.accessEntry, entryId), undefined);
    });

    it("without the annotation `keep`, Helm takes the kinds and every object of them", async () => {
      const crd = find("karpenter-crd");
      for (const [inputs, kept] of [
        [crd.inputs, 5],
        [without("values.additionalAnnotations")(crd.inputs), 0],
      ] as const) {
        const cloud = new Cloud(deployment.cloud);
        await fakeProviderOf(cloud, crd).update(crd.id, crd.urn, {}, inputs);
        await fakeProviderOf(cloud, crd).delete(crd.id, crd.urn);
        assert.equal(karpenterDefinitions(cloud.store).length, kept);
        assert.equal(cloud.store.list(KUBERNETES_TYPES.nodePool).length, kept === 0 ? 0 : 2);
      }
    });

    it("the kinds in a cluster can be read, and none be made but by a release", async () => {
      const { definition } = KUBERNETES_TYPES;
      const urn = urnOf(definition, "kind");
      const fakeProvider = deployment.cloud.fakeProvider(definition);
      const read = await fakeProvider?.read("ec2nodeclasses.karpenter.k8s.aws", urn);
      assert.equal(propertyAt(read?.props, "spec.names.kind"), "EC2NodeClass");
      await assert.rejects(fakeProvider?.create(urn, {}) ?? Promise.resolve(), /makes no others/);
    });

    it("nothing in a cluster can be reached without the cluster", async () => {
      const cloud = new Cloud(deployment.cloud);
      const pool = find("ebs-node-pool");
      const fakeProvider = fakeProviderOf(cloud, pool);
      remove(AWS_TYPES.cluster)(cloud.store);
      for (const action of [
        () => fakeProvider.create(pool.urn, pool.inputs),
        () => fakeProvider.read(pool.id, pool.urn),
        () => fakeProvider.update(pool.id, pool.urn, {}, pool.inputs),
        () => fakeProvider.delete(pool.id, pool.urn),
      ]) {
        await assert.rejects(action, /configured Kubernetes cluster is unreachable/);
      }
    });
  });

  describe("functions", () => {
    it("tell region, partition, caller and zones", async () => {
      const fakeProvider = deployment.cloud.fakeProvider("aws:");
      const call = async (name: string, args: Properties = {}) =>
        (await fakeProvider?.invoke(`aws:index/${name}:${name}`, args))?.outputs;
      assert.equal(textAt(await call("getRegion"), "region"), "eu-central-1");
      assert.equal(textAt(await call("getPartition"), "partition"), "aws");
      assert.equal(textAt(await call("getCallerIdentity"), "accountId"), "123456789012");
      const zones = await call("getAvailabilityZones", { excludeZoneIds: ["euc1-az3"] });
      assert.deepEqual(zones?.["names"], ["eu-central-1a", "eu-central-1c"]);
    });

    it("find the cluster, and say when there is none of that name", async () => {
      const fakeProvider = deployment.cloud.fakeProvider("aws:");
      const token = "aws:eks/getCluster:getCluster";
      const found = (await fakeProvider?.invoke(token, { name: "eks-swap-dev" }))?.outputs;
      const made = find("cluster-eks-eksCluster");
      assert.equal(textAt(found, "version"), textAt(made.inputs, "version"));
      assert.match(textAt(found, "endpoint") ?? "", /^https:\/\/[0-9A-F]{32}\.gr7\.eu-central-1\.eks\.amazonaws\.com$/);
      await assert.rejects(
        fakeProvider?.invoke(token, { name: "nobody" }) ?? Promise.resolve(),
        /couldn't find resource/,
      );
    });

    it("that are not known are refused", async () => {
      const called = deployment.cloud.fakeProvider("aws:")?.invoke("aws:ec2/getAmi:getAmi", {});
      await assert.rejects(called ?? Promise.resolve(), /the sandbox has no function aws:ec2\/getAmi:getAmi/);
    });
  });
});
