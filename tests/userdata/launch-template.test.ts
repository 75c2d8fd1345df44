// userData for launch templates: what Karpenter would take from its objects is in the NodeConfig, all else is as in a pool.
import assert from "node:assert/strict";
import { load } from "js-yaml";
import { valueAt } from "../../config/value-at";
import { planPool, type PoolDesign, type SwapPlan } from "../../swap/plan";
import { MOST_USER_DATA_BYTES } from "../../userdata/assembler";
import { renderLaunchTemplate } from "../../userdata/launch-template";
import { UserDataError } from "../../userdata/fragments";
import { NODE_CONFIG, SHELL_SCRIPT } from "../../userdata/mime";
import { renderUserData } from "../../userdata/swap-fragments";
import { readMime } from "../support/karpenter-mime";
import { ebsPool, everythingPool, instanceStorePool } from "../support/pools";

function partsOf(plan: SwapPlan) {
  return readMime(renderLaunchTemplate(plan));
}

function nodeConfigOf(design: PoolDesign): unknown {
  return load(partsOf(planPool(design, "amd64"))[0]?.body ?? "");
}

describe("userData for launch templates", () => {
  it("has kubelet settings, labels and taints in a NodeConfig", () => {
    assert.deepEqual(nodeConfigOf(ebsPool({}, { labels: { team: "batch" } })), {
      apiVersion: "node.eks.aws/v1alpha1",
      kind: "NodeConfig",
      spec: {
        kubelet: {
          config: {
            evictionHard: { "memory.available": "100Mi", "nodefs.available": "10%", "nodefs.inodesFree": "5%" },
            failSwapOn: false,
            memorySwap: { swapBehavior: "LimitedSwap" },
            systemReserved: { "ephemeral-storage": "30Gi" },
            registerWithTaints: [{ key: "eks-swap/pool", value: "ebs", effect: "NoSchedule" }],
          },
          flags: ["--node-labels=eks-swap/pool=ebs,team=batch"],
        },
      },
    });
  });

  it("has the same settings for either place that Karpenter would take them from", () => {
    const [place, other] = (["node-class", "node-config"] as const).map((one) =>
      partsOf(planPool(everythingPool(), "amd64", one)),
    );
    assert.deepEqual(place, other);
  });

  it("asks nodeadm for the array of the instance store", () => {
    const instance = valueAt(nodeConfigOf(instanceStorePool()), ["spec", "instance"]);
    assert.deepEqual(instance, { localStorage: { strategy: "RAID0" } });
  });

  it("has the shell part of the pool, byte for byte, and none without swap", () => {
    for (const design of [ebsPool(), instanceStorePool(), everythingPool()]) {
      const plan = planPool(design, "amd64");
      assert.equal(partsOf(plan)[1]?.body, readMime(renderUserData(plan) ?? "")[0]?.body);
    }
    assert.equal(partsOf(planPool(ebsPool({}, { swap: undefined }), "amd64")).length, 1);
  });

  it("leaves room for the cluster, which comes from Amazon EKS or first among the fragments", () => {
    const plan = planPool(everythingPool(), "amd64");
    const cluster = (certificateAuthority: string) =>
      ({ kind: "node-config", spec: { cluster: { name: "mine", certificateAuthority } } }) as const;
    const text = renderLaunchTemplate(plan, [cluster("A".repeat(1500))]);
    assert.deepEqual(
      readMime(text).map(({ contentType }) => contentType),
      [NODE_CONFIG, NODE_CONFIG, SHELL_SCRIPT],
    );
    const rest = MOST_USER_DATA_BYTES - text.length;
    assert.equal(renderLaunchTemplate(plan, [cluster("A".repeat(1500 + rest))]).length, MOST_USER_DATA_BYTES);
    assert.throws(() => renderLaunchTemplate(plan, [cluster("A".repeat(1501 + rest))]), UserDataError);
    const labels = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`long-${index}`, "a".repeat(63)]));
    assert.throws(() => renderLaunchTemplate({ ...plan, labels }), UserDataError);
  });

  // Each as the kubelet's own check has it: ValidateKubeletFlags of cmd/kubelet/app/options.
  it("refuses labels with which a kubelet does not start, all at once", () => {
    const plan = planPool(ebsPool(), "amd64");
    const good = {
      team: "",
      "example.com/team": "a.b_c-d",
      "node.kubernetes.io/lifecycle": "spot",
      "x.node.kubernetes.io/a": "b",
      "kubelet.kubernetes.io/a": "b",
      "kubernetes.io/hostname": "here",
      "topology.kubernetes.io/zone": "eu-central-1a",
      "notkubernetes.io/a": "b",
    };
    assert.ok(renderLaunchTemplate({ ...plan, labels: good }).includes("team=,"));
    const bad = {
      "node-role.kubernetes.io/worker": "",
      "node-restriction.kubernetes.io/a": "b",
      "kubernetes.io/team": "a",
      "k8s.io/team": "a",
      "x.k8s.io/team": "a",
      "a/b/c": "d",
      "-team": "a",
      "": "a",
      long: "a".repeat(64),
      spaced: "a b",
      "two=signs": "a",
      comma: "a,b=c",
    };
    assert.throws(
      () => renderLaunchTemplate({ ...plan, labels: { ...good, ...bad } }),
      (error) =>
        error instanceof UserDataError &&
        Object.entries(bad).every(([key, value]) => error.message.includes(JSON.stringify(`${key}=${value}`))) &&
        !Object.entries(good).some(([key, value]) => error.message.includes(JSON.stringify(`${key}=${value}`))),
    );
  });
});
