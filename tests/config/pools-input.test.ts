// Pools for a program that has its cluster from elsewhere: the same as of a stack file, with all problems at once.
import assert from "node:assert/strict";
import { readPools, readSettings } from "../../config/settings";
import { ConfigError } from "../../config/catalogue/problems";

const POOLS = { jobs: { swap: { size: "50%", maxSize: "64Gi", backings: ["instance-store"] } } } as const;

/** With lists that can be changed, as the schema's types want them. */
function input() {
  return { jobs: { swap: { ...POOLS.jobs.swap, backings: [...POOLS.jobs.swap.backings] } } };
}

describe("pools of a program of one's own", () => {
  it("are those that a stack file makes", () => {
    const { pools: ofFile } = readSettings({ cluster: { name: "mine" }, pools: input() });
    assert.deepEqual(readPools({ pools: input() }).pools, ofFile);
  });

  it("have the kubelet's settings in userData where the running Karpenter would drop them", () => {
    const [pool] = readPools({ karpenter: { version: "1.14.1" }, pools: input() }).pools;
    assert.deepEqual(pool?.plan.nodeConfig, { failSwapOn: false, memorySwap: { swapBehavior: "LimitedSwap" } });
  });

  it("report everything that is wrong at once, and nothing of a cluster that is not theirs", () => {
    const wrong = { jobs: { swap: { size: "30G", backings: [] }, weight: 101 } };
    assert.throws(
      () => readPools({ cluster: { kubernetesVersion: "1.20" }, pools: wrong }),
      (error) => {
        assert.ok(error instanceof ConfigError);
        assert.deepEqual(error.problems.map(({ path }) => path).toSorted(), [
          "cluster.kubernetesVersion",
          "pools.jobs.swap.backings",
          "pools.jobs.swap.size",
          "pools.jobs.weight",
        ]);
        return true;
      },
    );
  });

  it("take no keys of a new cluster", () => {
    const cluster = { name: "mine", kubernetesVersion: "1.36" };
    assert.throws(
      () => readPools({ cluster, pools: input() }),
      (error) => {
        assert.ok(error instanceof ConfigError);
        const errors = error.problems.filter(({ severity }) => severity === "error");
        assert.deepEqual(
          errors.map(({ id, path }) => [id, path]),
          [["existing-cluster-with-more", "cluster.name"]],
        );
        return true;
      },
    );
  });
});
