// (b) A new swap size replaces the pool's node under its disruption budget, and the job on it is not lost.
import assert from "node:assert/strict";
import { GIB, PAGE_BYTES } from "../../../swap/quantity";
import { JOBS } from "../cluster-view";
import { followLaunch, runningPod } from "./job";
import { lineOf, type Stage, type Story } from "../story";
import { jobOf, SMALL } from "../workloads";

export const ROLL_STORY: Story = {
  name: "b: a new swap size replaces the node, and the job on it is not lost",
  run: async (stage) => {
    const { chain, cluster, see, mark } = stage;
    await cluster.api.create(JOBS, jobOf({ name: "rolled", pool: "swap", amounts: SMALL, hold: "240s" }));
    const before = await runningPod("rolled", stage);
    const old = before.spec.nodeName;
    chain.configure((config) => config.replace("size: 4Gi", "size: 5Gi"));
    const up = await chain.run(["up"]);
    assert.equal(up.code, 0, up.stderr);
    mark("up with 5Gi has ended");
    see(`up: ${lineOf(up.stderr, /pool swap/)}`);
    const watched = watchNodes(stage, old);
    const { node } = await followLaunch("swap", stage, [old]);
    const swap = node.status.nodeInfo?.swap?.capacity;
    assert.equal(swap, 5 * GIB - PAGE_BYTES);
    await cluster.until("the old node is gone", async () => {
      const names = (await cluster.nodes("swap")).map(({ metadata }) => metadata.name);
      return names.includes(old) ? undefined : true;
    });
    mark("old node gone");
    see(await watched);
    assert.equal(await cluster.ended("rolled"), "Complete");
    const last = (await cluster.podsOf("rolled")).at(-1);
    assert.equal(last?.spec.nodeName, node.metadata.name, "the job ended on the new node");
    see(`job on the replaced node: began on ${old}, Complete on ${node.metadata.name}, whose swap is ${swap}`);
  },
};

/** The old node stays until the new one is initialized: seen from outside, once a second. */
async function watchNodes({ cluster }: Stage, old: string): Promise<string> {
  let newIsReady = false;
  return cluster.until("the old node is going", async () => {
    const claims = await cluster.nodeClaims("swap");
    newIsReady ||= claims.some(
      ({ status }) =>
        status.nodeName !== old &&
        status.conditions.some(({ type, status: is }) => type === "Initialized" && is === "True"),
    );
    const going = claims.find(
      ({ metadata, status }) => status.nodeName === old && metadata.deletionTimestamp !== undefined,
    );
    const gone = claims.every(({ status }) => status.nodeName !== old);
    if (going === undefined && !gone) return undefined;
    assert.ok(newIsReady, "the old node was given up before the new one was initialized");
    return `${old} was given up only after the new node was initialized`;
  });
}
