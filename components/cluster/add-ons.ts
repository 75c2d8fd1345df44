// The cluster's add-ons, each at a pinned version, in the order in which nodes need them.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type AddOnName, findAddOnVersion } from "./add-on-versions";

/** What an add-on is made from. */
export interface AddOnArgs {
  /** Name of the cluster that it is installed in. */
  readonly clusterName: pulumi.Input<string>;
  /** Kubernetes minor version of the cluster, which decides the add-on's version. */
  readonly kubernetesVersion: string;
  /** Tags for the add-on. */
  readonly tags: Readonly<Record<string, string>>;
}

/** The add-ons that must be there before the first node: without network and proxy it would never be Ready. */
export const ADD_ONS_BEFORE_NODES: readonly AddOnName[] = ["vpc-cni", "kube-proxy", "eks-pod-identity-agent"];

/** The add-ons that stay degraded until there is a node to run them. */
export const ADD_ONS_AFTER_NODES: readonly AddOnName[] = ["coredns"];

/**
 * Creates add-ons.
 *
 * @param parent the component that they belong to.
 * @param name prefix of their names.
 * @param addOns which ones.
 * @param dependsOn what must exist first.
 */
export function createAddOns(
  parent: pulumi.Resource,
  name: string,
  addOns: readonly AddOnName[],
  args: AddOnArgs,
  dependsOn: pulumi.Resource[],
): aws.eks.Addon[] {
  return addOns.map((addonName) => {
    const addonVersion = findAddOnVersion(args.kubernetesVersion, addonName);
    return new aws.eks.Addon(
      `${name}-${addonName}`,
      {
        clusterName: args.clusterName,
        addonName,
        ...(addonVersion === undefined ? {} : { addonVersion }),
        // This code is the only owner of the add-on's settings: a manual edit would otherwise fail the next update.
        resolveConflictsOnCreate: "OVERWRITE",
        resolveConflictsOnUpdate: "OVERWRITE",
        tags: args.tags,
      },
      { parent, dependsOn },
    );
  });
}
