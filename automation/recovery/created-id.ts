// The id that a resource has if its creation came through, told by what was asked for: for resources whose creation was
// under way when a run was killed.
import { valueAt } from "../../config/value-at";
import type { StateResource } from "../base/state";

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

/** Ids as the AWS provider makes them: https://www.pulumi.com/registry/packages/aws/api-docs/, each under "Import". */
const DERIVED: Readonly<Record<string, Derivation>> = {
  "aws:iam/role:Role": joined("", "name"),
  "aws:iam/policy:Policy": (input, { partition, account }) =>
    `arn:${partition}:iam::${account}:policy${input("path") || "/"}${input("name")}`,
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": joined("/", "role", "policyArn"),
  "aws:sqs/queue:Queue": (input, { region, account }) =>
    `https://sqs.${region}.amazonaws.com/${account}/${input("name")}`,
  "aws:sqs/queuePolicy:QueuePolicy": joined("", "queueUrl"),
  "aws:cloudwatch/eventRule:EventRule": joined("", "name"),
  "aws:cloudwatch/eventTarget:EventTarget": joined("-", "rule", "targetId"),
  "aws:eks/cluster:Cluster": joined("", "name"),
  "aws:eks/nodeGroup:NodeGroup": joined(":", "clusterName", "nodeGroupName"),
  "aws:eks/addon:Addon": joined(":", "clusterName", "addonName"),
  "aws:eks/accessEntry:AccessEntry": joined(":", "clusterName", "principalArn"),
  "aws:eks/accessPolicyAssociation:AccessPolicyAssociation": joined("#", "clusterName", "principalArn", "policyArn"),
  "aws:ec2/route:Route": (input) => `r-${input("routeTableId")}-${input("destinationCidrBlock")}`,
  "kubernetes:helm.sh/v3:Release": (input) => [input("namespace"), input("name")].filter(Boolean).join("/"),
};

/** The id; undefined where AWS makes it up, or where too little is known. */
export function createdId({ type, inputs }: StateResource, place: Place): string | undefined {
  const derive = DERIVED[type];
  if (derive !== undefined) return derive((name) => textAt(inputs, [name]) ?? "", place);
  if (type.startsWith("aws:") || !type.startsWith("kubernetes:")) return undefined;
  const [namespace, name] = ["namespace", "name"].map((key) => textAt(inputs, ["metadata", key]));
  return name && [namespace, name].filter(Boolean).join("/");
}

function textAt(value: unknown, path: readonly string[]): string | undefined {
  const found = valueAt(value, path);
  return typeof found === "string" ? found : undefined;
}
