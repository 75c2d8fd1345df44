// The policy of the interruption queue: AWS's events may write to it over TLS, and nothing else may.
import assert from "node:assert/strict";
import { z } from "zod";
import { InterruptionQueue } from "../../components/karpenter/interruption-queue";
import { record } from "../support/recorder";
import { SCOPE } from "./names";
import { trusts } from "./simulator";

const EVENTS = "events.amazonaws.com";

const DECISIONS: readonly (readonly [principal: string, action: string, tls: boolean, allowed: boolean])[] = [
  [EVENTS, "sqs:SendMessage", true, true],
  ["sqs.amazonaws.com", "sqs:SendMessage", true, true],
  [EVENTS, "sqs:SendMessage", false, false],
  [EVENTS, "sqs:ReceiveMessage", true, false],
  ["s3.amazonaws.com", "sqs:SendMessage", true, false],
  ["arn:aws:iam::444455556666:role/other", "sqs:SendMessage", true, false],
];

describe("the interruption queue's policy", () => {
  let policy: unknown;
  let queueArn: string;

  before(async () => {
    const recording = await record(() => {
      new InterruptionQueue("events", { clusterName: SCOPE.clusterName, tags: {} });
    });
    policy = JSON.parse(z.string().parse(recording.get("events-policy").inputs["policy"]));
    queueArn = z.string().parse(recording.outputsOf("events").values["queueArn"]);
  });

  for (const [principal, action, tls, allowed] of DECISIONS) {
    it(`${allowed ? "lets" : "keeps"} ${principal} ${allowed ? "" : "from "}${action} ${tls ? "over TLS" : "in plain HTTP"}`, async () => {
      const context = { "aws:SecureTransport": String(tls) };
      assert.equal(await trusts(policy, principal, { action, resource: queueArn, context }), allowed);
    });
  }

  it("is a policy of this queue alone", async () => {
    const other = `${queueArn}-other`;
    const context = { "aws:SecureTransport": "true" };
    assert.equal(await trusts(policy, EVENTS, { action: "sqs:SendMessage", resource: other, context }), false);
  });
});
