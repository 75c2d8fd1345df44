// Instance types as EC2 offers them in a region, by its API. Loaded only before a call: the SDK is slow to load.
import { EC2Client, paginateDescribeInstanceTypes } from "@aws-sdk/client-ec2";
import type { DescribedType } from "../../swap/described-type";

/** Region and profile of the calls; undefined: from the environment and the shared files of AWS, as for the AWS CLI. */
export interface Ec2Access {
  readonly region: string | undefined;
  readonly profile: string | undefined;
}

export interface Ec2Answer {
  readonly region: string;
  readonly described: readonly DescribedType[];
}

/** EC2 gives at most as many at once. */
const PAGE = 100;

/** In milliseconds: a prediction does not wait for a network that swallows packets. */
const TIMEOUTS = { connectionTimeout: 5_000, requestTimeout: 30_000 };

/** What the SDK says when no way to credentials is set up; a way that does not work has other words. */
const NO_CREDENTIALS = "Could not load credentials from any providers";

// Below Node.js 22 the SDK warns that later versions will not run there; the version here is pinned and does.
process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";

/**
 * Asks for all instance types of the region, page by page: `ec2:DescribeInstanceTypes`. AWS_ENDPOINT_URL counts.
 * @returns undefined where there are no credentials
 * @throws Error in the SDK's words when the credentials do not work, no region is set, or EC2 does not answer or refuses
 */
export async function askEc2({ region, profile }: Ec2Access): Promise<Ec2Answer | undefined> {
  const client = new EC2Client({
    ...(region === undefined ? {} : { region }),
    ...(profile === undefined ? {} : { profile }),
    requestHandler: TIMEOUTS,
  });
  try {
    if (!(await hasCredentials(client, profile ?? process.env["AWS_PROFILE"]))) return undefined;
    const described: DescribedType[] = [];
    for await (const page of paginateDescribeInstanceTypes({ client }, { MaxResults: PAGE })) {
      described.push(...(page.InstanceTypes ?? []));
    }
    return { region: await client.config.region(), described };
  } finally {
    client.destroy();
  }
}

/** A profile that is named must work. */
async function hasCredentials(client: EC2Client, profile: string | undefined): Promise<boolean> {
  try {
    await client.config.credentials();
    return true;
  } catch (error) {
    if (profile === undefined && error instanceof Error && error.message === NO_CREDENTIALS) return false;
    throw error;
  }
}
