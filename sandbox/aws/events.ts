// Amazon SQS and Amazon EventBridge: queues, their policies, rules and targets.
import { ACCOUNT, arnOf } from "../provider/account";
import { documentRules } from "./policies";
import { AWS_DOCS, AWS_TYPES } from "./types";
import type { ResourceKind } from "../provider/kind";
import { atMost, between, heldBy, inputRule, matches, refersTo, textRule } from "../provider/rules";
import { isList, isProperties, isSet, parseJson, textAt, propertyAt } from "../provider/values";

const QUEUE_ATTRIBUTES = `${AWS_DOCS}/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html`;
const PATTERNS = `${AWS_DOCS}/eventbridge/latest/userguide/eb-create-pattern.html`;

function urlOf(name: string): string {
  return `https://sqs.${ACCOUNT.region}.amazonaws.com/${ACCOUNT.id}/${name}`;
}

const QUEUE: ResourceKind = {
  type: AWS_TYPES.queue,
  required: [],
  forceNew: ["name", "fifoQueue"],
  autoName: "name",
  rules: [
    atMost("sqs-name-length", `${AWS_DOCS}/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html`, "name", 80),
    matches(
      "sqs-name-characters",
      `${AWS_DOCS}/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html`,
      "name",
      /^[A-Za-z0-9_-]+(?:\.fifo)?$/,
      "InvalidParameterValue: letters, digits, hyphens and underscores are allowed in the name of a queue",
    ),
    between("sqs-retention", QUEUE_ATTRIBUTES, "messageRetentionSeconds", 60, 1209600),
    inputRule("sqs-encryption", QUEUE_ATTRIBUTES, ["sqsManagedSseEnabled", "kmsMasterKeyId"], ({ inputs }) =>
      isSet(inputs, "sqsManagedSseEnabled") && textAt(inputs, "kmsMasterKeyId") !== undefined
        ? "InvalidAttributeValue: You can use one type of server-side encryption (SSE) at one time. You can either " +
          "enable KMS SSE or SQS SSE."
        : undefined,
    ),
  ],
  identify: (inputs) => urlOf(textAt(inputs, "name") ?? ""),
  taken: (inputs) => `QueueAlreadyExists: A queue already exists with the name ${textAt(inputs, "name") ?? ""}.`,
  make: (id, { inputs }) => ({ outputs: { url: id, arn: arnOf("sqs", textAt(inputs, "name") ?? "") } }),
};

const QUEUE_POLICY: ResourceKind = {
  type: AWS_TYPES.queuePolicy,
  required: ["queueUrl", "policy"],
  forceNew: ["queueUrl"],
  rules: [
    ...documentRules("sqs-policy", "policy", "resource"),
    refersTo({
      id: "sqs-policy-queue",
      source: QUEUE_ATTRIBUTES,
      path: "queueUrl",
      to: AWS_TYPES.queue,
      by: "id",
      missing: (url) => `AWS.SimpleQueueService.NonExistentQueue: The specified queue ${url} does not exist.`,
    }),
  ],
  identify: (inputs) => textAt(inputs, "queueUrl") ?? "",
  make: () => ({ outputs: {} }),
};

/** EventBridge wants a list of values at every leaf of a pattern. */
function patternProblem(text: string): string | undefined {
  const pattern = parseJson(text);
  if (!isProperties(pattern)) return "Filter is not an object";
  const leaf = Object.entries(pattern).find(([, value]) => !isList(value) && !isProperties(value));
  if (leaf !== undefined) return `"${leaf[0]}" must be an object or an array`;
  const empty = Object.entries(pattern).find(([, value]) => isList(value) && value.length === 0);
  return empty && "Empty arrays are not allowed";
}

const EVENT_RULE: ResourceKind = {
  type: AWS_TYPES.eventRule,
  required: [],
  forceNew: ["name", "eventBusName"],
  autoName: "name",
  rules: [
    atMost("events-rule-name-length", `${AWS_DOCS}/eventbridge/latest/APIReference/API_PutRule.html`, "name", 64),
    matches(
      "events-rule-name-characters",
      `${AWS_DOCS}/eventbridge/latest/APIReference/API_PutRule.html`,
      "name",
      /^[.\-_A-Za-z0-9]+$/,
      "ValidationException: letters, digits and .-_ are allowed in the name of a rule",
    ),
    inputRule(
      "events-rule-trigger",
      `${AWS_DOCS}/eventbridge/latest/APIReference/API_PutRule.html`,
      ["eventPattern", "scheduleExpression"],
      ({ inputs }) =>
        propertyAt(inputs, "eventPattern") === undefined && propertyAt(inputs, "scheduleExpression") === undefined
          ? "ValidationException: Parameter(s) EventPattern or ScheduleExpression must be specified."
          : undefined,
    ),
    textRule("events-rule-pattern", PATTERNS, "eventPattern", (text) => {
      const problem = patternProblem(text);
      return problem && `InvalidEventPatternException: Event pattern is not valid. Reason: ${problem}`;
    }),
    heldBy({
      id: "events-rule-held",
      source: `${AWS_DOCS}/eventbridge/latest/APIReference/API_DeleteRule.html`,
      type: AWS_TYPES.eventTarget,
      path: "rule",
      by: "name",
      refusal: () => "ValidationException: Rule can't be deleted since it has targets.",
    }),
  ],
  identify: (inputs) => textAt(inputs, "name") ?? "",
  taken: (inputs) => `ResourceAlreadyExistsException: Rule ${textAt(inputs, "name") ?? ""} already exists.`,
  make: (id) => ({ outputs: { arn: arnOf("events", `rule/${id}`) } }),
};

const EVENT_TARGET: ResourceKind = {
  type: AWS_TYPES.eventTarget,
  required: ["rule", "arn"],
  forceNew: ["rule", "targetId", "eventBusName"],
  autoName: "targetId",
  rules: [
    atMost("events-target-id-length", `${AWS_DOCS}/eventbridge/latest/APIReference/API_Target.html`, "targetId", 64),
    refersTo({
      id: "events-target-rule",
      source: `${AWS_DOCS}/eventbridge/latest/APIReference/API_PutTargets.html`,
      path: "rule",
      to: AWS_TYPES.eventRule,
      by: "name",
      missing: (name) => `ResourceNotFoundException: Rule ${name} does not exist on EventBus default.`,
    }),
  ],
  identify: (inputs) => `${textAt(inputs, "rule") ?? ""}-${textAt(inputs, "targetId") ?? ""}`,
  make: () => ({ outputs: {} }),
};

/** The tables of this file. */
export const EVENT_KINDS: readonly ResourceKind[] = [QUEUE, QUEUE_POLICY, EVENT_RULE, EVENT_TARGET];
