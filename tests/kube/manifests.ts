// Stack configs, and the manifests that `eks-swap render` makes of them.
import { resolve } from "node:path";
import { load } from "js-yaml";
import { z } from "zod";
import { renderManifests } from "../../automation/render/manifests";
import { renderPools } from "../../automation/render/render";
import { ourConfig, readStackFile } from "../../automation/base/stack-file";
import { ConfigError } from "../../config/catalogue/problems";
import { readSettings } from "../../config/settings";

type Config = Readonly<Record<string, unknown>>;

/** A manifest as it stands in its file. */
export type Manifest = Readonly<Record<string, unknown>>;

const manifestSchema = z.record(z.string(), z.unknown());

/** The stacks of this repository, and one in a cluster that exists. */
export const EXAMPLE_STACKS: Readonly<Record<string, Config>> = {
  dev: stackFile("dev"),
  prod: stackFile("prod"),
  existing: {
    cluster: {
      existing: {
        name: "theirs",
        nodeRoleArn: "arn:aws:iam::123456789012:role/karpenter/KarpenterNodeRole-theirs",
        securityGroupIds: ["sg-0123456789abcdef0", "sg-0123456789abcdef1"],
        subnetIds: ["subnet-0123456789abcdef0"],
      },
      kubernetesVersion: "1.34",
    },
    karpenter: { install: false, version: "1.15.0" },
    ami: { id: "ami-0123456789abcdef0" },
    pools: {
      ebs: {
        swap: { size: "30Gi", backings: ["instance-store", "ebs-volume", "root-volume"] },
        rootVolume: { kmsKeyId: "alias/nodes" },
        swapVolume: { type: "io2", iops: 4000, kmsKeyId: "alias/nodes" },
      },
      plain: { swap: { size: 0 } },
    },
  },
};

/** EC2NodeClass and NodePool of each pool, read from the text of their files; and the paths of values that stand in for others. */
export function manifestsOf(config: Config) {
  const settings = readSettings(config);
  const pools = renderPools(settings);
  const files = renderManifests(settings, pools);
  return pools.map(({ plan: { pool }, planFile }) => ({
    nodeClass: manifestSchema.parse(load(files[`${pool}-ec2nodeclass.yaml`] ?? "")),
    nodePool: manifestSchema.parse(load(files[`${pool}-nodepool.yaml`] ?? "")),
    placeholders: Object.keys(planFile.placeholders),
  }));
}

/** None for a config that is refused: a volume may be too small for the rates that were drawn. */
export function tryManifests(config: Config): ReturnType<typeof manifestsOf> {
  try {
    return manifestsOf(config);
  } catch (error) {
    if (error instanceof ConfigError) return [];
    throw error;
  }
}

function stackFile(stack: string): Config {
  return ourConfig(readStackFile(resolve(__dirname, "..", ".."), stack));
}
