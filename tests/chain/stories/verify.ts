// (f) verify with its canary, and the guard, on the live cluster.
import assert from "node:assert/strict";
import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";
import { POD_IMAGE } from "../../kube/node/disk";
import type { Machine } from "../../boot/machine";
import { inMachine } from "../../boot/exercises";
import { CANARY_EQUIPMENT, CANARY_IMAGE } from "../../kube/cluster/canary-equipment";
import { RefusedError } from "../../kube/cluster/api";
import type { Ended } from "../../engine/pipeline";
import type { Chain } from "../chain";
import { JOBS, PODS } from "../cluster-view";
import { lineOf, type Story } from "../story";
import { runningPod } from "./job";
import { jobOf, SMALL } from "../workloads";

export const VERIFY_STORY: Story = {
  name: "f: verify, its canary and the guard",
  run: async (stage) => {
    const { chain, cluster, see } = stage;
    // A node without pods goes within a minute.
    await cluster.api.create(JOBS, jobOf({ name: "kept", pool: "swap", amounts: SMALL, hold: "1h" }));
    const { spec } = await runningPod("kept", stage);
    const verified = await withEquipment(
      chain,
      chain.run(["verify", "--canary", "--canary-image", CANARY_IMAGE, "--json"]),
    );
    assert.equal(verified.code, 0, verified.stdout + verified.stderr);
    for (const { pool, canary } of resultSchema.parse(JSON.parse(verified.stdout)).pools) {
      if (canary !== null) see(`canary of pool ${pool}: limit ${canary.limitBytes}, promised ${canary.promisedBytes}`);
    }
    see("verify --canary: exit code 0");
    await assert.rejects(cluster.api.create(PODS, bestEffortPod()), (error: unknown) => {
      assert.ok(error instanceof RefusedError);
      see(`a BestEffort pod for pool swap: ${lineOf(error.message, /"message"/)}`);
      return error.status === 422 || error.status === 403;
    });
    await inMachine(machineOf(chain, spec.nodeName), "swapoff --all");
    const without = await chain.run(["verify", "--json"]);
    assert.equal(without.code, 5, without.stdout + without.stderr);
    see("after swapoff on the node: exit code 5");
    await cluster.api.delete(`${JOBS}/kept`, { propagationPolicy: "Background" });
  },
};

function machineOf(chain: Chain, nodeName: string): Machine {
  const { all, gone } = chain.dataPlane.instances;
  const found = [...all].find(([id, { launched }]) => launched.nodeName === nodeName && !gone.has(id));
  assert.ok(found !== undefined, `no instance has the name ${nodeName}`);
  return found[1].machine;
}

const resultSchema = z.object({
  pools: z.array(
    z.object({ pool: z.string(), canary: z.object({ limitBytes: z.number(), promisedBytes: z.number() }).nullable() }),
  ),
});

/** Gives every machine what a canary needs, those that Karpenter launches for one too, until the command has ended. */
async function withEquipment(chain: Chain, command: Promise<Ended>): Promise<Ended> {
  const equipped = new Set<string>();
  const { all, gone } = chain.dataPlane.instances;
  for (;;) {
    const ended = await Promise.race([command, wait(2000)]);
    if (ended !== undefined) return ended;
    chain.dataPlane.check();
    for (const [id, { machine, on }] of all) {
      if (equipped.has(id) || gone.has(id)) continue;
      const equip = `until systemctl is-active --quiet kubelet; do sleep 1; done\n${CANARY_EQUIPMENT}`;
      // A machine whose emulator has failed begins anew, under the same id; without equipment its canary fails.
      const isEquipped = await on
        .then(async () => inMachine(machine, equip))
        .then(
          () => true,
          () => false,
        );
      if (isEquipped) equipped.add(id);
    }
  }
}

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
