// Reads the parts of Amazon Resource Names, so that partition, region and account need no look-up of their own.

/** The parts of an Amazon Resource Name (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html). */
export interface ArnParts {
  /** `aws`, `aws-cn`, `aws-us-gov` and others. */
  readonly partition: string;
  /** Region, empty for global services such as IAM. */
  readonly region: string;
  /** Twelve-digit account id. */
  readonly account: string;
  /** What follows the account, such as `cluster/NAME` or `role/PATH/NAME`. */
  readonly resource: string;
}

/**
 * Splits an ARN.
 *
 * @throws RangeError when the text is not an ARN with an account and a resource.
 */
export function parseArn(arn: string): ArnParts {
  const [prefix, partition, , region, account, ...rest] = arn.split(":");
  const resource = rest.join(":");
  if (prefix !== "arn" || !partition || region === undefined || !account || resource === "") {
    throw new RangeError(
      `"${arn}" is not an Amazon Resource Name: it must look like arn:aws:SERVICE:REGION:ACCOUNT:RESOURCE.`,
    );
  }
  return { partition, region, account, resource };
}

/** The domain of service principals: China's partition has its own (https://docs.amazonaws.cn/en_us/aws/latest/userguide/ARNs.html). */
export function findServiceSuffix(partition: string): string {
  return partition === "aws-cn" ? "amazonaws.com.cn" : "amazonaws.com";
}
