// (c) A pool whose swap is on the instance store: on a type with NVMe, and on one without after somebody changed the NodePool.
import assert from "node:assert/strict";
import { PATHS } from "../../kube/cluster/api";
import { observe } from "../../boot/observation";
import { JOBS } from "../cluster-view";
import { followLaunch } from "./job";
import type { Stage, Story } from "../story";
import { jobOf, SMALL } from "../workloads";

export const STORE_STORY: Story = {
  name: "c: swap on the instance store, and on the root volume of a type without one",
  run: async (stage) => {
    const { cluster, see } = stage;
    const first = await launchFor(stage, "stored", []);
    assert.equal(first.instanceType, "c5d.large");
    assert.equal(first.backing, "instance-store");
    // As an operator would by hand: the program requires a type with enough NVMe.
    const requirements = [{ key: "node.kubernetes.io/instance-type", operator: "In", values: ["c5.large"] }];
    await cluster.api.patch(`${PATHS.nodePools}/store`, { spec: { template: { spec: { requirements } } } });
    const second = await launchFor(stage, "stored-without", [first.node]);
    assert.equal(second.instanceType, "c5.large");
    assert.equal(second.backing, "root-volume");
    see("the second backing took over on the type without NVMe");
  },
};

async function launchFor(
  stage: Stage,
  name: string,
  except: readonly string[],
): Promise<{ readonly node: string; readonly instanceType: string; readonly backing: string | undefined }> {
  const { cluster, see } = stage;
  await cluster.api.create(JOBS, jobOf({ name, pool: "store", amounts: SMALL, hold: "5s" }));
  const { instance, node } = await followLaunch("store", stage, except);
  const { swaps } = await observe(instance.machine);
  see(`swap on ${swaps.map(({ path, sizeKiB }) => `${path}, ${Math.round(sizeKiB / 1024)} MiB`).join("; ")}`);
  assert.equal(await cluster.ended(name), "Complete");
  const { metadata } = node;
  return {
    node: metadata.name,
    instanceType: instance.launched.instanceType,
    backing: metadata.labels["eks-swap/backing"],
  };
}
