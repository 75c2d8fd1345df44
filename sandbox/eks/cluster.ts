// The component behind `eks.Cluster`: the resources that pulumi-eks 4.3.0 makes of it, under the names that it gives them.
import * as crypto from "node:crypto";
import * as aws from "@pulumi/aws";
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { SupportedClusterArgs } from "./arguments";
import { writeKubeconfig } from "./kubeconfig";

const CLUSTER_POLICY = "AmazonEKSClusterPolicy";

/** The cluster's role with its policy, a component of its own in pulumi-eks. */
class ServiceRole extends pulumi.ComponentResource {
  readonly role: aws.iam.Role;
  readonly attachment: aws.iam.RolePolicyAttachment;

  constructor(name: string, args: { readonly tags: SupportedClusterArgs["tags"] }, opts: pulumi.ResourceOptions) {
    super("eks:index:ServiceRole", name, {}, opts);
    const partition = aws.getPartitionOutput({}, { parent: this }).partition;
    this.role = new aws.iam.Role(
      `${name}-role`,
      {
        description: "Allows EKS to manage clusters on your behalf.",
        assumeRolePolicy: JSON.stringify({
          Version: "2012-10-17",
          Statement: [
            {
              Action: ["sts:AssumeRole", "sts:TagSession"],
              Effect: "Allow",
              Principal: { Service: ["eks.amazonaws.com"] },
            },
          ],
        }),
        ...(args.tags === undefined ? {} : { tags: args.tags }),
      },
      { parent: this },
    );
    const digest = crypto.createHash("sha1").update(`arn:aws:iam::aws:policy/${CLUSTER_POLICY}`).digest("hex");
    this.attachment = new aws.iam.RolePolicyAttachment(
      `${name}-${digest.slice(0, 8)}`,
      { role: this.role.name, policyArn: pulumi.interpolate`arn:${partition}:iam::aws:policy/${CLUSTER_POLICY}` },
      { parent: this },
    );
    this.registerOutputs({ role: this.role });
  }
}

function createCluster(
  parent: EksCluster,
  name: string,
  args: SupportedClusterArgs,
  role: ServiceRole,
): aws.eks.Cluster {
  const { encryptionConfigKeyArn } = args;
  const subnetIds =
    args.subnetIds ??
    pulumi
      .all([args.publicSubnetIds ?? [], args.privateSubnetIds ?? []])
      .apply(([publicIds, privateIds]) => [...publicIds, ...privateIds]);
  return new aws.eks.Cluster(
    `${name}-eksCluster`,
    {
      ...(args.name === undefined ? {} : { name: args.name }),
      ...(args.version === undefined ? {} : { version: args.version }),
      ...(args.enabledClusterLogTypes === undefined ? {} : { enabledClusterLogTypes: args.enabledClusterLogTypes }),
      ...(args.upgradePolicy === undefined ? {} : { upgradePolicy: args.upgradePolicy }),
      ...(args.deletionProtection === undefined ? {} : { deletionProtection: args.deletionProtection }),
      ...(encryptionConfigKeyArn === undefined
        ? {}
        : { encryptionConfig: { provider: { keyArn: encryptionConfigKeyArn }, resources: ["secrets"] } }),
      roleArn: role.role.arn,
      bootstrapSelfManagedAddons: args.bootstrapSelfManagedAddons ?? true,
      vpcConfig: {
        subnetIds,
        ...(args.endpointPrivateAccess === undefined ? {} : { endpointPrivateAccess: args.endpointPrivateAccess }),
        ...(args.endpointPublicAccess === undefined ? {} : { endpointPublicAccess: args.endpointPublicAccess }),
        ...(args.publicAccessCidrs === undefined ? {} : { publicAccessCidrs: args.publicAccessCidrs }),
      },
      accessConfig: { authenticationMode: "API", bootstrapClusterCreatorAdminPermissions: true },
      tags: pulumi
        .all([args.tags, args.clusterTags])
        .apply(([tags, clusterTags]) => ({ Name: `${name}-eksCluster`, ...clusterTags, ...tags })),
    },
    {
      parent,
      dependsOn: [role.role, role.attachment],
      ignoreChanges: ["accessConfig.bootstrapClusterCreatorAdminPermissions", "bootstrapSelfManagedAddons"],
    },
  );
}

function createAccessEntries(
  parent: EksCluster,
  name: string,
  args: SupportedClusterArgs,
  cluster: aws.eks.Cluster,
): void {
  for (const [entryName, { accessPolicies, username, ...entryArgs }] of Object.entries(args.accessEntries ?? {})) {
    const entry = new aws.eks.AccessEntry(
      `${name}-${entryName}`,
      { ...entryArgs, clusterName: cluster.name, ...(username === undefined ? {} : { userName: username }) },
      { parent, dependsOn: [cluster] },
    );
    for (const [policyName, policy] of Object.entries(accessPolicies ?? {})) {
      const { accessScope, policyArn } = pulumi.output(policy);
      new aws.eks.AccessPolicyAssociation(
        `${name}-${entryName}-${policyName}`,
        { accessScope, policyArn, principalArn: entryArgs.principalArn, clusterName: cluster.name },
        { parent: entry, dependsOn: [entry] },
      );
    }
  }
}

/** `eks.Cluster` with API authentication and without any of the package's defaults: see the checks of its arguments. */
export class EksCluster extends pulumi.ComponentResource {
  /** The outputs of the real component. */
  readonly outputs: pulumi.Inputs;

  constructor(name: string, args: SupportedClusterArgs, opts: pulumi.ComponentResourceOptions) {
    super("eks:index:Cluster", name, {}, opts);
    const serviceRole = new ServiceRole(`${name}-eksRole`, { tags: args.tags }, { parent: this });
    const cluster = createCluster(this, name, args, serviceRole);
    const kubeconfig = writeKubeconfig({
      clusterName: cluster.name,
      clusterArn: cluster.arn,
      endpoint: cluster.endpoint,
      certificate: cluster.certificateAuthority.data,
    });
    const provider = new kubernetes.Provider(
      `${name}-eks-k8s`,
      { kubeconfig: pulumi.jsonStringify(kubeconfig) },
      { parent: this },
    );
    createAccessEntries(this, name, args, cluster);
    const issuer = cluster.identities.apply((identities) => identities[0]?.oidcs[0]?.issuer ?? "");
    const { clusterSecurityGroupId } = cluster.vpcConfig;
    this.outputs = {
      kubeconfig,
      kubeconfigJson: pulumi.jsonStringify(kubeconfig),
      eksCluster: cluster,
      instanceRoles: [],
      core: {
        cluster,
        provider,
        kubeconfig,
        endpoint: cluster.endpoint,
        vpcId: args.vpcId,
        subnetIds: cluster.vpcConfig.subnetIds,
        publicSubnetIds: args.publicSubnetIds,
        privateSubnetIds: args.privateSubnetIds,
        instanceRoles: [],
        nodeGroupOptions: { version: args.version },
        clusterIamRole: serviceRole.role,
        storageClasses: {},
        tags: args.tags,
      },
      clusterSecurityGroupId,
      nodeSecurityGroupId: clusterSecurityGroupId,
      clusterIngressRuleId: "",
      defaultNodeGroupAsgName: "",
      fargateProfileId: "",
      fargateProfileStatus: "",
      oidcProviderArn: "",
      oidcProviderUrl: issuer,
      oidcIssuer: issuer.apply((url) => url.replace("https://", "")),
      autoModeNodeRoleName: "",
    };
    this.registerOutputs(this.outputs);
  }
}
