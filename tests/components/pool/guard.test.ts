// The guard of a pool as resources. What it decides is shown on a real API server, in tests/kube/guard.
import assert from "node:assert/strict";
import { SwapPool } from "../../../components/pool/swap-pool";
import { planPool } from "../../../swap/plan";
import { GUARD_MODES, type GuardMode } from "../../../swap/vocabulary";
import { describeGuard } from "../../../components/pool/guard-policy";
import { renderUserData } from "../../../userdata/swap-fragments";
import { toYaml } from "../../../userdata/yaml";
import { assertGolden } from "../../support/golden";
import { ebsPool } from "../../support/pools";
import { record } from "../../support/recorder";
import { createPlatform, TAGS } from "../platform";

async function recordPool(guard: GuardMode, hasSwap = true) {
  const { swap, ...design } = ebsPool();
  const plan = planPool({ ...design, swap: hasSwap ? swap : undefined }, "amd64");
  return record(() => {
    const { network, cluster, karpenter, ready } = createPlatform();
    new SwapPool("pool", {
      plan,
      userData: renderUserData(plan),
      amiSelector: { alias: "al2023@v20260714" },
      guard,
      nodePool: {
        disruption: { consolidationPolicy: "WhenEmpty", consolidateAfter: "1m", budgets: [] },
        expireAfter: "720h",
        terminationGracePeriod: "1h",
      },
      nodeRoleName: karpenter.nodeRoleName,
      subnetIds: network.privateSubnetIds,
      securityGroupIds: [cluster.securityGroupId],
      provider: cluster.provider,
      requires: ready,
      tags: TAGS,
    });
  });
}

describe("the guard of a pool", () => {
  it("is a policy and two bindings of the cluster's provider, the bindings after the policy", async () => {
    const recording = await recordPool("warn");
    const { urn } = recording.get("pool-guard");
    assert.equal(recording.get("pool-guard").parent, recording.get("pool").urn);
    const children = recording.resources.filter(({ parent }) => parent === urn);
    assert.deepEqual(
      children.map(({ name }) => name),
      ["pool-guard-policy", "pool-guard-pods", "pool-guard-templates"],
    );
    for (const { provider } of children) assert.equal(provider, recording.get("cluster-kubernetes").urn);
    for (const name of ["pool-guard-pods", "pool-guard-templates"]) {
      const { inputs, dependencies } = recording.get(name);
      assert.ok(dependencies.includes(recording.get("pool-guard-policy").urn), name);
      assert.deepEqual(inputs["metadata"], { name: name.replace("pool-guard", "eks-swap-guard-ebs") });
    }
  });

  it("is not there where it is off, or where there is no swap", async () => {
    assert.equal((await recordPool("off")).counts()["eks-swap:swap:Guard"], undefined);
    assert.equal((await recordPool("deny", false)).counts()["eks-swap:swap:Guard"], undefined);
  });

  for (const mode of GUARD_MODES.filter((other) => other !== "off")) {
    it(`reads as a person would write it: ${mode}`, () => {
      const { policy, bindings } = describeGuard("ebs", mode);
      assertGolden(`guard/${mode}.yaml`, [policy, ...Object.values(bindings)].map(toYaml).join("---\n"));
    });
  }
});
