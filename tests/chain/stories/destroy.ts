// (g) destroy: nodes are drained, everything is deleted, and nothing with the cluster's tag is left in the account.
import assert from "node:assert/strict";
import { CreateVolumeCommand, DeleteVolumeCommand } from "@aws-sdk/client-ec2";
import { ACCOUNT } from "../../../sandbox/provider/account";
import { tagged, type AwsClients } from "../aws-clients";
import { listByTagKey } from "../aws-listing";
import { CLUSTER_NAME, type Chain } from "../chain";
import { JOBS } from "../cluster-view";
import { runningPod } from "./job";
import { lineOf, type Story } from "../story";
import { jobOf, SMALL } from "../workloads";

/** The tag of everything that controllers make for a cluster. */
const OWNED = `kubernetes.io/cluster/${CLUSTER_NAME}`;

export const DESTROY_STORY: Story = {
  name: "g: destroy leaves nothing behind",
  run: async (stage) => {
    const { chain, cluster, see } = stage;
    const { instances } = chain.dataPlane;
    const forgotten = await forgottenVolume(chain.aws);
    // Of a node that another story left, Karpenter may have deleted the launch template: it keeps one for minutes.
    await cluster.until(
      "no node of the pool is left",
      async () => (await cluster.nodeClaims("store")).length === 0 || undefined,
    );
    await cluster.api.create(JOBS, jobOf({ name: "drained", pool: "store", amounts: SMALL, hold: "1h" }));
    await cluster.until("a machine starts", async () =>
      (await cluster.nodeClaims("store")).find(({ status }) =>
        instances.all.has(status.providerID.split("/").at(-1) ?? ""),
      ),
    );
    const before = await listByTagKey(OWNED, chain.aws);
    const { spec } = await runningPod("drained", stage);
    see(`job drained runs on ${spec.nodeName}`);
    see(`before: ${describe(before)}`);
    for (const [kind, ids] of Object.entries(before))
      assert.ok(ids.length > 0, `no ${kind} before: the call sees nothing`);
    const destroyed = await chain.run(["destroy"]);
    assert.equal(destroyed.code, 0, destroyed.stderr);
    see(`destroy: ${lineOf(destroyed.stderr, new RegExp(forgotten))}`);
    assert.match(destroyed.stderr, new RegExp(`left in the account, delete it manually: volume ${forgotten}`));
    await chain.aws.ec2.send(new DeleteVolumeCommand({ VolumeId: forgotten }));
    const after = await listByTagKey(OWNED, chain.aws);
    see(`after, that volume deleted: ${describe(after)}`);
    assert.deepEqual(Object.values(after).flat(), []);
    await allOff(chain);
    see("every machine is off");
  },
};

/** A volume as the EBS CSI driver makes one, whose claim outlived its cluster. */
async function forgottenVolume({ ec2 }: AwsClients): Promise<string> {
  const tags = [{ Key: OWNED, Value: "owned" }];
  const { VolumeId = "" } = await ec2.send(
    new CreateVolumeCommand({ AvailabilityZone: `${ACCOUNT.region}a`, Size: 8, ...tagged("volume", tags) }),
  );
  return VolumeId;
}

async function allOff(chain: Chain): Promise<void> {
  for (const { machine } of chain.dataPlane.instances.all.values()) await machine.waitForPowerOff(300_000);
}

function describe(found: Readonly<Record<string, readonly string[]>>): string {
  return Object.entries(found)
    .map(([kind, ids]) => `${ids.length} ${kind}`)
    .join(", ");
}
