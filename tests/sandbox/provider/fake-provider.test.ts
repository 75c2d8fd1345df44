// The fake providers as the engine uses them: check, diff, create, read, update, delete, for the resources of the dev stack.
import assert from "node:assert/strict";
import { awsKinds } from "../../../sandbox/aws/package";
import { kubernetesKinds } from "../../../sandbox/kubernetes/package";
import { AWS_TYPES } from "../../../sandbox/aws/types";
import { diffKubernetesConfig } from "../../../sandbox/kubernetes/config-diff";
import { inPreview } from "../../../sandbox/provider/preview";
import { KUBERNETES_TYPES } from "../../../sandbox/kubernetes/objects";
import { NotReadyError } from "../../../sandbox/provider/fake-provider";
import { conceal, hasSecret, textAt, UNKNOWN, propertyAt, type Properties } from "../../../sandbox/provider/values";
import {
  Cloud,
  deployDevStack,
  findResource,
  fakeProviderOf,
  urnOf,
  type Deployed,
  type Deployment,
} from "../deployment";
import { remove, set, without } from "../variants/variants";

/** The kinds that can be made, not only read. */
const kinds = [...awsKinds, ...kubernetesKinds].filter(({ type }) => type !== KUBERNETES_TYPES.definition);

describe("a provider of Kubernetes", () => {
  const same = { kubeconfig: "one", clusterIdentifier: "https://one" };
  const rows: readonly [Properties, Properties, readonly string[]][] = [
    [same, same, []],
    [same, { ...same, kubeconfig: "two" }, []],
    [same, { ...same, kubeconfig: UNKNOWN }, []],
    [same, { ...same, clusterIdentifier: "https://two" }, ["clusterIdentifier"]],
    [same, { kubeconfig: UNKNOWN, clusterIdentifier: UNKNOWN }, ["clusterIdentifier", "kubeconfig"]],
    [{ kubeconfig: "one" }, { kubeconfig: "two" }, ["kubeconfig"]],
    [{ kubeconfig: "one" }, { kubeconfig: UNKNOWN }, ["kubeconfig"]],
    [{ kubeconfig: "one" }, { kubeconfig: "one" }, []],
  ];
  for (const [olds, news, replaces] of rows) {
    it(`${JSON.stringify(olds)} with ${JSON.stringify(news)}: ${replaces.join(", ") || "the same"}`, () => {
      assert.deepEqual(diffKubernetesConfig(olds, news), { replaces });
    });
  }
});

describe("fake providers", () => {
  let deployment: Deployment;
  before(async () => {
    deployment = await deployDevStack();
  });

  function find(name: string): Deployed {
    return findResource(deployment, name);
  }

  async function check(resource: Deployed, news: Properties, olds: Properties = {}) {
    return fakeProviderOf(deployment.cloud, resource).check(resource.urn, olds, news);
  }

  async function diff(resource: Deployed, news: Properties) {
    return fakeProviderOf(deployment.cloud, resource).diff(resource.id, resource.urn, resource.inputs, news);
  }

  describe("check", () => {
    for (const { type, required } of kinds) {
      it(`asks for the required inputs of ${type}`, async () => {
        const resource = deployment.resources.find((candidate) => candidate.type === type);
        assert.ok(resource);
        for (const path of required) {
          const { failures } = await check(resource, without(path)(resource.inputs));
          assert.ok(
            failures.some(({ reason }) => reason === `Missing required argument ${path}`),
            path,
          );
        }
      });
    }

    it("takes any input that is not known yet, and says nothing about it", async () => {
      for (const resource of deployment.resources) {
        for (const path of leavesOf(resource.inputs)) {
          const { failures } = await check(resource, set(path, UNKNOWN)(resource.inputs));
          assert.deepEqual(failures, [], `${resource.name} ${path.join(".")}`);
        }
      }
    });

    it("names what has no name, keeps the name, and gives another to a replacement", async () => {
      const role = find("karpenter-identity-node");
      const unnamed = without("__defaults")(without("name")(role.inputs));
      const first = (await check(role, unnamed)).inputs;
      assert.match(textAt(first, "name") ?? "", /^karpenter-identity-node-[0-9a-f]{7}$/);
      assert.deepEqual((await check(role, unnamed, first)).inputs, first);
      assert.notEqual((await check(role, unnamed)).inputs["name"], first["name"]);
    });

    it("does not cut a name that is too long", async () => {
      const { type } = find("karpenter-identity-node");
      const role = { ...find("karpenter-identity-node"), urn: urnOf(type, "n".repeat(57)) };
      const { failures } = await check(role, without("__defaults")(without("name")(role.inputs)));
      assert.match(failures.map(({ reason }) => reason).join(), /at most 64 characters, not 65/);
    });

    it("refuses a type that it does not know", async () => {
      const type = "aws:s3/bucket:Bucket";
      await assert.rejects(
        deployment.cloud.fakeProvider(type)?.check(urnOf(type, "b"), {}, {}) ?? Promise.resolve(),
        /the sandbox does not know resources of type aws:s3\/bucket:Bucket/,
      );
    });
  });

  describe("a preview", () => {
    it("creates and changes nothing, and keeps what the service added", async () => {
      const before = JSON.stringify(deployment.cloud.store.list());
      const cluster = deployment.resources.find(({ type }) => type === AWS_TYPES.cluster);
      assert.ok(cluster);
      const provider = fakeProviderOf(deployment.cloud, cluster);
      const shown = deployment.cloud.store.get(cluster.type, cluster.id)?.outputs ?? {};
      const news = { ...cluster.inputs, enabledClusterLogTypes: ["audit"], tags: { owner: "me" } };
      const [created, updated] = await inPreview.run(true, async () =>
        Promise.all([
          provider.create(cluster.urn, cluster.inputs),
          provider.update(cluster.id, cluster.urn, shown, news),
        ]),
      );
      assert.equal(created.id, "");
      assert.equal(created.outs["name"], cluster.inputs["name"]);
      // Unknown, not without the id of a security group.
      assert.equal(created.outs["vpcConfig"], undefined);
      for (const path of ["arn", "endpoint", "vpcConfig.clusterSecurityGroupId"]) {
        assert.equal(propertyAt(updated.outs, path), propertyAt(shown, path), path);
        assert.equal(typeof propertyAt(updated.outs, path), "string", path);
      }
      assert.deepEqual(updated.outs["tags"], { owner: "me" });
      assert.deepEqual(updated.outs["enabledClusterLogTypes"], ["audit"]);
      assert.equal(JSON.stringify(deployment.cloud.store.list()), before);
    });
  });

  describe("diff", () => {
    for (const { type, forceNew } of kinds) {
      it(`replaces ${type} for what cannot be changed in place, and only for that`, async () => {
        const resource = deployment.resources.find((candidate) => candidate.type === type);
        assert.ok(resource);
        assert.deepEqual((await diff(resource, resource.inputs)).replaces, []);
        for (const path of forceNew) {
          const { replaces } = await diff(resource, set(path, "another")(resource.inputs));
          assert.deepEqual(replaces, [path.split(".")[0]], path);
        }
        const inPlace = await diff(resource, set("tags", { owner: "another" })(resource.inputs));
        assert.deepEqual(inPlace.replaces, []);
      });
    }

    it("replaces a cluster whose encryption is removed, and not one that gets it", async () => {
      const cluster = deployment.resources.find(({ type }) => type === AWS_TYPES.cluster);
      assert.ok(cluster);
      const encrypted = {
        ...cluster.inputs,
        encryptionConfig: { provider: { keyArn: "arn" }, resources: ["secrets"] },
      };
      assert.deepEqual((await diff(cluster, encrypted)).replaces, []);
      const provider = fakeProviderOf(deployment.cloud, cluster);
      const removal = await provider.diff("another", cluster.urn, encrypted, cluster.inputs);
      assert.deepEqual(removal.replaces, ["encryptionConfig"]);
    });

    it("makes room first for a name that was given, not for one that can change", async () => {
      const queue = find("karpenter-events-queue");
      assert.equal((await diff(queue, set("fifoQueue", true)(queue.inputs))).deleteBeforeReplace, true);
      assert.equal((await diff(queue, set("name", "another")(queue.inputs))).deleteBeforeReplace, false);
      const role = find("karpenter-identity-node");
      assert.equal((await diff(role, set("path", "/nodes/")(role.inputs))).deleteBeforeReplace, false);
    });

    it("replaces for an input that is not known yet", async () => {
      const subnet = find("network-private-1");
      assert.deepEqual((await diff(subnet, set("vpcId", UNKNOWN)(subnet.inputs))).replaces, ["vpcId"]);
    });
  });

  describe("create, read, update and delete", () => {
    it("give ids and ARNs in the form of AWS", () => {
      const forms: Readonly<Record<string, RegExp>> = {
        "network-vpc": /^vpc-0[0-9a-f]{16}$/,
        "network-private-1": /^subnet-0[0-9a-f]{16}$/,
        "network-nat-1": /^nat-0[0-9a-f]{16}$/,
        "cluster-eks-eksCluster": /^eks-swap-dev$/,
        "karpenter-events-queue": /^https:\/\/sqs\.eu-central-1\.amazonaws\.com\/123456789012\/eks-swap-dev$/,
        "karpenter-identity-interruption":
          /^arn:aws:iam::123456789012:policy\/karpenter-identity-interruption-[0-9a-f]{7}$/,
        "karpenter-controller": /^kube-system\/karpenter$/,
      };
      for (const [name, form] of Object.entries(forms)) assert.match(find(name).id, form, name);
    });

    it("keep what the service made when the inputs change", async () => {
      const cloud = new Cloud(deployment.cloud);
      for (const name of ["network-vpc", "network-nat-1", "cluster-eks-eksCluster", "karpenter-identity-node"]) {
        const resource = find(name);
        const before = cloud.store.get(resource.type, resource.id)?.outputs;
        const inputs = set("tags.owner", "another")(resource.inputs);
        const { outs } = await fakeProviderOf(cloud, resource).update(resource.id, resource.urn, {}, inputs);
        assert.deepEqual(outs, { ...before, tags: inputs["tags"], tagsAll: inputs["tags"] });
      }
    });

    it("keep secrets secret, and compare what they hold", async () => {
      const cloud = new Cloud(deployment.cloud);
      const queue = find("karpenter-events-queue");
      const fakeProvider = fakeProviderOf(cloud, queue);
      const inputs = { ...queue.inputs, tags: conceal({ owner: "us" }) };
      const { outs } = await fakeProvider.update(queue.id, queue.urn, {}, inputs);
      assert.ok(hasSecret(outs["tags"]));
      assert.equal(hasSecret(outs["arn"]), false);
      assert.deepEqual(cloud.store.get(queue.type, queue.id)?.outputs["tags"], { owner: "us" });
      const read = await fakeProvider.read(queue.id, queue.urn);
      assert.deepEqual([read.props.tags, read.inputs.tags], [inputs.tags, inputs.tags]);
      assert.deepEqual(
        (await fakeProvider.diff(queue.id, queue.urn, outs, { ...inputs, name: conceal("eks-swap-dev") })).replaces,
        [],
      );
    });

    it("read what is there, and nothing of what is gone", async () => {
      const cloud = new Cloud(deployment.cloud);
      const vpc = find("network-vpc");
      const fakeProvider = fakeProviderOf(cloud, vpc);
      const { id, props, inputs } = await fakeProvider.read(vpc.id, vpc.urn);
      assert.deepEqual([id, inputs], [vpc.id, vpc.inputs]);
      assert.equal(textAt(props, "arn"), `arn:aws:ec2:eu-central-1:123456789012:vpc/${vpc.id}`);
      remove(vpc.type)(cloud.store);
      assert.equal((await fakeProvider.read(vpc.id, vpc.urn)).id, "");
      await fakeProvider.delete(vpc.id, vpc.urn);
      await assert.rejects(fakeProvider.update(vpc.id, vpc.urn, {}, vpc.inputs), /does not exist/);
    });

    for (const { type, taken } of kinds.filter((kind) => kind.taken !== undefined)) {
      it(`refuse a second ${type} of one name`, async () => {
        const resource = deployment.resources.find((candidate) => candidate.type === type);
        assert.ok(resource && taken);
        const fakeProvider = fakeProviderOf(deployment.cloud, resource);
        await assert.rejects(fakeProvider.create(resource.urn, resource.inputs), { message: taken(resource.inputs) });
      });
    }

    it("keep an object that does not become ready, and heal it with the next update", async () => {
      const cloud = new Cloud(deployment.cloud);
      const nodeClass = find("ebs-node-class");
      const fakeProvider = fakeProviderOf(cloud, nodeClass);
      const broken = set("spec.role", "nobody")(nodeClass.inputs);
      remove(nodeClass.type, '"id":"ebs"')(cloud.store);
      await assert.rejects(fakeProvider.create(nodeClass.urn, broken), (error) => {
        assert.ok(error instanceof NotReadyError);
        assert.deepEqual([error.id, propertyAt(error.properties, "spec.role")], ["ebs", "nobody"]);
        assert.match(error.reasons.join(), /The role with name nobody cannot be found/);
        return true;
      });
      const { outs } = await fakeProvider.update("ebs", nodeClass.urn, {}, nodeClass.inputs);
      assert.equal(propertyAt(outs, "spec.role"), propertyAt(nodeClass.inputs, "spec.role"));
    });

    it("do not wait for an object unless an annotation asks for it", async () => {
      const nodeClass = find("ebs-node-class");
      const broken = set("spec.role", "nobody")(nodeClass.inputs);
      const notAwaited = [
        without(["metadata", "annotations"])(broken),
        set(["metadata", "annotations", "pulumi.com/skipAwait"], "true")(broken),
      ];
      for (const inputs of notAwaited) {
        const cloud = new Cloud(deployment.cloud);
        await fakeProviderOf(cloud, nodeClass).update(nodeClass.id, nodeClass.urn, {}, inputs);
        // The pool is awaited, and its NodeClass is not ready.
        const nodePool = find("ebs-node-pool");
        await assert.rejects(
          fakeProviderOf(cloud, nodePool).update(nodePool.id, nodePool.urn, {}, nodePool.inputs),
          /NodeClassReady=False/,
        );
      }
    });
  });
});

/** The paths of all scalars but the marks of automatic names, which no program sends. */
function leavesOf(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== "object" || value === null) return [path];
  return Object.entries(value).flatMap(([name, inner]) =>
    name === "__defaults" ? [] : leavesOf(inner, [...path, name]),
  );
}
