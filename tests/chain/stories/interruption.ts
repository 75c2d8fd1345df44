// (e) EC2 announces that it takes an instance back: the event goes through our rule and queue to Karpenter.
import assert from "node:assert/strict";
import { PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { ACCOUNT, arnOf } from "../../../sandbox/provider/account";
import { JOBS } from "../cluster-view";
import { followLaunch, runningPod } from "./job";
import type { Story } from "../story";
import { jobOf, SMALL } from "../workloads";

export const INTERRUPTION_STORY: Story = {
  name: "e: an interruption event cordons the node, and another takes over its job",
  run: async (stage) => {
    const { chain, cluster, see, mark } = stage;
    await cluster.api.create(JOBS, jobOf({ name: "interrupted", pool: "swap", amounts: SMALL, hold: "100s" }));
    const before = await runningPod("interrupted", stage);
    const old = before.spec.nodeName;
    const claim = (await cluster.nodeClaims("swap")).find(({ status }) => status.nodeName === old);
    const id = claim?.status.providerID.split("/").at(-1) ?? "";
    await chain.aws.events.send(
      new PutEventsCommand({
        Entries: [
          {
            Source: "aws.ec2",
            DetailType: "EC2 Spot Instance Interruption Warning",
            Resources: [arnOf("ec2", `instance/${id}`)],
            Detail: JSON.stringify({ "instance-id": id, "instance-action": "terminate" }),
          },
        ],
      }),
    );
    mark("interruption warning");
    await cluster.until("the node is cordoned", async () => {
      const node = (await cluster.nodes("swap")).find(({ metadata }) => metadata.name === old);
      return node === undefined || node.spec.taints.some(({ key }) => key === "karpenter.sh/disrupted") || undefined;
    });
    mark("node cordoned");
    const { node } = await followLaunch("swap", stage, [old]);
    assert.equal(await cluster.ended("interrupted"), "Complete");
    assert.notEqual(node.metadata.name, old);
    const events = claim === undefined ? [] : await cluster.events("NodeClaim", claim.metadata.name);
    assert.ok(
      events.some((line) => line.startsWith("SpotInterrupted: ")),
      "Karpenter heard of no interruption",
    );
    see(`${ACCOUNT.region}: warning for ${id}; events of its NodeClaim: ${[...new Set(events)].join("; ")}`);
    see(`job interrupted: began on ${old}, Complete on ${node.metadata.name}`);
  },
};
