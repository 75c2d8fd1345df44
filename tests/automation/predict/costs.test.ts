// What a prediction says of costs: of the pools of a stack by the data files, and of a given node by what is told.
import assert from "node:assert/strict";
import { givenNode, GP3_RATES, outermostNodes } from "../../../automation/predict/targets";
import { readSettings } from "../../../config/settings";
import { INSTANCE_TYPES } from "../../../swap/instance-types";
import { GIB } from "../../../swap/quantity";
import type { PredictedNode } from "../../../workload/node";
import { predict } from "../../../workload/predict";
import { VALID_CONFIG, withChanges } from "../../config/configs";
import { container, manifests, pod } from "../../workload/manifests";

const OF16_GI = [{ key: "karpenter.k8s.aws/instance-memory", operator: "In", values: ["16384"] }];

/** The one node of a pool with this swap, of the cheapest type of 16 GiB, and what it costs. */
function costOf(pool: object, prices = {}) {
  const settings = readSettings(withChanges(VALID_CONFIG, { pools: { it: { requirements: OF16_GI, ...pool } } }));
  const plan = settings.pools[0]?.plan;
  assert.ok(plan !== undefined);
  const [node, ...others] = outermostNodes(plan, { types: INSTANCE_TYPES, prices });
  assert.ok(node !== undefined && others.length === 0);
  return costOn(node);
}

/** With a pod that may use an eighth of the node's swap. */
function costOn(node: PredictedNode) {
  const given = manifests(pod([container("app", "2Gi", "4Gi")], { tolerations: [{ operator: "Exists" }] }));
  const [usage] = predict(given, [node]).nodes;
  assert.ok(usage !== undefined && usage.cost !== null);
  return { ...usage.cost, usableGiB: usage.usableSwapBytes / GIB };
}

function near(actual: number, expected: number): void {
  assert.ok(Math.abs(actual - expected) < 1e-5, `${actual}, not ${expected}`);
}

describe("costs of a prediction", () => {
  it("are of the cheapest instance type of the size, and of what the root volume is larger", () => {
    const { instanceType, instance, swapVolume, ...cost } = costOf({
      swap: { size: "30Gi", backings: ["root-volume"] },
    });
    const prices = INSTANCE_TYPES.flatMap(({ name, pricePerHour }) => (name === instanceType ? [pricePerHour] : []));
    assert.deepEqual(prices, [instance]);
    const cheaper = INSTANCE_TYPES.filter(
      ({ name, memoryMebibytes, architecture, hypervisor, pricePerHour }) =>
        memoryMebibytes === 16_384 &&
        architecture === "amd64" &&
        hypervisor === "nitro" &&
        /^[cmr][5-9]/.test(name) &&
        (pricePerHour ?? Infinity) < instance,
    );
    assert.deepEqual(cheaper, []);
    near(swapVolume, (36 * 0.08) / 730);
    near(cost.usableGiB, 3.75);
    near(cost.perGiBOfMemory, instance / 16);
    near(cost.perEffectiveGiB, (instance + swapVolume) / 19.75);
  });

  it("count iops and throughput of a volume that is there for swap", () => {
    const { swapVolume } = costOf({
      swap: { size: "30Gi", backings: ["ebs-volume"] },
      swapVolume: { type: "gp3", iops: 6000, throughput: 500 },
    });
    near(swapVolume, (30 * 0.08 + 3000 * 0.005 + 375 * 0.04) / 730);
  });

  it("of swap on the instance store are those of the instance", () => {
    const { swapVolume, perEffectiveGiB, instance, usableGiB } = costOf({
      swap: { size: "30Gi", backings: ["instance-store"] },
    });
    assert.equal(swapVolume, 0);
    near(perEffectiveGiB, instance / (16 + usableGiB));
  });

  it("take the price of a GiB of volume from the user", () => {
    const { swapVolume } = costOf({ swap: { size: "30Gi", backings: ["ebs-volume"] } }, { volumeGiBMonth: 0.1 });
    near(swapVolume, 3 / 730);
  });

  it("of a given node are the given price, and gp3 with its rates", () => {
    const faster = { iops: 4000, throughputBytesPerSecond: GP3_RATES.throughputBytesPerSecond };
    const node = givenNode(16 * GIB, 30 * GIB, faster, { node: 0.4, volumeGiBMonth: 0.1 });
    const { instanceType, instance, swapVolume } = costOn(node);
    assert.deepEqual([instanceType, instance], [null, 0.4]);
    near(swapVolume, (30 * 0.1 + 1000 * 0.005) / 730);
    assert.equal(givenNode(16 * GIB, 30 * GIB, GP3_RATES, {}).price, null);
  });
});
