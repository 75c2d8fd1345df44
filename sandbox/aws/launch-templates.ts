// Launch templates of Amazon EC2: what CreateLaunchTemplate refuses. Nothing is launched from them.
import { ACCOUNT, arnOf, newId } from "../provider/account";
import { AWS_DOCS, AWS_TYPES } from "./types";
import type { ResourceKind } from "../provider/kind";
import { inputRule, matches, textRule } from "../provider/rules";
import { listAt, numberAt, textAt, propertyAt } from "../provider/values";

const API = `${AWS_DOCS}/AWSEC2/latest/APIReference/API_CreateLaunchTemplate.html`;
const USER_DATA = `${AWS_DOCS}/AWSEC2/latest/UserGuide/user-data.html`;

/** Most bytes of user data, before base64. */
const MOST_BYTES = 16384;

const LAUNCH_TEMPLATE: ResourceKind = {
  type: AWS_TYPES.launchTemplate,
  required: [],
  forceNew: ["name"],
  autoName: "name",
  rules: [
    matches(
      "ec2-launch-template-name",
      API,
      "name",
      /^[a-zA-Z0-9().\-/_]{3,128}$/,
      "InvalidLaunchTemplateName.MalformedException: a launch template name must have 3 to 128 letters, digits and ().-/_",
    ),
    textRule("ec2-launch-template-user-data", USER_DATA, "userData", (text) =>
      Buffer.from(text, "base64").toString("base64") === text
        ? undefined
        : "InvalidUserData.Malformed: Invalid BASE64 encoding of user data",
    ),
    textRule("ec2-launch-template-user-data-size", USER_DATA, "userData", (text) =>
      Buffer.byteLength(text, "base64") <= MOST_BYTES
        ? undefined
        : `InvalidUserData.Malformed: User data is limited to ${MOST_BYTES} bytes`,
    ),
    inputRule(
      "ec2-launch-template-throughput",
      `${AWS_DOCS}/AWSEC2/latest/APIReference/API_LaunchTemplateEbsBlockDeviceRequest.html`,
      ["blockDeviceMappings"],
      ({ inputs }) =>
        listAt(inputs, "blockDeviceMappings").some(
          (mapping) =>
            propertyAt(mapping, "ebs.throughput") !== undefined && textAt(mapping, "ebs.volumeType") !== "gp3",
        )
          ? "InvalidParameterCombination: The parameter throughput is only supported for gp3 volumes"
          : undefined,
    ),
  ],
  identify: () => newId("lt"),
  make: (id, { inputs, current }) => ({
    outputs: {
      arn: arnOf("ec2", `launch-template/${id}`),
      region: ACCOUNT.region,
      defaultVersion: numberAt(inputs, "defaultVersion") ?? 1,
      latestVersion: (numberAt(current?.outputs ?? {}, "latestVersion") ?? 0) + 1,
    },
  }),
};

/** The tables of this file. */
export const LAUNCH_TEMPLATE_KINDS: readonly ResourceKind[] = [LAUNCH_TEMPLATE];
