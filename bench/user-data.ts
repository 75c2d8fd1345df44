// userData: how much of EC2's 16 KiB a pool takes. The merged document is made by Karpenter's own code.
import { planPool, type PoolDesign } from "../swap/plan";
import { EC2_USER_DATA_LIMIT, mergeByKarpenter, provideMerger } from "../tests/boot/karpenter";
import { ebsPool, everythingPool, instanceStorePool } from "../tests/support/pools";
import { assembleUserData } from "../userdata/assembler";
import { swapFragments } from "../userdata/swap-fragments";
import type { Benchmark } from "./benchmark";
import type { Measured } from "./figure";

const GOAL = 0.5;

/** The smallest there is, the two of the dev stack, that of the prod stack, and the largest. */
const POOLS: Readonly<Record<string, PoolDesign>> = {
  "root volume": ebsPool(),
  "instance store, root volume": instanceStorePool(),
  "EBS volume": ebsPool({ backings: ["ebs-volume"], onFailure: "block" }),
  "every backing and option": everythingPool(),
};

export const USER_DATA: Benchmark = {
  name: "user-data",
  about: "bytes of userData of each kind of pool; needs Go, for Karpenter's own code",
  // Equal pools give equal bytes: one look is enough, however many runs are asked for.
  measure: async (_, say) => {
    provideMerger(say);
    return Object.entries(POOLS).map(([pool, design]): Measured => ({
      name: `userData merged, ${pool}`,
      unit: "bytes",
      eksSwap: [mergedBytes(design)],
      limit: EC2_USER_DATA_LIMIT,
      goal: GOAL,
    }));
  },
};

function mergedBytes(design: PoolDesign): number {
  const plan = planPool(design, "amd64");
  const isOnInstanceStore = plan.swap?.backings.includes("instance-store") === true;
  const merged = mergeByKarpenter({
    userData: assembleUserData(swapFragments(plan)),
    kubelet: { ...plan.kubelet },
    ...(isOnInstanceStore ? { instanceStorePolicy: "RAID0" } : {}),
  });
  return Buffer.byteLength(merged);
}
