// `eks-swap predict`: what swap the containers of manifests will get, before anything runs.
import { writeFileSync } from "node:fs";
import { type Command, InvalidArgumentError, Option } from "commander";
import { formatProblem } from "../../config/catalogue/problems";
import { readSettings } from "../../config/settings";
import { VOLUME_PRICES } from "../../swap/ebs-prices";
import { PRICES } from "../../swap/instance-types";
import { isQuantity, MIB, parseQuantity } from "../../swap/quantity";
import { drawPrediction } from "../../workload/chart";
import { readManifestFiles, type ManifestText } from "../../workload/files";
import { storedBy } from "../../workload/kubernetes-version";
import { readManifests } from "../../workload/manifests";
import { findNeeds } from "../../workload/need";
import type { PredictedNode, VolumeRates } from "../../workload/node";
import { placePods, predict } from "../../workload/predict";
import { formatManifestProblem, ManifestError } from "../../workload/problem";
import { UsageError } from "../base/errors";
import { EXIT } from "../base/exit-codes";
import { say, writeJson } from "../base/output";
import { formatPrediction } from "../predict/table";
import {
  chartNodes,
  givenNode,
  GP3_RATES,
  outermostNodes,
  type Offer,
  planStack,
  type Prices,
} from "../predict/targets";
import {
  findInstanceTypes,
  INSTANCE_TYPE_SOURCES,
  type InstanceTypeSource,
  type LoadEc2,
} from "../predict/instance-type-source";
import type { LoadFunctions } from "./sdk-functions";
import { ourConfig, readStackFile } from "../base/stack-file";

interface PredictOptions {
  readonly file: readonly string[];
  readonly namespace: string;
  readonly stack?: string;
  readonly cwd: string;
  readonly cluster: boolean;
  readonly instanceTypes: InstanceTypeSource;
  readonly memory: readonly number[];
  readonly swap: readonly number[];
  readonly iops: number;
  readonly throughput: number;
  readonly price?: number;
  readonly volumePrice?: number;
  readonly need?: number;
  readonly container?: string;
  readonly chart?: string;
  readonly json: boolean;
}

/** Where the nodes come from, with what else is known there. */
interface Targets {
  /** Of the API server that stores the pods; not known of given nodes. */
  readonly kubernetesVersion?: string;
  readonly nodes: readonly PredictedNode[];
  readonly texts?: readonly ManifestText[];
  /** The nodes of a chart; the same where undefined. */
  readonly charted?: readonly PredictedNode[];
  /** What was assumed, and what else should be known. */
  readonly notes?: readonly string[];
}

const COST = `costs are those of the cheapest instance type on demand in ${PRICES.region}, ${PRICES.currency} per hour, prices of ${PRICES.date}, and of volumes with their iops and throughput, prices of ${VOLUME_PRICES.date}`;
const NOMINAL_MEMORY =
  "nodes have their nominal memory; their MemTotal is a few percent less, and with swap of a fixed size limits are larger by as much";

/** Adds the command to a program. */
export function addPredictCommand(program: Command, load: LoadFunctions, loadEc2: LoadEc2): void {
  const command = program
    .command("predict")
    .description("what swap the containers of Kubernetes manifests get, or why none")
    .requiredOption("-f, --file <path>", "manifest, folder of manifests, or - for standard input; repeatable", collect)
    .option("-n, --namespace <name>", "namespace of objects that name none", "default")
    .option("-s, --stack <name>", "predict for the pools of this stack")
    .option("-C, --cwd <folder>", "folder of the stack files", ".")
    .addOption(
      new Option("--instance-types <source>", "with --stack: where the instance types of the pools come from")
        .choices(INSTANCE_TYPE_SOURCES)
        .default("auto", "EC2 where there are credentials of AWS, else the data file"),
    )
    .option("--cluster", "predict for the nodes of the cluster that the kubeconfig names", false)
    .option("--memory <quantity>", "predict for a node of this memory (MemTotal); repeatable", collectQuantity, [])
    .option("--swap <quantity>", "swap of that node (SwapTotal); once, or once for each --memory", collectQuantity, [])
    .option(
      "--iops <number>",
      "operations per second of the swap volume, with --memory or --cluster",
      readNumber,
      GP3_RATES.iops,
    )
    .option(
      "--throughput <MiB/s>",
      "throughput of the swap volume, with --memory or --cluster",
      readNumber,
      GP3_RATES.throughputBytesPerSecond / MIB,
    )
    .option("--price <amount>", "price of an hour of the node, with one --memory", readNumber)
    .option("--volume-price <amount>", "price of a GiB of volume for a month, in place of the data file's", readNumber)
    .option("--need <quantity>", "tell the swap, or the request, that gives a container this much swap", readQuantity)
    .option("--container <name>", "with --need: only containers of this name")
    .option("--chart <file>", "draw request against swap limit as SVG")
    .option("--json", "print one JSON document", false);
  command.action(async (options: PredictOptions) => {
    try {
      await runPredict(options, load, loadEc2);
    } catch (error) {
      if (!(error instanceof ManifestError)) throw error;
      if (options.json) writeJson({ problems: error.problems });
      const lines = error.problems.map((problem) => `error: ${formatManifestProblem(problem)}`);
      command.error(lines.join("\n"), { exitCode: EXIT.usage, code: "eks-swap.manifests" });
    }
  });
}

async function runPredict(options: PredictOptions, load: LoadFunctions, loadEc2: LoadEc2): Promise<void> {
  const { texts, problems } = readManifestFiles(options.file);
  // Manifests are judged before a cluster is asked.
  readManifests(texts, options.namespace, problems);
  const targets = await findTargets(options, load, loadEc2);
  const given = readManifests([...texts, ...(targets.texts ?? [])], options.namespace);
  const manifests = targets.kubernetesVersion === undefined ? given : storedBy(targets.kubernetesVersion, given);
  if (manifests.workloads.length === 0) {
    const seen = manifests.ignored.map(({ object }) => object).join(", ");
    throw new UsageError(`no pods in ${options.file.join(", ")}${seen === "" ? "" : `; not read: ${seen}`}`);
  }
  const { nodes, charted = nodes, notes = [] } = targets;
  const prediction = predict(manifests, nodes);
  const needs =
    options.need === undefined ? [] : findNeeds(placePods(manifests, nodes), options.need, options.container);
  if (options.need !== undefined && needs.length === 0) {
    throw new UsageError(`no container is called ${options.container ?? ""}`);
  }
  if (options.chart !== undefined) {
    writeFileSync(options.chart, drawPrediction(charted, predict(manifests, charted).containers));
  }
  if (options.json) writeJson({ ...prediction, ...(options.need === undefined ? {} : { needs }), notes });
  else process.stdout.write(formatPrediction(prediction, needs, notes));
}

async function findTargets(options: PredictOptions, load: LoadFunctions, loadEc2: LoadEc2): Promise<Targets> {
  const { stack, cwd, cluster, memory, swap } = options;
  const chosen = [stack !== undefined, cluster, memory.length > 0].filter(Boolean).length;
  if (chosen !== 1) throw new UsageError("give one of --stack, --cluster, and --memory with --swap");
  if (memory.length > 0) return { nodes: givenNodes(options) };
  if (swap.length > 0) throw new UsageError("--swap goes with --memory");
  if (stack === undefined) return load().readCluster(volumeOf(options));
  return poolsOf(stack, readStackFile(cwd, stack), options, loadEc2);
}

/** The nodes of the pools of a stack. */
async function poolsOf(
  stack: string,
  config: Readonly<Record<string, unknown>>,
  options: PredictOptions,
  loadEc2: LoadEc2,
): Promise<Targets> {
  const settings = readSettings(ourConfig(config));
  for (const warning of settings.warnings) say(`warning: ${formatProblem(warning)}`);
  const plans = planStack(settings);
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

function givenNodes({ memory, swap, ...rates }: PredictOptions): readonly PredictedNode[] {
  if (memory.length > 1 && rates.price !== undefined) throw new UsageError("--price is of one node: give one --memory");
  if (swap.length !== 1 && swap.length !== memory.length) {
    throw new UsageError(
      `--swap must be given once, or once for each --memory: ${memory.length} and ${swap.length} given`,
    );
  }
  const volume = volumeOf(rates);
  const prices = pricesOf(rates);
  return memory.map((bytes, index) => givenNode(bytes, swap[index] ?? swap[0] ?? 0, volume, prices));
}

function pricesOf({ price, volumePrice }: Pick<PredictOptions, "price" | "volumePrice">): Prices {
  return { node: price, volumeGiBMonth: volumePrice };
}

function volumeOf({ iops, throughput }: Pick<PredictOptions, "iops" | "throughput">): VolumeRates {
  return { iops, throughputBytesPerSecond: throughput * MIB };
}

function collect(value: string, values: readonly string[] = []): readonly string[] {
  return [...values, value];
}

function collectQuantity(value: string, values: readonly number[]): readonly number[] {
  return [...values, readQuantity(value)];
}

function readQuantity(value: string): number {
  if (!isQuantity(value)) throw new InvalidArgumentError("It must be a Kubernetes quantity such as 32Gi.");
  return parseQuantity(value);
}

function readNumber(value: string): number {
  const number = Number(value);
  if (!(number > 0)) throw new InvalidArgumentError("It must be a number above 0.");
  return number;
}
