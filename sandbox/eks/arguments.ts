// What the package `eks` refuses of a cluster's arguments, and what the sandbox does not build of it.
import * as pulumi from "@pulumi/pulumi";
import type { ClusterArgs } from "@pulumi/eks";

/** The arguments of `eks.Cluster` that the sandbox builds a cluster from. */
export type SupportedClusterArgs = Pick<
  ClusterArgs,
  | "accessEntries"
  | "authenticationMode"
  | "bootstrapSelfManagedAddons"
  | "clusterTags"
  | "deletionProtection"
  | "enabledClusterLogTypes"
  | "encryptionConfigKeyArn"
  | "endpointPrivateAccess"
  | "endpointPublicAccess"
  | "name"
  | "privateSubnetIds"
  | "providerCredentialOpts"
  | "publicAccessCidrs"
  | "publicSubnetIds"
  | "subnetIds"
  | "tags"
  | "upgradePolicy"
  | "version"
  | "vpcId"
>;

const SUPPORTED: Readonly<Record<keyof SupportedClusterArgs, true>> = {
  accessEntries: true,
  authenticationMode: true,
  bootstrapSelfManagedAddons: true,
  clusterTags: true,
  deletionProtection: true,
  enabledClusterLogTypes: true,
  encryptionConfigKeyArn: true,
  endpointPrivateAccess: true,
  endpointPublicAccess: true,
  name: true,
  privateSubnetIds: true,
  providerCredentialOpts: true,
  publicAccessCidrs: true,
  publicSubnetIds: true,
  subnetIds: true,
  tags: true,
  upgradePolicy: true,
  version: true,
  vpcId: true,
};

/**
 * Arguments that the sandbox takes with one value only, and why. With any other the package makes node groups, security
 * groups, add-ons or providers that the sandbox does not know.
 */
const FIXED: Readonly<Record<string, (value: unknown) => boolean>> = {
  skipDefaultNodeGroup: (value) => value === true,
  skipDefaultSecurityGroups: (value) => value === true,
  useDefaultVpcCni: (value) => value === true,
  createOidcProvider: (value) => value === false || value === undefined,
  kubeProxyAddonOptions: (value) => isDisabled(value),
  corednsAddonOptions: (value) => isDisabled(value) || value === undefined,
};

/** Arguments that API authentication leaves without meaning; the package refuses them unless they are empty. */
const CONFIG_MAP_ARGUMENTS: readonly string[] = ["roleMappings", "userMappings", "instanceRoles"];

const MODES: readonly string[] = ["CONFIG_MAP", "API_AND_CONFIG_MAP", "API"];

function isDisabled(value: unknown): boolean {
  return typeof value === "object" && value !== null && "enabled" in value && value.enabled === false;
}

function isNotEmpty(value: unknown): boolean {
  return value !== undefined && !(Array.isArray(value) && value.length === 0);
}

/** The checks of pulumi-eks 4.3.0, in its words (nodejs/eks/cluster/cluster.ts and authenticationMode.ts). */
function findRefusal(args: pulumi.Inputs, options: pulumi.ComponentResourceOptions): string | undefined {
  const providers = options.providers;
  const hasAwsProvider = providers !== undefined && "aws" in providers;
  if (hasAwsProvider && args["providerCredentialOpts"] === undefined) {
    return "It looks like you're using an explicit AWS provider. Please specify this provider in providerCredentialOpts.";
  }
  const mode: unknown = args["authenticationMode"];
  if (mode !== undefined && !(typeof mode === "string" && MODES.includes(mode))) {
    return `Invalid value for authenticationMode: ${JSON.stringify(mode)}. Allowed values are: ${MODES.join(", ")}.`;
  }
  if (mode === "API") {
    const wrong = CONFIG_MAP_ARGUMENTS.find((name) => isNotEmpty(args[name]));
    if (wrong !== undefined) {
      return `The '${wrong}' property does not support non-empty values when 'authenticationMode' is set to 'API'.`;
    }
  }
  if ((mode === undefined || mode === "CONFIG_MAP") && args["accessEntries"] !== undefined) {
    const state = mode === undefined ? "not set" : "set to 'CONFIG_MAP'";
    return `The 'accessEntries' property is not supported when 'authenticationMode' is ${state}.`;
  }
  if (args["subnetIds"] !== undefined && (args["publicSubnetIds"] ?? args["privateSubnetIds"]) !== undefined) {
    return (
      "subnetIds, and the use of publicSubnetIds and/or privateSubnetIds are mutually exclusive. " +
      "Choose a single approach."
    );
  }
  if (args["endpointPublicAccess"] === false && isNotEmpty(args["publicAccessCidrs"])) {
    return "`publicAccessCidrs` can only be set when `endpointPublicAccess` is true";
  }
  return undefined;
}

function findUnsupported(args: pulumi.Inputs): string | undefined {
  const wrong = Object.entries(FIXED).find(([name, isFine]) => !isFine(args[name]));
  if (wrong !== undefined) {
    const value: unknown = args[wrong[0]];
    return `the sandbox does not build an eks.Cluster with \`${wrong[0]}\` ${value === undefined ? "left out" : JSON.stringify(value)}`;
  }
  const unknown = Object.entries(args).find(
    ([name, value]) =>
      isNotEmpty(value) && !(name in SUPPORTED) && !(name in FIXED) && !CONFIG_MAP_ARGUMENTS.includes(name),
  );
  if (unknown !== undefined) return `the sandbox does not build an eks.Cluster with \`${unknown[0]}\``;
  return args["authenticationMode"] === "API"
    ? undefined
    : "the sandbox builds an eks.Cluster with `authenticationMode` API only";
}

/**
 * Checks the arguments of `eks.Cluster`.
 *
 * @throws Error with the package's own words where it throws, and for what the sandbox does not build.
 */
export function checkClusterArguments(args: pulumi.Inputs, options: pulumi.ComponentResourceOptions): void {
  const problem = findRefusal(args, options) ?? findUnsupported(args);
  if (problem !== undefined) throw new Error(problem);
}
