// Pools that tests share: the two of the published recipe that this project replaces, with the defaults of the stack config.
import type { PoolDesign, SwapDesign } from "../../swap/plan";
import { GIB } from "../../swap/quantity";

const SWAP: SwapDesign = {
  sizeBytes: 30 * GIB,
  backings: ["root-volume"],
  onFailure: "continue",
  sysctls: { swappiness: 60, minFreeKbytes: "auto", watermarkScaleFactor: "auto", pageCluster: "auto" },
};

const POOL: PoolDesign = {
  name: "ebs",
  swap: SWAP,
  rootVolume: { type: "gp3" },
  evictionHard: { "memory.available": "100Mi", "nodefs.available": "10%", "nodefs.inodesFree": "5%" },
  requirements: [],
  labels: {},
  taints: [],
  dedicated: true,
};

/** 30Gi in a file on the root volume, differing in what is given. */
export function ebsPool(swap: Partial<SwapDesign> = {}, pool: Partial<PoolDesign> = {}): PoolDesign {
  return { ...POOL, swap: { ...SWAP, ...swap }, ...pool };
}

/** 30Gi in a file on the instance store, and on the root volume where there is no instance store. */
export function instanceStorePool(swap: Partial<SwapDesign> = {}, pool: Partial<PoolDesign> = {}): PoolDesign {
  return ebsPool({ backings: ["instance-store", "root-volume"], ...swap }, { name: "instance-store", ...pool });
}

/** Every backing and every option: the largest userData there is. */
export function everythingPool(): PoolDesign {
  return {
    ...POOL,
    name: "everything",
    swap: {
      memoryPercent: 50,
      maxSizeBytes: 64 * GIB,
      backings: ["ebs-volume", "instance-store", "root-volume"],
      onFailure: "continue",
      sysctls: SWAP.sysctls,
      zswap: { maxPoolPercent: 20 },
    },
    evictionHard: { "memory.available": "2.5%" },
  };
}
