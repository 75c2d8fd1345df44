// The commands of a pipeline in the order in which a user gives them, on a stack with a cluster: docs/recorded-run.md shows
// what they print, and a scenario runs them.
import type { ExitCode } from "../../../automation/base/exit-codes";
import type { LivePipeline } from "./live-pipeline";

/** A command, and how it ends. */
export interface LiveStep {
  readonly words: string;
  readonly command: readonly string[];
  readonly code: ExitCode;
  /** What it must say. */
  readonly says: readonly RegExp[];
  /** What happens in the cluster once it has ended. */
  readonly then?: (live: LivePipeline) => Promise<void>;
}

const SMALLER = ["--config", "pools.ebs.swap.size=8Gi"];

/** From nothing to nothing. */
export const LIVE_STEPS: readonly LiveStep[] = [
  {
    words: "The preview of the dev stack before its first update:",
    command: ["preview"],
    code: 0,
    says: [/^preview of dev: \d+ to create/m, /^pool ebs: is added$/m],
  },
  {
    words: "The update. After it, three nodes join: two of the pool `ebs`, one of `instance-store`.",
    command: ["up"],
    code: 0,
    says: [/^up of dev: \d+ created/m],
    then: async (live) => live.join(),
  },
  {
    words: "Do the running nodes have the swap that their pools promise?",
    command: ["verify"],
    code: 0,
    says: [/^pool ebs: right$/m, /^ {2}instance-store-1: right$/m],
  },
  {
    words:
      "Less swap for `ebs`: 8Gi instead of 30Gi. A container on ebs-1 has a gibibyte in swap; its new limit would be half of that.",
    command: ["preview", ...SMALLER],
    code: 3,
    says: [
      /^pool ebs: replaces 2 nodes: swap size 30Gi → 8Gi/m,
      /^gate shrink-swap is closed: default\/report\/main on ebs-1/m,
    ],
  },
  {
    words: "No gate is closed for more swap, 60Gi:",
    command: ["preview", "--config", "pools.ebs.swap.size=60Gi"],
    code: 0,
    says: [
      /^pool ebs: replaces 2 nodes: swap size 30Gi → 60Gi/m,
      /^preview of dev: 1 to update \(\d+ s\)\n(?!.*\ngate )/m,
    ],
  },
  {
    words: "`up` refuses the update to 8Gi and changes nothing:",
    command: ["up", ...SMALLER],
    code: 3,
    says: [/error: refused, and nothing was changed:/, /has 1Gi in swap and may have \d+Ki.*--allow shrink-swap/],
  },
  {
    words: "`--allow` opens the gate for this update.",
    command: ["up", ...SMALLER, "--allow", "shrink-swap"],
    code: 0,
    says: [/^gate shrink-swap is opened for this update/m, /^up of dev: 1 updated/m],
    then: async (live) => live.notice("ebs"),
  },
  {
    words: "Karpenter has the new settings and has not replaced its nodes yet:",
    command: ["verify", ...SMALLER],
    code: 5,
    says: [/^ {2}ebs-1: pending; .*earlier EC2NodeClass/m, /^pool instance-store: right$/m],
  },
  {
    words: "The drain stops at its deadline, because a pod has the annotation that forbids its eviction:",
    command: ["drain", "--deadline", "15s"],
    code: 4,
    says: [/ebs-1 pod default\/report has the annotation karpenter\.sh\/do-not-disrupt/, /^nodes are left$/m],
    then: async (live) => live.release(),
  },
  {
    words: "Without the annotation the pod is evicted, and the last node is removed.",
    command: ["drain"],
    code: 0,
    says: [/^no nodes are left$/m],
  },
  {
    words: "`destroy` deletes all that is left: the drain has deleted the two NodePools.",
    command: ["destroy"],
    code: 0,
    says: [/^destroy of dev: \d+ deleted/m],
  },
];
