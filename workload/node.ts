// The nodes that a prediction is made for.
import type { NodeMemory } from "../swap/limited-swap";
import type { Requirement, Taint } from "../swap/vocabulary";

/** What decides which pods a node takes. */
export interface Placement {
  readonly labels: Readonly<Record<string, string>>;
  readonly taints: readonly Taint[];
  /** What is known of further labels of a pool's nodes; null for a node that exists, whose labels are all known. */
  readonly requirements: readonly Requirement[] | null;
}

/** How fast pages come back from the volume that holds the swap. */
export interface VolumeRates {
  /** Operations per second. */
  readonly iops: number;
  readonly throughputBytesPerSecond: number;
}

/** Prices per hour, in any currency. */
export interface NodePrice {
  /** Null where it was not said. */
  readonly instanceType: string | null;
  readonly instance: number;
  /** What the volume costs that is there for swap; 0 where it comes with the instance. */
  readonly swapVolume: number;
}

/** A node, or the nodes of a pool that have the same memory. */
export interface PredictedNode extends NodeMemory {
  /** As in `pool ebs, 32Gi`. */
  readonly name: string;
  readonly pool: string | null;
  /** Null where any pod is taken. */
  readonly placement: Placement | null;
  /** Null where they are not known, as for an instance store. */
  readonly volume: VolumeRates | null;
  /** What the node costs; null where that is not known. */
  readonly price: NodePrice | null;
}
