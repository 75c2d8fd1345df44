// The providers of the sandbox, by the name of their package.
import * as fs from "node:fs";
import type { provider } from "@pulumi/pulumi";
import { AWS_FUNCTIONS, awsKinds } from "./aws/package";
import type { FaultSource } from "./provider/faults";
import type { Follower } from "./provider/follower";
import type { ResourceKind } from "./provider/kind";
import { kubernetesKinds, reachabilityProblem } from "./kubernetes/package";
import { diffKubernetesConfig } from "./kubernetes/config-diff";
import type { ConfigDiff } from "./preview-support";
import { PACKAGE_NAMES } from "./package-names";
import { FakeProvider } from "./provider/fake-provider";
import type { Store } from "./provider/store";
import { parseJson, textAt } from "./provider/values";

/** The version of the npm package, so that the engine sees the version that the program was written for. */
function versionOf(packageName: string): string {
  const manifest = parseJson(fs.readFileSync(require.resolve(`@pulumi/${packageName}/package.json`), "utf8"));
  return textAt(manifest, "version") ?? "";
}

function finder(kinds: readonly ResourceKind[]): (type: string) => ResourceKind | undefined {
  const byType = new Map(kinds.map((kind) => [kind.type, kind]));
  return (type) => byType.get(type);
}

/** The fake of a package whose resources the sandbox keeps. */
export function fakeProviderFor(
  name: "aws" | "kubernetes",
  cloud: Store,
  faults?: FaultSource,
  follower?: Follower,
): FakeProvider {
  const version = versionOf(name);
  switch (name) {
    case "aws":
      return new FakeProvider(
        { name, version, kindOf: finder(awsKinds), functions: AWS_FUNCTIONS },
        cloud,
        faults,
        follower,
      );
    case "kubernetes":
      return new FakeProvider(
        { name, version, kindOf: finder(kubernetesKinds), functions: {}, reachable: reachabilityProblem },
        cloud,
        faults,
        follower,
      );
  }
}

/**
 * The provider for a package.
 *
 * @throws RangeError when there is no such package.
 */
export async function findProvider(
  name: string,
  cloud: Store,
  faults?: FaultSource,
  follower?: Follower,
): Promise<provider.Provider> {
  switch (name) {
    case "aws":
    case "kubernetes": {
      const fakeProvider = fakeProviderFor(name, cloud, faults, follower);
      fakeProvider.settle();
      return fakeProvider;
    }
    case "eks": {
      // The SDKs that its components are written with take a second to load, and the other packages need none of them.
      const { EksPackage } = await import("./eks/package.js");
      return new EksPackage(versionOf(name));
    }
    default:
      throw new RangeError(`the sandbox has no package "${name}": it has ${PACKAGE_NAMES.join(", ")}`);
  }
}

/** What makes the provider of a package another one; undefined where nothing does. */
export function configDiffOf(name: string): ConfigDiff | undefined {
  return name === "kubernetes" ? diffKubernetesConfig : undefined;
}
