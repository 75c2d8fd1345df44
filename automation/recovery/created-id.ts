// The id that a resource has if its creation came through, derived from its inputs: for resources whose creation was under
// way when a run was killed. The id goes into the state, and a refresh reads the resource with it and its inputs; so these
// are the provider's resource ids, which for routes and event targets differ from those that an import takes.
import { crc32 } from "node:zlib";
import { valueAt } from "../../config/value-at";
import type { StateResource } from "../base/state";
import { own } from "../../swap/own";

/** Account and region of a stack. */
export interface Place {
  readonly partition: string;
  readonly region: string;
  readonly account: string;
}

type Derivation = (input: (name: string) => string, place: Place) => string;

const joined =
  (separator: string, ...names: readonly string[]): Derivation =>
  (input) =>
    names.map(input).join(separator);

/** A queue's URL is what SQS answers: https://docs.aws.amazon.com/general/latest/gr/sqs-service.html */
function queueUrl(input: (name: string) => string, { partition, region, account }: Place): string {
  const domain = partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com";
  return `https://sqs.${region}.${domain}/${account}/${input("name")}`;
}

/** Rules and targets of the default event bus are without its name. */
function onBus(separator: string, ...names: readonly string[]): Derivation {
  return (input) => {
    const bus = input("eventBusName");
    return [...(bus === "" || bus === "default" ? [] : [bus]), ...names.map(input)].join(separator);
  };
}

/** AWS has no ids of routes: the provider makes one of the table and a hash of the destination. */
function routeId(input: (name: string) => string): string {
  const destination =
    input("destinationCidrBlock") || input("destinationIpv6CidrBlock") || input("destinationPrefixListId");
  return `r-${input("routeTableId")}${crc32(destination)}`;
}

/**
 * Ids as the provider sets them (`SetId`), in the service's folder below
 * https://github.com/hashicorp/terraform-provider-aws/tree/v6.34.0/internal/service: iam/{role,policy,role_policy_attachment}.go,
 * sqs/{queue,attribute_funcs}.go, events/{rule,target}.go, eks/{cluster,id,access_entry,access_policy_association}.go and
 * ec2/id.go with create/hashcode.go.
 */
const DERIVED: Readonly<Record<string, Derivation>> = {
  "aws:iam/role:Role": joined("", "name"),
  "aws:iam/policy:Policy": (input, { partition, account }) =>
    `arn:${partition}:iam::${account}:policy${input("path") || "/"}${input("name")}`,
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": joined("/", "role", "policyArn"),
  "aws:sqs/queue:Queue": queueUrl,
  "aws:sqs/queuePolicy:QueuePolicy": joined("", "queueUrl"),
  "aws:cloudwatch/eventRule:EventRule": onBus("/", "name"),
  "aws:cloudwatch/eventTarget:EventTarget": onBus("-", "rule", "targetId"),
  "aws:eks/cluster:Cluster": joined("", "name"),
  "aws:eks/nodeGroup:NodeGroup": joined(":", "clusterName", "nodeGroupName"),
  "aws:eks/addon:Addon": joined(":", "clusterName", "addonName"),
  "aws:eks/accessEntry:AccessEntry": joined(":", "clusterName", "principalArn"),
  "aws:eks/accessPolicyAssociation:AccessPolicyAssociation": joined("#", "clusterName", "principalArn", "policyArn"),
  "aws:ec2/route:Route": routeId,
  "kubernetes:helm.sh/v3:Release": (input) => [input("namespace"), input("name")].filter(Boolean).join("/"),
};

/** The id; undefined where AWS makes it up, or where too little is known. */
export function createdId({ type, inputs }: StateResource, place: Place): string | undefined {
  const derive = own(DERIVED, type);
  if (derive !== undefined) return derive((name) => textAt(inputs, [name]) ?? "", place);
  if (type.startsWith("aws:") || !type.startsWith("kubernetes:")) return undefined;
  const [namespace, name] = ["namespace", "name"].map((key) => textAt(inputs, ["metadata", key]));
  return name && [namespace, name].filter(Boolean).join("/");
}

function textAt(value: unknown, path: readonly string[]): string | undefined {
  const found = valueAt(value, path);
  return typeof found === "string" ? found : undefined;
}
