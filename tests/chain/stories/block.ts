// (d) A pool with onFailure: block whose disk is broken: no kubelet starts, and Karpenter gives the NodeClaim up.
import assert from "node:assert/strict";
import { replaceCommand } from "../../boot/exercises";
import { describeCondition, JOBS, PODS } from "../cluster-view";
import type { Story } from "../story";
import { jobOf, SMALL } from "../workloads";

/** Karpenter waits a quarter of an hour for a node to register: https://github.com/kubernetes-sigs/karpenter/blob/v1.15.0/pkg/controllers/nodeclaim/lifecycle/liveness.go */
const PATIENCE = 25 * 60_000;

export const BLOCK_STORY: Story = {
  name: "d: a node that cannot turn swap on never joins, and Karpenter gives it up",
  run: async ({ chain, cluster, see, mark }) => {
    chain.dataPlane.prepare = ({ userData }) =>
      userData.includes("eks-swap/pool=block")
        ? replaceCommand("mkswap", 'echo "Input/output error" >&2', "exit 1")
        : "";
    await cluster.api.create(JOBS, jobOf({ name: "blocked", pool: "block", amounts: SMALL, hold: "5s" }));
    const claim = await cluster.until("a NodeClaim is launched", async () =>
      (await cluster.nodeClaims("block")).find(({ status }) => status.providerID !== ""),
    );
    const id = claim.status.providerID.split("/").at(-1) ?? "";
    mark("NodeClaim launched");
    let conditions = "";
    await cluster.until(
      "Karpenter gives the NodeClaim up",
      async () => {
        const found = (await cluster.nodeClaims("block")).find(({ metadata }) => metadata.name === claim.metadata.name);
        if (found === undefined || found.metadata.deletionTimestamp !== undefined) return true;
        conditions = found.status.conditions.map(describeCondition).join(", ");
        assert.deepEqual(await cluster.nodes("block"), [], "a blocked node registered");
        return undefined;
      },
      PATIENCE,
    );
    mark("NodeClaim given up");
    await cluster.api.delete(`${JOBS}/blocked`, { propagationPolicy: "Background" });
    await cluster.until("the instance is terminated", async () => chain.dataPlane.instances.gone.has(id) || undefined);
    see(`NodeClaim ${claim.metadata.name} was given up: ${conditions}`);
    const pool = await cluster.nodePool("block");
    see(`NodePool block: ${pool.map(describeCondition).join(", ")}`);
    const console = chain.dataPlane.instances.all.get(id)?.machine.consoleText() ?? "";
    const said = console.split("\n").find((line) => line.includes("eks-swap: "));
    assert.ok(said !== undefined, "the console says nothing of swap");
    see(`the instance's console: ${said.trim()}`);
    chain.dataPlane.prepare = () => "";
    await cluster.until("no pod waits", async () =>
      (await cluster.api.list(`${PODS}?labelSelector=job-name=blocked`)).length === 0 ? true : undefined,
    );
  },
};
