// (f) verify with its canary, and the guard, on the live cluster.
import assert from "node:assert/strict";
import { POD_IMAGE } from "../kube/node/disk";
import { inMachine } from "../boot/exercises";
import { CANARY_EQUIPMENT, CANARY_IMAGE } from "../kube/cluster/canary-equipment";
import { RefusedError } from "../kube/cluster/api";
import { PODS } from "./cluster-view";
import type { Story } from "./story";
import { lineOf } from "./story-roll";

export const verifyStory: Story = {
  name: "f: verify, its canary and the guard",
  run: async ({ chain, cluster, see }) => {
    const { claim, node } = await cluster.readyNode("swap");
    const machine = chain.dataPlane.instances.all.get(claim.status.providerID.split("/").at(-1) ?? "")?.machine;
    assert.ok(machine !== undefined);
    await inMachine(machine, CANARY_EQUIPMENT);
    const verified = await chain.run(["verify", "--canary", CANARY_IMAGE, "--json"]);
    assert.equal(verified.code, 0, verified.stdout + verified.stderr);
    see(`verify of ${node.metadata.name}: exit code 0, canary included`);
    await assert.rejects(cluster.api.create(PODS, bestEffortPod()), (error: unknown) => {
      assert.ok(error instanceof RefusedError);
      see(`a BestEffort pod for pool swap: ${lineOf(error.message, /"message"/)}`);
      return error.status === 422 || error.status === 403;
    });
    await inMachine(machine, "swapoff --all");
    const without = await chain.run(["verify", "--json"]);
    assert.equal(without.code, 5, without.stdout + without.stderr);
    see("after swapoff on the node: exit code 5");
  },
};

/** Aimed at a pool whose swap it would never get. */
function bestEffortPod(): object {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: "best-effort" },
    spec: {
      nodeSelector: { "eks-swap/pool": "swap" },
      tolerations: [{ key: "eks-swap/pool", operator: "Exists" }],
      containers: [{ name: "main", image: POD_IMAGE }],
    },
  };
}
