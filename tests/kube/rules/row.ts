// What is known of a rule of Karpenter's kinds: whether a stack config can break it, and how.
import type { Changes } from "../../config/configs";

/** Where in a manifest, and what stands there instead. */
export type Edit = readonly [path: readonly (string | number)[], value: unknown];

/** A rule that a stack config could break if the program let it. */
export interface Breakable {
  /** Changes of {@link BREAKABLE_CONFIG}. */
  readonly change: Changes;
  /** The id of the program's problem. */
  readonly problem: string;
  /** The same mistake in a manifest that did not come through the program. */
  readonly edit: Edit;
  /** Why the API server takes the manifest all the same. */
  readonly accepted?: string;
}

/** What is known of a rule: how to break it, or why no config can. */
export type RuleRow = Breakable | string;

/** By the id of the rule. Rules for fields that are never sent need no row. */
export type Rows = Readonly<Record<string, RuleRow>>;

const SWAP = { size: "30Gi", backings: ["root-volume", "ebs-volume"] };

/** A valid config whose manifests have every field that a config can fill. */
export const BREAKABLE_CONFIG = {
  cluster: { name: "dev", endpoint: { publicCidrs: ["203.0.113.0/24"] } },
  tags: { team: "a" },
  pools: {
    p: {
      swap: SWAP,
      labels: { "example.com/team": "a" },
      taints: [{ key: "example.com/team", value: "a", effect: "NoSchedule" }],
      requirements: [
        { key: "karpenter.k8s.aws/instance-family", operator: "In", values: ["m6i", "r6i"], minValues: 2 },
      ],
      limits: { cpu: "64" },
      weight: 10,
      disruption: { budgets: [{ nodes: "1", schedule: "0 9 * * 1", duration: "8h", reasons: ["Empty", "Drifted"] }] },
    },
  },
};

/** The same in a cluster that exists. */
export function existing(change: Readonly<Record<string, unknown>>): Changes {
  const found = {
    name: "theirs",
    nodeRoleArn: "arn:aws:iam::123456789012:role/KarpenterNodeRole-theirs",
    securityGroupIds: ["sg-0123456789abcdef0"],
    subnetIds: ["subnet-0123456789abcdef0"],
  };
  return {
    cluster: { existing: { ...found, ...change }, kubernetesVersion: "1.34" },
    karpenter: { install: false, version: "1.15.0" },
  };
}
