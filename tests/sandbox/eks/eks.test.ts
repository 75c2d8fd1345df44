// `eks.Cluster`: what the package refuses, and what the sandbox does not build.
import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { checkClusterArguments } from "../../../sandbox/eks/arguments";
import { EksPackage } from "../../../sandbox/eks/package";

const VALID: pulumi.Inputs = {
  authenticationMode: "API",
  skipDefaultNodeGroup: true,
  skipDefaultSecurityGroups: true,
  useDefaultVpcCni: true,
  kubeProxyAddonOptions: { enabled: false },
  privateSubnetIds: pulumi.output(["subnet-0"]),
  roleMappings: [],
};

const REFUSED: readonly (readonly [string, pulumi.Inputs, RegExp])[] = [
  [
    "an unknown mode",
    { authenticationMode: "api" },
    /Invalid value for authenticationMode: "api"\. Allowed values are/,
  ],
  [
    "role mappings with API authentication",
    { roleMappings: [{}] },
    /'roleMappings' property does not support non-empty/,
  ],
  [
    "user mappings with API authentication",
    { userMappings: [{}] },
    /'userMappings' property does not support non-empty/,
  ],
  ["instance roles with API authentication", { instanceRoles: [{}] }, /'instanceRoles' property does not support/],
  [
    "access entries without API authentication",
    { authenticationMode: undefined, accessEntries: {} },
    /'accessEntries' property is not supported when 'authenticationMode' is not set/,
  ],
  ["subnets in two ways", { subnetIds: ["subnet-0"] }, /mutually exclusive/],
  [
    "ranges for an endpoint that is not public",
    { endpointPublicAccess: false, publicAccessCidrs: ["203.0.113.0/24"] },
    /`publicAccessCidrs` can only be set when `endpointPublicAccess` is true/,
  ],
];

const NOT_BUILT: readonly (readonly [string, pulumi.Inputs, RegExp])[] = [
  ["the default node group", { skipDefaultNodeGroup: undefined }, /`skipDefaultNodeGroup` left out/],
  ["the default security groups", { skipDefaultSecurityGroups: false }, /`skipDefaultSecurityGroups` false/],
  ["the network add-on", { useDefaultVpcCni: undefined }, /`useDefaultVpcCni` left out/],
  ["the proxy add-on", { kubeProxyAddonOptions: { version: "v1" } }, /`kubeProxyAddonOptions` \{"version":"v1"\}/],
  ["an OIDC provider", { createOidcProvider: true }, /`createOidcProvider` true/],
  ["Auto Mode", { autoMode: { enabled: true } }, /`autoMode`/],
  ["a config map", { authenticationMode: "API_AND_CONFIG_MAP" }, /`authenticationMode` API only/],
];

describe("eks.Cluster in the sandbox", () => {
  it("takes what the program sends", () => {
    checkClusterArguments(VALID, {});
  });

  for (const [what, inputs, message] of REFUSED) {
    it(`refuses ${what}, as the package does`, () => {
      assert.throws(() => checkClusterArguments({ ...VALID, ...inputs }, {}), message);
    });
  }

  it("refuses an explicit AWS provider without credentials for the kubeconfig, as the package does", () => {
    const providers = { aws: new pulumi.DependencyProviderResource("urn:pulumi:dev::p::pulumi:providers:aws::a::1") };
    assert.throws(() => checkClusterArguments(VALID, { providers }), /specify this provider in providerCredentialOpts/);
    checkClusterArguments({ ...VALID, providerCredentialOpts: { profileName: "dev" } }, { providers });
  });

  for (const [what, inputs, message] of NOT_BUILT) {
    it(`says that it does not build ${what}`, () => {
      assert.throws(() => checkClusterArguments({ ...VALID, ...inputs }, {}), message);
    });
  }

  it("is the only component that the sandbox builds", async () => {
    await assert.rejects(
      new EksPackage("0.0.0").construct("nodes", "eks:index:ManagedNodeGroup", {}, {}),
      /the sandbox does not build components of type eks:index:ManagedNodeGroup/,
    );
  });
});
