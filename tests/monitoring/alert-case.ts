// A case of an alert: nodes, and what people read of them.
import { GIB, MIB } from "../../swap/quantity";
import { HEALTHY_CONTAINER, HEALTHY_NODE, type NodeState } from "./node-series";

/** What an alert says. */
export interface Fired {
  readonly labels: Readonly<Record<string, string>>;
  readonly summary: string;
  readonly description: string;
}

/** Nodes, and what one alert says of them after 40 minutes. */
export interface AlertCase {
  readonly title: string;
  readonly nodes: readonly NodeState[];
  /** Empty where it must not fire. */
  readonly fires: readonly Fired[];
  /** Another moment. */
  readonly after?: string;
}

/** A node that joined without swap. */
export const NO_SWAP = { swapTotalBytes: 0, swapUsedBytes: 0, kubeletTotalBytes: 0, backing: "none", containers: [] };

/** A healthy node but for what is given. */
export function nodeWith(changes: Partial<NodeState>): NodeState {
  return { ...HEALTHY_NODE, ...changes };
}

/** A healthy node with one container that differs from a healthy one. */
export function withContainer(changes: Partial<typeof HEALTHY_CONTAINER>, more: Partial<NodeState> = {}): NodeState {
  return nodeWith({ containers: [{ ...HEALTHY_CONTAINER, ...changes }], ...more });
}

/** A node of the pool whose ladder is ebs-volume, instance-store, root-volume, and which has half of its RAM as swap. */
export const volumeNode = nodeWith({
  node: "ip-10-42-0-8.eu-central-1.compute.internal",
  address: "10.42.0.8",
  pool: "everything",
  backing: "ebs-volume",
  swapTotalBytes: 16 * GIB,
  kubeletTotalBytes: 16 * GIB,
  containers: [{ ...HEALTHY_CONTAINER, swapLimitBytes: GIB / 2 }],
  disks: { nvme0n1: { iops: 100, bytes: MIB }, nvme1n1: { iops: 100, bytes: MIB } },
});
