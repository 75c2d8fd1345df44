// The queue through which Karpenter hears of instances that AWS is about to take, stop or move.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** What the queue is made from. */
export interface InterruptionQueueArgs {
  /** Name of the cluster; the queue gets the same name. Amazon SQS allows 80 characters. */
  readonly clusterName: pulumi.Input<string>;
  /** Tags for every resource. */
  readonly tags: Readonly<Record<string, string>>;
}

/** One kind of event that goes to the queue. */
export interface InterruptionEvent {
  /** Last part of the rule's name. */
  readonly name: string;
  /** The service that publishes the event. */
  readonly source: string;
  /** The event's name, matched exactly. */
  readonly detailType: string;
}

/**
 * The events that Karpenter understands (https://karpenter.sh/docs/reference/cloudformation/#rules). A pattern that
 * matches nothing is accepted silently, and the warning then never arrives.
 */
export const INTERRUPTION_EVENTS: readonly InterruptionEvent[] = [
  { name: "scheduled-change", source: "aws.health", detailType: "AWS Health Event" },
  { name: "spot-interruption", source: "aws.ec2", detailType: "EC2 Spot Instance Interruption Warning" },
  { name: "rebalance", source: "aws.ec2", detailType: "EC2 Instance Rebalance Recommendation" },
  { name: "state-change", source: "aws.ec2", detailType: "EC2 Instance State-change Notification" },
  {
    name: "capacity-reservation",
    source: "aws.ec2",
    detailType: "EC2 Capacity Reservation Instance Interruption Warning",
  },
];

/** Seconds that an event waits to be read: an older warning is of no use, the instance is gone. */
const MESSAGE_RETENTION_SECONDS = 300;

function writeQueuePolicy(queueArn: string): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Id: "EC2InterruptionPolicy",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: ["events.amazonaws.com", "sqs.amazonaws.com"] },
        Action: "sqs:SendMessage",
        Resource: queueArn,
      },
      {
        Sid: "DenyHTTP",
        Effect: "Deny",
        Principal: "*",
        Action: "sqs:*",
        Resource: queueArn,
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ],
  });
}

function createRule(
  parent: InterruptionQueue,
  name: string,
  event: InterruptionEvent,
  queueArn: pulumi.Input<string>,
  tags: Readonly<Record<string, string>>,
): pulumi.Resource[] {
  const rule = new aws.cloudwatch.EventRule(
    `${name}-${event.name}`,
    { eventPattern: JSON.stringify({ source: [event.source], "detail-type": [event.detailType] }), tags },
    { parent },
  );
  const target = new aws.cloudwatch.EventTarget(
    `${name}-${event.name}-target`,
    { rule: rule.name, targetId: "KarpenterInterruptionQueueTarget", arn: queueArn },
    { parent },
  );
  return [rule, target];
}

/**
 * The interruption queue: an SQS queue, the policy that lets EventBridge write to it, and five rules that do.
 *
 * A wrong name or a missing right does not stop Karpenter: it logs an error, and spot interruptions go unhandled.
 */
export class InterruptionQueue extends pulumi.ComponentResource {
  /** Name of the queue, for Karpenter's setting `interruptionQueue`. */
  readonly queueName: pulumi.Output<string>;
  /** ARN of the queue. */
  readonly queueArn: pulumi.Output<string>;
  /** The queue's policy, the rules and their targets. */
  readonly ready: pulumi.Resource[];

  /**
   * @param name logical name, prefix of the names of all children, at most 35 characters so that EventBridge's 64 are kept.
   * @param args the cluster that it is for.
   */
  constructor(name: string, args: InterruptionQueueArgs, opts?: pulumi.ComponentResourceOptions) {
    super("eks-swap:karpenter:InterruptionQueue", name, {}, opts);
    const queue = new aws.sqs.Queue(
      `${name}-queue`,
      {
        name: args.clusterName,
        messageRetentionSeconds: MESSAGE_RETENTION_SECONDS,
        sqsManagedSseEnabled: true,
        tags: args.tags,
      },
      { parent: this },
    );
    const policy = new aws.sqs.QueuePolicy(
      `${name}-policy`,
      { queueUrl: queue.url, policy: queue.arn.apply(writeQueuePolicy) },
      { parent: this },
    );
    const rules = INTERRUPTION_EVENTS.flatMap((event) => createRule(this, name, event, queue.arn, args.tags));
    this.queueName = queue.name;
    this.queueArn = queue.arn;
    this.ready = [queue, policy, ...rules];
    this.registerOutputs({ queueName: this.queueName, queueArn: this.queueArn });
  }
}
