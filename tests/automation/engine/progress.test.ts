// What people see of an update: marks as in Pulumi, each resource once, lines that fit the terminal.
import assert from "node:assert/strict";
import type { EngineEvent, OpType } from "@pulumi/pulumi/automation";
import { collectChanges, countChanges } from "../../../automation/base/changes";
import { widthOf } from "../../../automation/base/wrap";
import { formatTree, showLines } from "../../../automation/engine/progress";
import { ResourceTree } from "../../../automation/engine/resource-tree";

const LONG = "karpenter-identity-node-AmazonEC2ContainerRegistryPullOnly";

function urnOf(type: string, name: string): string {
  return `urn:pulumi:dev::eks-swap::${type}::${name}`;
}

const STACK = urnOf("pulumi:pulumi:Stack", "eks-swap-dev");

/** What the engine sends of a resource: before and after. */
function eventsOf(op: OpType, type: string, name: string): readonly EngineEvent[] {
  const urn = urnOf(type, name);
  const state = { type, urn, custom: true, id: "", parent: urn === STACK ? "" : STACK, inputs: {}, outputs: {} };
  const metadata = { op, urn, type, provider: "", new: { ...state, provider: "" } };
  const event = { sequence: 0, timestamp: 0 };
  return [
    { ...event, resourcePreEvent: { metadata } },
    { ...event, resOutputsEvent: { metadata } },
  ];
}

const EVENTS = [
  ...eventsOf("create", "pulumi:pulumi:Stack", "eks-swap-dev"),
  ...eventsOf("create", "pulumi:providers:aws", "default_7_48_0"),
  ...eventsOf("create", "pulumi:providers:kubernetes", "cluster"),
  ...eventsOf("create", "aws:iam/rolePolicyAttachment:RolePolicyAttachment", LONG),
  ...eventsOf("update", "kubernetes:karpenter.k8s.aws/v1:EC2NodeClass", "ebs-node-class"),
  ...eventsOf("delete", "aws:sqs/queue:Queue", "events"),
  ...eventsOf("replace", "aws:ec2/vpc:Vpc", "network"),
  ...eventsOf("create-replacement", "aws:ec2/vpc:Vpc", "network"),
  ...eventsOf("same", "aws:eks/addon:Addon", "coredns"),
];

/** Lines that a stream which is no terminal, or one of this width, is given. */
function linesOf(events: readonly EngineEvent[], columns?: number): readonly string[] {
  let written = "";
  const stream = { isTTY: columns !== undefined, columns: columns ?? 0, write: (text: string) => (written += text) };
  const { onEvent } = showLines(stream, "did");
  events.forEach(onEvent);
  return written.trimEnd().split("\n");
}

describe("the progress of an update", () => {
  it("marks what happens as Pulumi does, and leaves out what stays and the providers that Pulumi makes by itself", () => {
    assert.deepEqual(
      linesOf(EVENTS).map((line) => line.split(" ").slice(0, 2).join(" ")),
      ["+ eks-swap-dev", "+ cluster", `+ ${LONG}`, "~ ebs-node-class", "- events", "+- network", "+- network"],
    );
  });

  it("has one count: that of the summary, of the lines and of the tree", () => {
    const created = EVENTS.filter(({ resourcePreEvent }) => resourcePreEvent?.metadata.op === "create");
    const events = EVENTS.filter((event) =>
      created.some(
        (one) => one.resourcePreEvent?.metadata === (event.resourcePreEvent ?? event.resOutputsEvent)?.metadata,
      ),
    );
    assert.deepEqual(countChanges(collectChanges(events)), { create: 3 });
    assert.equal(linesOf(events).length, 3);
    const tree = new ResourceTree();
    for (const event of events) tree.add(event);
    assert.match(formatTree(tree, 80).join("\n"), /^\+ eks-swap-dev pulumi:pulumi:Stack 3 of 3$/);
  });

  it("says of a component once what the engine says twice in a preview", () => {
    const [before, after] = eventsOf("create", "eks-swap:network:Network", "network");
    assert.ok(before !== undefined && after !== undefined);
    assert.equal(linesOf([before, after, after]).length, 1);
  });

  it("fits a terminal, with whole words", () => {
    const lines = linesOf(EVENTS, 80);
    assert.ok(lines.every((line) => widthOf(line) <= 80));
    assert.deepEqual(lines.join(" ").split(/\s+/), linesOf(EVENTS).join(" ").split(/\s+/));
    const tree = new ResourceTree();
    for (const event of EVENTS) if (event.resourcePreEvent) tree.add(event);
    const drawn = formatTree(tree, 79);
    assert.ok(drawn.every((line) => widthOf(line) <= 79));
    // The type goes first, and the name stays whole.
    assert.ok(drawn.includes(`  + ${LONG}`));
    assert.ok(drawn.includes("  ~ ebs-node-class kubernetes:karpenter.k8s.aws/v1:EC2NodeClass"));
  });
});
