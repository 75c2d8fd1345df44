// The fake of the Pulumi package `eks`: one remote component, whose children go through the engine to `aws`.
import type * as pulumi from "@pulumi/pulumi";
import { checkClusterArguments, type SupportedClusterArgs } from "./arguments";
import { EksCluster } from "./cluster";

/** A provider of components only. */
export class EksPackage implements pulumi.provider.Provider {
  readonly version: string;

  constructor(version: string) {
    this.version = version;
  }

  /**
   * Builds `eks.Cluster`.
   *
   * @throws Error where the real package throws, and for what the sandbox does not build.
   */
  async construct(
    name: string,
    type: string,
    inputs: pulumi.Inputs,
    options: pulumi.ComponentResourceOptions,
  ): Promise<pulumi.provider.ConstructResult> {
    if (type !== "eks:index:Cluster") throw new Error(`the sandbox does not build components of type ${type}`);
    const args: SupportedClusterArgs = inputs;
    checkClusterArguments(args, options);
    const cluster = new EksCluster(name, args, options);
    return { urn: cluster.urn, state: cluster.outputs };
  }
}
