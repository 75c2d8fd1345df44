// The cluster: control plane, add-ons, system nodes and the order among them.
import assert from "node:assert/strict";
import { chooseAmiType } from "../../../components/cluster/ami-type";
import { findAddOnVersion, kubernetesVersionsWithPinnedAddOns } from "../../../components/cluster/add-on-versions";
import { arn, ec2Id } from "../../support/cloud";
import type { Recording } from "../../support/recording";
import { CLUSTER_NAME, recordPlatform, TAGS } from "../platform";

const subnetIds = [1, 2, 3].map((zone) => ec2Id("subnet", `network-private-${zone}`));

/** The last two are defaults that the SDK of the plug-in fills in. */
const ADD_ON_OFF = { enabled: false, resolveConflictsOnCreate: "OVERWRITE", resolveConflictsOnUpdate: "OVERWRITE" };

const CONTROL_PLANE = {
  name: CLUSTER_NAME,
  version: "1.36",
  vpcId: ec2Id("vpc", "network-vpc"),
  privateSubnetIds: subnetIds,
  endpointPublicAccess: true,
  endpointPrivateAccess: true,
  publicAccessCidrs: ["203.0.113.0/24"],
  enabledClusterLogTypes: ["api", "audit", "authenticator"],
  authenticationMode: "API",
  accessEntries: {},
  deletionProtection: false,
  upgradePolicy: { supportType: "STANDARD" },
  skipDefaultNodeGroup: true,
  skipDefaultSecurityGroups: true,
  createOidcProvider: false,
  bootstrapSelfManagedAddons: false,
  useDefaultVpcCni: true,
  kubeProxyAddonOptions: ADD_ON_OFF,
  corednsAddonOptions: ADD_ON_OFF,
  tags: TAGS,
};

describe("a cluster", () => {
  let recording: Recording;
  before(async () => {
    recording = await recordPlatform();
  });

  it("is exactly these resources", () => {
    const { urn } = recording.get("cluster");
    const children = recording.resources.filter(({ parent }) => parent === urn).map(({ name }) => name);
    assert.deepEqual(children.toSorted(), [
      "cluster-coredns",
      "cluster-eks",
      "cluster-eks-pod-identity-agent",
      "cluster-kube-proxy",
      "cluster-kubernetes",
      "cluster-system-node",
      "cluster-system-node-AmazonEC2ContainerRegistryPullOnly",
      "cluster-system-node-AmazonEKSWorkerNodePolicy",
      "cluster-system-node-AmazonEKS_CNI_Policy",
      "cluster-system-node-AmazonSSMManagedInstanceCore",
      "cluster-system-nodes",
      "cluster-vpc-cni",
    ]);
  });

  it("has this control plane", () => assert.deepEqual(recording.get("cluster-eks").inputs, CONTROL_PLANE));

  it("has these system nodes, with a role of their own", () => {
    assert.deepEqual(recording.get("cluster-system-nodes").inputs, {
      clusterName: CLUSTER_NAME,
      nodeRoleArn: arn("iam", "role/cluster-system-node-1a2b3c4", ""),
      subnetIds,
      version: "1.36",
      amiType: "AL2023_ARM_64_STANDARD",
      instanceTypes: ["m7g.large"],
      scalingConfig: { minSize: 2, maxSize: 3, desiredSize: 2 },
      updateConfig: { maxUnavailable: 1 },
      tags: TAGS,
    });
    assert.deepEqual(JSON.parse(String(recording.get("cluster-system-node").inputs["assumeRolePolicy"])), {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }],
    });
    assert.equal(
      recording.get("cluster-system-node-AmazonEKS_CNI_Policy").inputs["policyArn"],
      "arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy",
    );
  });

  for (const addonName of ["vpc-cni", "kube-proxy", "coredns", "eks-pod-identity-agent"] as const) {
    it(`has the add-on ${addonName} at a pinned version`, () => {
      const addonVersion = findAddOnVersion("1.36", addonName);
      assert.match(String(addonVersion), /^v\d+\.\d+\.\d+-eksbuild\.\d+$/);
      assert.deepEqual(recording.get(`cluster-${addonName}`).inputs, {
        clusterName: CLUSTER_NAME,
        addonName,
        addonVersion,
        resolveConflictsOnCreate: "OVERWRITE",
        resolveConflictsOnUpdate: "OVERWRITE",
        tags: TAGS,
      });
    });
  }

  it("has a provider with a secret kubeconfig that is replaced only with the cluster", () => {
    const { inputs, secretInputs } = recording.get("cluster-kubernetes");
    const { values } = recording.outputsOf("cluster");
    assert.deepEqual(inputs, { kubeconfig: values["kubeconfig"], clusterIdentifier: values["endpoint"] });
    assert.deepEqual(secretInputs, ["kubeconfig"]);
  });

  it("gives out name, ARN, endpoint, security group, and the kubeconfig as a secret", () => {
    const { values, secrets } = recording.outputsOf("cluster");
    assert.deepEqual(Object.keys(values).toSorted(), ["arn", "endpoint", "kubeconfig", "name", "securityGroupId"]);
    assert.equal(values["arn"], arn("eks", "cluster/dev"));
    assert.equal(values["securityGroupId"], ec2Id("sg", "dev"));
    assert.deepEqual(secrets, ["kubeconfig"]);
  });

  it("makes nodes after network and proxy add-ons, their role's policies and their way out, and CoreDNS after nodes", () => {
    const beforeNodes = ["cluster-vpc-cni", "cluster-kube-proxy", "cluster-eks-pod-identity-agent"];
    for (const addOn of beforeNodes) recording.assertFollows(addOn, ["cluster-eks"]);
    recording.assertFollows("cluster-system-nodes", [
      ...beforeNodes,
      "cluster-system-node-AmazonEC2ContainerRegistryPullOnly",
      "cluster-system-node-AmazonEKSWorkerNodePolicy",
      "cluster-system-node-AmazonEKS_CNI_Policy",
      "cluster-system-node-AmazonSSMManagedInstanceCore",
      "network",
    ]);
    recording.assertFollows("cluster-coredns", ["cluster-system-nodes"]);
    recording.assertFollows("cluster-kubernetes", ["cluster-eks"]);
  });
});

describe("a cluster with other settings", () => {
  it("has an access entry for each administrator, named after account and role", async () => {
    const adminRoleArns = ["arn:aws:iam::111122223333:role/ops/admin", "arn:aws-cn:iam::444455556666:role/admin"];
    const recording = await recordPlatform({ cluster: { adminRoleArns } });
    const entry = (principalArn: string | undefined, partition: string) => ({
      principalArn,
      accessPolicies: {
        admin: {
          policyArn: `arn:${partition}:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy`,
          accessScope: { type: "cluster" },
        },
      },
    });
    assert.deepEqual(recording.get("cluster-eks").inputs["accessEntries"], {
      "admin-111122223333-ops/admin": entry(adminRoleArns[0], "aws"),
      "admin-444455556666-admin": entry(adminRoleArns[1], "aws-cn"),
    });
  });

  it("says nothing of public ranges when the endpoint is private", async () => {
    const recording = await recordPlatform({
      cluster: { endpoint: { public: false, publicCidrs: [], private: true } },
    });
    const rest = Object.entries(CONTROL_PLANE).filter(([input]) => input !== "publicAccessCidrs");
    assert.deepEqual(recording.get("cluster-eks").inputs, {
      ...Object.fromEntries(rest),
      endpointPublicAccess: false,
    });
  });

  it("passes the encryption key and deletion protection on", async () => {
    const encryptionKeyArn = "arn:aws:kms:eu-central-1:111122223333:key/1";
    const { inputs } = (await recordPlatform({ cluster: { encryptionKeyArn, deletionProtection: true } })).get(
      "cluster-eks",
    );
    assert.deepEqual(inputs, { ...CONTROL_PLANE, encryptionConfigKeyArn: encryptionKeyArn, deletionProtection: true });
  });

  it("leaves the version of add-ons to Amazon EKS for a Kubernetes version without pinned ones", async () => {
    const recording = await recordPlatform({ cluster: { kubernetesVersion: "1.37" } });
    assert.deepEqual(Object.keys(recording.get("cluster-coredns").inputs).toSorted(), [
      "addonName",
      "clusterName",
      "resolveConflictsOnCreate",
      "resolveConflictsOnUpdate",
      "tags",
    ]);
  });
});

describe("add-on versions", () => {
  it("are pinned for 1.32 to 1.36, kube-proxy at the cluster's minor version", () => {
    assert.deepEqual(kubernetesVersionsWithPinnedAddOns, ["1.32", "1.33", "1.34", "1.35", "1.36"]);
    for (const version of kubernetesVersionsWithPinnedAddOns) {
      assert.ok(findAddOnVersion(version, "kube-proxy")?.startsWith(`v${version}.`));
    }
  });
});

describe("chooseAmiType", () => {
  const cases: readonly (readonly [types: readonly string[], image: string])[] = [
    [
      ["m7g.large", "c7gn.xlarge", "r6gd.metal", "im4gn.large", "t4g.small", "g5g.xlarge", "a1.large"],
      "AL2023_ARM_64_STANDARD",
    ],
    [["x2gd.medium", "c8gb.large"], "AL2023_ARM_64_STANDARD"],
    [
      ["m7i.large", "g5.xlarge", "g4dn.xlarge", "g6e.xlarge", "c5n.large", "mac1.metal", "u7i-12tb.224xlarge"],
      "AL2023_x86_64_STANDARD",
    ],
  ];
  for (const [types, image] of cases) {
    it(`${types.join(", ")}: ${image}`, () => assert.equal(chooseAmiType(types), image));
  }

  for (const types of [[], ["m7g.large", "m7i.large"]]) {
    it(`refuses [${types.join(", ")}]`, () => {
      assert.throws(
        () => chooseAmiType(types),
        (error) => {
          assert.ok(error instanceof RangeError);
          assert.match(
            error.message,
            /^cluster\.systemNodes\.instanceTypes is \[.*\]: .* must be of one architecture\./,
          );
          return true;
        },
      );
    });
  }
});
