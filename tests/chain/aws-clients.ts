// Clients of the EC2, EKS, IAM, SQS and EventBridge that moto emulates.
import { EC2Client, type Tag, type TagSpecification, type ResourceType } from "@aws-sdk/client-ec2";
import { EKSClient } from "@aws-sdk/client-eks";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { IAMClient } from "@aws-sdk/client-iam";
import { SQSClient } from "@aws-sdk/client-sqs";
import { ACCOUNT } from "../../sandbox/provider/account";
import { MOTO_CREDENTIALS } from "../support/moto";

// Every client warns that releases after January 2027 need a newer Node.js; these are pinned.
process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";

/** One client per service. */
export interface AwsClients {
  readonly ec2: EC2Client;
  readonly eks: EKSClient;
  readonly events: EventBridgeClient;
  readonly iam: IAMClient;
  readonly sqs: SQSClient;
}

/** @param endpoint URL of moto */
export function awsClients(endpoint: string): AwsClients {
  const settings = {
    endpoint,
    region: ACCOUNT.region,
    credentials: {
      accessKeyId: MOTO_CREDENTIALS.AWS_ACCESS_KEY_ID,
      secretAccessKey: MOTO_CREDENTIALS.AWS_SECRET_ACCESS_KEY,
    },
  };
  return {
    ec2: new EC2Client(settings),
    eks: new EKSClient(settings),
    events: new EventBridgeClient(settings),
    iam: new IAMClient(settings),
    sqs: new SQSClient({ ...settings, useQueueUrlAsEndpoint: false }),
  };
}

/** Tags as EC2 takes them when it makes something. */
export function tagged(type: ResourceType, tags: readonly Tag[]): { TagSpecifications: TagSpecification[] } {
  return { TagSpecifications: tags.length === 0 ? [] : [{ ResourceType: type, Tags: [...tags] }] };
}
