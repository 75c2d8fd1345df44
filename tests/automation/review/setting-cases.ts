// One change for each config key of a pool, and what a preview must say of it.

/** What differs: what, before, after. */
export type Line = readonly [what: string, before: string, after: string];

/** A change of a pool. */
export interface SettingCase {
  /** The pool by the schema's paths within it, before the change; what it lacks is {@link BASE}'s. */
  readonly base?: Readonly<Record<string, unknown>>;
  /** The key's value after the change. */
  readonly to: unknown;
  /** What nodes are replaced for. */
  readonly replaces: readonly Line[];
  /** What changes without replacing nodes. */
  readonly keeps?: readonly Line[];
}

/** What every case begins with. */
export const BASE: Readonly<Record<string, unknown>> = { "swap.size": "30Gi", "swap.backings": ["root-volume"] };

const MEMORY = "karpenter.k8s.aws/instance-memory";
const OF16_GI = [{ key: MEMORY, operator: "In", values: ["16384"] }];
const ON_VOLUME = { "swap.backings": ["ebs-volume"], "swapVolume.iops": 4000 };
const SHARE = { "swap.size": "50%", "swap.maxSize": "64Gi", requirements: OF16_GI };

/** By the path of the key, without `pools.NAME.`. */
export const SETTING_CASES: Readonly<Record<string, SettingCase>> = {
  "swap.size": {
    to: "60Gi",
    replaces: [
      ["swap size", "30Gi", "60Gi"],
      ["root volume size", "56Gi", "91Gi"],
      ["systemReserved ephemeral-storage", "30Gi", "60Gi"],
    ],
  },
  "swap.maxSize": {
    base: SHARE,
    to: "96Gi",
    replaces: [
      ["swap maxSize", "64Gi", "96Gi"],
      ["root volume size", "96Gi", "133Gi"],
      ["systemReserved ephemeral-storage", "64Gi", "96Gi"],
    ],
  },
  "swap.backings": {
    to: ["ebs-volume", "root-volume"],
    replaces: [
      ["backings", "root-volume", "ebs-volume then root-volume"],
      ["swap volume", "none", "30Gi gp3"],
    ],
  },
  "swap.onFailure": { to: "block", replaces: [["onFailure", "continue", "block"]] },
  "swap.sysctls.swappiness": { to: 100, replaces: [["swappiness", "60", "100"]] },
  "swap.sysctls.minFreeKbytes": { to: 262144, replaces: [["minFreeKbytes", "auto", "262144"]] },
  "swap.sysctls.watermarkScaleFactor": { to: 200, replaces: [["watermarkScaleFactor", "auto", "200"]] },
  "swap.sysctls.pageCluster": { to: 3, replaces: [["pageCluster", "auto", "3"]] },
  "swap.zswap.maxPoolPercent": { to: 30, replaces: [["zswap", "off", "at most 30% of RAM"]] },
  "rootVolume.size": { to: "200Gi", replaces: [["root volume size", "56Gi", "200Gi"]] },
  "rootVolume.type": {
    base: { "rootVolume.iops": 4000 },
    to: "io2",
    replaces: [["root volume type", "gp3", "io2"]],
  },
  "rootVolume.iops": { to: 4000, replaces: [["root volume iops", "default", "4000"]] },
  "rootVolume.throughput": { to: 250, replaces: [["root volume throughput", "default", "250"]] },
  "rootVolume.kmsKeyId": { to: "alias/swap", replaces: [["root volume kmsKeyId", "default", "alias/swap"]] },
  "swapVolume.type": { base: ON_VOLUME, to: "io2", replaces: [["swap volume type", "gp3", "io2"]] },
  "swapVolume.iops": { base: ON_VOLUME, to: 5000, replaces: [["swap volume iops", "4000", "5000"]] },
  "swapVolume.throughput": { base: ON_VOLUME, to: 250, replaces: [["swap volume throughput", "default", "250"]] },
  "swapVolume.kmsKeyId": {
    base: ON_VOLUME,
    to: "alias/swap",
    replaces: [["swap volume kmsKeyId", "default", "alias/swap"]],
  },
  evictionHard: {
    to: { "memory.available": "500Mi", "pid.available": "10%" },
    replaces: [
      ["evictionHard memory.available", "100Mi", "500Mi"],
      ["evictionHard pid.available", "none", "10%"],
    ],
  },
  requirements: { to: OF16_GI, replaces: [[`requirement ${MEMORY}`, "none", "In [16384]"]] },
  labels: { base: { labels: { team: "a" } }, to: { team: "b" }, replaces: [["label team", "a", "b"]] },
  taints: {
    to: [{ key: "team", value: "a", effect: "NoExecute" }],
    replaces: [["taint team", "none", "a:NoExecute"]],
  },
  dedicated: { to: false, replaces: [["taint eks-swap/pool", "jobs:NoSchedule", "none"]] },
  "disruption.consolidationPolicy": {
    to: "Balanced",
    replaces: [],
    keeps: [["consolidationPolicy", "WhenEmpty", "Balanced"]],
  },
  "disruption.consolidateAfter": { to: "5m", replaces: [], keeps: [["consolidateAfter", "1m", "5m"]] },
  "disruption.budgets": {
    to: [{ nodes: "20%" }, { nodes: "0", schedule: "0 9 * * 1-5", duration: "8h", reasons: ["Drifted"] }],
    replaces: [],
    keeps: [["budgets", "10%", "20% and 0 [Drifted] at 0 9 * * 1-5 for 8h"]],
  },
  guard: { to: "deny", replaces: [], keeps: [["guard", "warn", "deny"]] },
  limits: { to: { cpu: "64" }, replaces: [], keeps: [["limit cpu", "none", "64"]] },
  weight: { to: 10, replaces: [], keeps: [["weight", "none", "10"]] },
  expireAfter: { to: "240h", replaces: [["expireAfter", "720h", "240h"]] },
  terminationGracePeriod: { to: "2h", replaces: [["terminationGracePeriod", "1h", "2h"]] },
};
