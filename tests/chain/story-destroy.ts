// (g) destroy: nodes are drained, everything is deleted, and nothing with the cluster's tag is left in the account.
import assert from "node:assert/strict";
import {
  DescribeInstancesCommand,
  DescribeLaunchTemplatesCommand,
  DescribeNetworkInterfacesCommand,
  DescribeVolumesCommand,
} from "@aws-sdk/client-ec2";
import { GetInstanceProfileCommand, ListInstanceProfilesCommand } from "@aws-sdk/client-iam";
import type { AwsClients } from "./aws-clients";
import { CLUSTER_NAME, type Chain } from "./chain";
import { CLUSTER_TAG } from "./instances";
import { JOBS } from "./cluster-view";
import { runningPod } from "./story-job";
import type { Story } from "./story";
import { jobOf, SMALL } from "./workloads";

export const destroyStory: Story = {
  name: "g: destroy leaves nothing behind",
  run: async (stage) => {
    const { chain, cluster, see } = stage;
    await cluster.api.create(JOBS, jobOf({ name: "drained", pool: "plain", amounts: SMALL, hold: "1h" }));
    const { spec } = await runningPod("drained", stage);
    see(`job drained runs on ${spec.nodeName}`);
    const before = await withTag(chain.aws);
    see(`before: ${describe(before)}`);
    for (const [kind, ids] of Object.entries(before))
      assert.ok(ids.length > 0, `no ${kind} before: the call sees nothing`);
    const destroyed = await chain.run(["destroy", "--yes"]);
    assert.equal(destroyed.code, 0, destroyed.stderr);
    const after = await withTag(chain.aws);
    see(`after: ${describe(after)}`);
    assert.deepEqual(Object.values(after).flat(), []);
    await allOff(chain);
    see("every machine is off");
  },
};

async function allOff(chain: Chain): Promise<void> {
  for (const { machine } of chain.dataPlane.instances.all.values()) await machine.waitForPowerOff(300_000);
}

type Found = Readonly<Record<string, readonly string[]>>;

/** What the account has with the cluster's tag. Terminated instances are shown by EC2 for a while, and are none. */
async function withTag({ ec2, iam }: AwsClients): Promise<Found> {
  const Filters = [{ Name: `tag:${CLUSTER_TAG}`, Values: [CLUSTER_NAME] }];
  const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({ Filters }));
  const { Volumes = [] } = await ec2.send(new DescribeVolumesCommand({ Filters }));
  const { LaunchTemplates = [] } = await ec2.send(new DescribeLaunchTemplatesCommand({ Filters }));
  const { NetworkInterfaces = [] } = await ec2.send(new DescribeNetworkInterfacesCommand({ Filters }));
  return {
    instances: Reservations.flatMap(({ Instances = [] }) => Instances)
      .filter(({ State }) => State?.Name !== "terminated")
      .map(({ InstanceId }) => InstanceId ?? ""),
    volumes: Volumes.map(({ VolumeId }) => VolumeId ?? ""),
    "launch templates": LaunchTemplates.map(({ LaunchTemplateName }) => LaunchTemplateName ?? ""),
    "instance profiles": await profilesWithTag(iam),
    "network interfaces": NetworkInterfaces.map(({ NetworkInterfaceId }) => NetworkInterfaceId ?? ""),
  };
}

async function profilesWithTag(iam: AwsClients["iam"]): Promise<readonly string[]> {
  const { InstanceProfiles = [] } = await iam.send(new ListInstanceProfilesCommand({}));
  const found: string[] = [];
  for (const { InstanceProfileName } of InstanceProfiles) {
    const { InstanceProfile } = await iam.send(new GetInstanceProfileCommand({ InstanceProfileName }));
    if (InstanceProfile?.Tags?.some(({ Key, Value }) => Key === CLUSTER_TAG && Value === CLUSTER_NAME))
      found.push(InstanceProfileName ?? "");
  }
  return found;
}

function describe(found: Found): string {
  return Object.entries(found)
    .map(([kind, ids]) => `${ids.length} ${kind}`)
    .join(", ");
}
