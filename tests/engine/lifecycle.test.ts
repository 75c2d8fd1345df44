// The life of a stack on the real engine: up, up again, changes of swap and of pools, destroy.
import assert from "node:assert/strict";
import { resolve } from "node:path";
import { renderPools } from "../../automation/render/render";
import { ourConfig, readStackFile } from "../../automation/base/stack-file";
import { readSettings } from "../../config/settings";
import { Store } from "../../sandbox/provider/store";
import { withChanges } from "../config/configs";
import { changedPaths, EngineStack, type Outcome, type Step } from "./stack";

const dev = readStackFile(resolve(__dirname, "..", ".."), "dev");

/** The dev stack with other pools. */
function withPools(changes: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { pools } = withChanges(ourConfig(dev), changes);
  return { ...dev, "eks-swap:pools": pools };
}

function named(steps: readonly Step[]): readonly string[] {
  return steps.map(({ op, name }) => `${op} ${name}`).toSorted();
}

describe("the dev stack on the real engine", () => {
  const stack = new EngineStack();
  let first: Outcome;
  after(() => {
    stack.remove();
  });

  it("comes up", async () => {
    first = await stack.up(dev);
    assert.ok(first.steps.every(({ op }) => op === "create"));
    assert.equal(first.outputs["kubeconfig"]?.secret, true);
    assert.equal(first.outputs["clusterName"]?.value, "eks-swap-dev");
  });

  it("gets the EC2NodeClasses and NodePools that render writes", () => {
    for (const { plan, nodeClass, nodePool } of renderPools(readSettings(ourConfig(dev)))) {
      const inputs = first.steps.find(({ name }) => name === `${plan.pool}-node-class`)?.newInputs;
      const spec: unknown = Reflect.get(Object(inputs), "spec");
      for (const key of ["userData", "kubelet", "blockDeviceMappings", "instanceStorePolicy", "amiSelectorTerms"]) {
        const rendered: unknown = Reflect.get(nodeClass.spec, key);
        const plain: unknown = rendered === undefined ? undefined : JSON.parse(JSON.stringify(rendered));
        assert.deepEqual(Reflect.get(Object(spec), key), plain, key);
      }
      const pool = first.steps.find(({ name }) => name === `${plan.pool}-node-pool`)?.newInputs;
      assert.deepEqual(Reflect.get(Object(pool), "spec"), JSON.parse(JSON.stringify(nodePool.spec)));
    }
  });

  it("stays as it is at a second up, and at a refresh", async () => {
    assert.deepEqual((await stack.up(dev)).steps, []);
    assert.deepEqual((await stack.refresh(dev)).steps, []);
  });

  it("updates one EC2NodeClass, and of it only what carries the size, when swap.size changes", async () => {
    const { steps } = await stack.up(withPools({ "pools.ebs.swap.size": "60Gi" }));
    assert.deepEqual(named(steps), ["update ebs-node-class"]);
    const [step] = steps;
    assert.deepEqual(changedPaths(step?.oldInputs, step?.newInputs).toSorted(), [
      "spec.blockDeviceMappings.0.ebs.volumeSize",
      "spec.kubelet.systemReserved.ephemeral-storage",
      "spec.userData",
    ]);
  });

  it("adds a pool, and removes it", async () => {
    const more = withPools({
      "pools.more": { swap: { size: "8Gi", backings: ["root-volume"] } },
      "pools.ebs.swap.size": "60Gi",
    });
    const added = await stack.up(more);
    const names = ["", "-guard", "-guard-pods", "-guard-policy", "-guard-templates", "-node-class", "-node-pool"];
    assert.deepEqual(
      named(added.steps),
      names.map((name) => `create more${name}`),
    );
    const removed = await stack.up(withPools({ "pools.ebs.swap.size": "60Gi" }));
    assert.deepEqual(
      named(removed.steps),
      names.map((name) => `delete more${name}`),
    );
    const order = removed.steps.map(({ name }) => name);
    assert.ok(order.indexOf("more-node-pool") < order.indexOf("more-node-class"), "the NodePool goes first");
  });

  it("is destroyed pools first, network last, and leaves nothing", async () => {
    const { steps } = await stack.destroy(dev);
    assert.ok(steps.every(({ op }) => op === "delete"));
    const order = steps.map(({ name }) => name);
    for (const pool of ["ebs", "instance-store"]) {
      assert.ok(order.indexOf(`${pool}-node-pool`) < order.indexOf("karpenter-controller"));
    }
    assert.ok(order.indexOf("karpenter-controller") < order.indexOf("cluster-system-nodes"));
    assert.ok(order.indexOf("cluster-system-nodes") < order.indexOf("network-nat-1"));
    assert.deepEqual(await stack.resources(dev), []);
    // What the cluster was given by hand stays behind by design: Helm keeps the CRDs, and the cluster is gone with them.
    assert.deepEqual(
      new Store(stack.folder).list().map(({ type, id }) => `${type} ${id}`),
      [],
    );
  });
});
