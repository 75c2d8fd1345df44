// The sandbox's one account and region, and names in the form in which AWS gives them.
import * as crypto from "node:crypto";
import type { Properties } from "./values";

/** An availability zone. */
export interface Zone {
  readonly name: string;
  readonly id: string;
}

/** The account is the one that AWS uses in its own examples, so that nobody takes an ARN of the sandbox for theirs. */
export const ACCOUNT = {
  partition: "aws",
  dnsSuffix: "amazonaws.com",
  id: "123456789012",
  region: "eu-central-1",
  regionDescription: "Europe (Frankfurt)",
  /** The role that everything is done as. */
  callerRoleArn: "arn:aws:iam::123456789012:role/sandbox",
  callerArn: "arn:aws:sts::123456789012:assumed-role/sandbox/pulumi",
} as const;

/** The region's zones. Which id stands behind which name differs from account to account. */
export const ZONES: readonly Zone[] = [
  { name: "eu-central-1a", id: "euc1-az2" },
  { name: "eu-central-1b", id: "euc1-az3" },
  { name: "eu-central-1c", id: "euc1-az1" },
];

/** An ARN in the account and region (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html). */
export function arnOf(service: string, resource: string): string {
  return `arn:${ACCOUNT.partition}:${service}:${ACCOUNT.region}:${ACCOUNT.id}:${resource}`;
}

/** An ARN of IAM, which has no regions. */
export function iamArnOf(resource: string): string {
  return `arn:${ACCOUNT.partition}:iam::${ACCOUNT.id}:${resource}`;
}

/** An id as EC2 makes it: a prefix and 17 hexadecimal digits, of which the first is 0. */
export function newId(prefix: string): string {
  return `${prefix}-0${crypto.randomBytes(8).toString("hex")}`;
}

/** As many random hexadecimal digits. */
export function newDigits(count: number): string {
  return crypto.randomBytes(count).toString("hex").slice(0, count);
}

/** An address of the range that is set aside for documentation (https://www.rfc-editor.org/rfc/rfc5737). */
export function newPublicAddress(): string {
  return `203.0.113.${crypto.randomInt(1, 255)}`;
}

/** The properties that every regional resource has. */
export const IN_REGION: Properties = { region: ACCOUNT.region };
