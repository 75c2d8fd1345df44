// Pools of ours for the scenarios: the plan and the userData that the program gives to Karpenter.
import { GIB, MIB } from "../../swap/quantity";
import { planPool } from "../../swap/plan";
import type { Backing, OnFailure } from "../../swap/vocabulary";
import type { SysctlSettings } from "../../swap/watermarks";
import { renderUserData } from "../../userdata/swap-fragments";
import type { NodeDescription } from "./karpenter";

/** The sysctls of the stack config's defaults. */
export const AUTOMATIC_SYSCTLS: SysctlSettings = {
  swappiness: 60,
  minFreeKbytes: "auto",
  watermarkScaleFactor: "auto",
  pageCluster: "auto",
};

/** What a scenario says of a pool; everything else is the default of the stack config. */
export interface ScenarioPool {
  readonly sizeMiB: number;
  /** The size is this percentage of RAM; `sizeMiB` is then the most. */
  readonly memoryPercent?: number;
  readonly zswapMaxPoolPercent?: number;
  readonly backings: readonly Backing[];
  readonly onFailure: OnFailure;
  readonly sysctls?: SysctlSettings;
  /** Settings that differ from the plan's, as a broken or foreign NodeClass has them. */
  readonly kubelet?: Readonly<Record<string, unknown>>;
}

/** The node of such a pool, and the size of its root volume as planned. */
export function planScenarioPool(pool: ScenarioPool): { readonly node: NodeDescription; readonly rootGiB: number } {
  const { memoryPercent } = pool;
  const bytes = pool.sizeMiB * MIB;
  const size = memoryPercent === undefined ? { sizeBytes: bytes } : { memoryPercent, maxSizeBytes: bytes };
  const plan = planPool(
    {
      name: "ebs",
      swap: {
        ...size,
        backings: pool.backings,
        onFailure: pool.onFailure,
        zswap: pool.zswapMaxPoolPercent === undefined ? undefined : { maxPoolPercent: pool.zswapMaxPoolPercent },
        sysctls: pool.sysctls ?? AUTOMATIC_SYSCTLS,
      },
      rootVolume: { type: "gp3" },
      evictionHard: { "memory.available": "100Mi", "nodefs.available": "10%", "nodefs.inodesFree": "5%" },
      requirements: [],
      labels: {},
      taints: [],
      dedicated: true,
    },
    "amd64",
  );
  const userData = renderUserData(plan);
  if (userData === undefined) throw new Error("a pool without swap has no userData to boot with");
  return {
    node: {
      userData,
      kubelet: { ...plan.kubelet, ...pool.kubelet },
      ...(plan.instanceStorePolicy === null ? {} : { instanceStorePolicy: plan.instanceStorePolicy }),
    },
    rootGiB: plan.rootVolume.sizeGiB,
  };
}

/** 30 GiB in MiB, the size of the recipes that this project replaces. */
export const thirtyGiB = (30 * GIB) / MIB;
