// Where the nodes of a prediction come from: sizes that are given, the pools of a stack, or the running cluster.
import { formatProblem } from "../../config/catalogue/problems";
import { readSettings } from "../../config/settings";
import { VOLUME_PRICES } from "../../swap/ebs-prices";
import { PRICES } from "../../swap/instance-types";
import { MIB } from "../../swap/quantity";
import type { ManifestText } from "../../workload/files";
import type { PredictedNode, VolumeRates } from "../../workload/node";
import { UsageError } from "../base/errors";
import { say } from "../base/output";
import { ourConfig, readStackFile } from "../base/stack-file";
import type { ClusterState } from "./cluster";
import { findInstanceTypes, type InstanceTypeSource, type LoadEc2 } from "./instance-type-source";
import { chartNodes, givenNode, outermostNodes, type Offer, type Prices } from "./targets";

/** Which nodes: exactly one of `stack`, `cluster` and `memory` is chosen. */
export interface NodeOptions {
  readonly stack?: string;
  /** Folder of the stack files. */
  readonly cwd: string;
  readonly cluster: boolean;
  /** MemTotal in bytes of each given node. */
  readonly memory: readonly number[];
  /** SwapTotal in bytes: of all given nodes, or of each. */
  readonly swap: readonly number[];
  readonly instanceTypes: InstanceTypeSource;
  /** Operations per second of the volume with the swap. */
  readonly iops: number;
  /** MiB per second of that volume. */
  readonly throughput: number;
  /** Of an hour of the one given node. */
  readonly price?: number;
  /** Of a GiB of volume for a month. */
  readonly volumePrice?: number;
}

/** What is loaded and asked only when nodes come from there. */
export interface NodeSources {
  readonly readCluster: (volume: VolumeRates) => Promise<ClusterState>;
  readonly loadEc2: LoadEc2;
}

/** The nodes, with what else is known where they come from. */
export interface FoundNodes {
  /** Of the API server that stores the pods; not known of given nodes. */
  readonly kubernetesVersion?: string;
  readonly nodes: readonly PredictedNode[];
  /** Manifests that the cluster has besides. */
  readonly texts?: readonly ManifestText[];
  /** The nodes of a chart; the same where undefined. */
  readonly charted?: readonly PredictedNode[];
  /** What was assumed, and what else should be known. */
  readonly notes?: readonly string[];
}

const COST = `costs are those of the cheapest instance type on demand in ${PRICES.region}, ${PRICES.currency} per hour, prices of ${PRICES.date}, and of volumes with their iops and throughput, prices of ${VOLUME_PRICES.date}`;
const NOMINAL_MEMORY =
  "nodes have their nominal memory; their MemTotal is a few percent less, and with swap of a fixed size limits are larger by as much";

/**
 * Finds the nodes.
 * @throws UsageError when the options name no nodes, or nodes of several kinds
 */
export async function findNodes(options: NodeOptions, { readCluster, loadEc2 }: NodeSources): Promise<FoundNodes> {
  const { stack, cwd, cluster, memory, swap } = options;
  const chosen = [stack !== undefined, cluster, memory.length > 0].filter(Boolean).length;
  if (chosen !== 1) throw new UsageError("give one of --stack, --cluster, and --memory with --swap");
  if (memory.length > 0) return { nodes: givenNodes(options) };
  if (swap.length > 0) throw new UsageError("--swap goes with --memory");
  if (stack === undefined) return readCluster(volumeOf(options));
  return nodesOfStack(stack, readStackFile(cwd, stack), options, loadEc2);
}

async function nodesOfStack(
  stack: string,
  config: Readonly<Record<string, unknown>>,
  options: NodeOptions,
  loadEc2: LoadEc2,
): Promise<FoundNodes> {
  const settings = readSettings(ourConfig(config));
  for (const warning of settings.warnings) say(`warning: ${formatProblem(warning)}`);
  const plans = settings.pools.map(({ plan }) => plan);
  const { types, note } = await findInstanceTypes(options.instanceTypes, config, loadEc2);
  const offer: Offer = { types, prices: pricesOf(options) };
  const nodes = plans.flatMap((plan) => outermostNodes(plan, offer));
  if (nodes.length === 0) throw new UsageError(`stack ${stack} has no pool whose nodes are known`);
  const { kubernetesVersion } = settings.platform.cluster;
  return {
    kubernetesVersion,
    nodes,
    charted: plans.flatMap((plan) => chartNodes(plan, offer)),
    notes: [NOMINAL_MEMORY, note, COST],
  };
}

function givenNodes(options: NodeOptions): readonly PredictedNode[] {
  const { memory, swap, price } = options;
  if (memory.length > 1 && price !== undefined) throw new UsageError("--price is of one node: give one --memory");
  if (swap.length !== 1 && swap.length !== memory.length) {
    throw new UsageError(
      `--swap must be given once, or once for each --memory: ${memory.length} and ${swap.length} given`,
    );
  }
  const volume = volumeOf(options);
  const prices = pricesOf(options);
  return memory.map((bytes, index) => givenNode(bytes, swap[index] ?? swap[0] ?? 0, volume, prices));
}

function pricesOf({ price, volumePrice }: NodeOptions): Prices {
  return { node: price, volumeGiBMonth: volumePrice };
}

function volumeOf({ iops, throughput }: NodeOptions): VolumeRates {
  return { iops, throughputBytesPerSecond: throughput * MIB };
}
