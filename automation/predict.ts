// `eks-swap predict`: what swap the containers of manifests will get, before anything runs.
import { writeFileSync } from "node:fs";
import { type Command, InvalidArgumentError } from "commander";
import { formatProblem } from "../config/problems";
import { readSettings } from "../config/settings";
import { isQuantity, MIB, parseQuantity } from "../swap/quantity";
import { drawPrediction } from "../workload/chart";
import { readManifestFiles, type ManifestText } from "../workload/files";
import { readManifests } from "../workload/manifests";
import { findNeeds } from "../workload/need";
import type { PredictedNode, VolumeRates } from "../workload/node";
import { placePods, predict } from "../workload/predict";
import { formatManifestProblem, ManifestError } from "../workload/problem";
import { EXIT, say, UsageError, writeJson } from "./exit-code";
import { readCluster } from "./predict-cluster";
import { formatPrediction } from "./predict-table";
import { givenNode, GP3_RATES, poolNodes } from "./predict-targets";
import { ourConfig, readStackFile } from "./stack-file";

interface PredictOptions {
  readonly file: readonly string[];
  readonly namespace: string;
  readonly stack?: string;
  readonly cwd: string;
  readonly cluster: boolean;
  readonly memory: readonly number[];
  readonly swap: readonly number[];
  readonly iops: number;
  readonly throughput: number;
  readonly need?: number;
  readonly container?: string;
  readonly chart?: string;
  readonly json: boolean;
}

/** Where the nodes come from, with what else is known there. */
interface Targets {
  readonly nodes: readonly PredictedNode[];
  readonly texts?: readonly ManifestText[];
  /** What was not known and was assumed. */
  readonly assumptions?: readonly string[];
}

const NOMINAL_MEMORY =
  "nodes have their nominal memory; their MemTotal is a few percent less, and with swap of a fixed size limits are larger by as much";

/** Adds the command to a program. */
export function addPredictCommand(program: Command): void {
  const command = program
    .command("predict")
    .description("what swap the containers of Kubernetes manifests get, or why none")
    .requiredOption(
      "-f, --file <path>",
      "manifest, folder of manifests, or - for standard input; repeatable",
      collect,
      [],
    )
    .option("-n, --namespace <name>", "namespace of objects that name none", "default")
    .option("-s, --stack <name>", "predict for the pools of this stack")
    .option("-C, --cwd <folder>", "folder of the stack files", ".")
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
    .option("--need <quantity>", "tell the swap, or the request, that gives a container this much swap", readQuantity)
    .option("--container <name>", "with --need: only containers of this name")
    .option("--chart <file>", "draw request against swap limit as SVG")
    .option("--json", "print one JSON document", false);
  command.action(async (options: PredictOptions) => {
    try {
      await runPredict(options);
    } catch (error) {
      if (!(error instanceof ManifestError)) throw error;
      if (options.json) writeJson({ problems: error.problems });
      const lines = error.problems.map((problem) => `error: ${formatManifestProblem(problem)}`);
      command.error(lines.join("\n"), { exitCode: EXIT.usage, code: "eks-swap.manifests" });
    }
  });
}

async function runPredict(options: PredictOptions): Promise<void> {
  const { texts, problems } = readManifestFiles(options.file);
  // Manifests are judged before a cluster is asked.
  readManifests(texts, options.namespace, problems);
  const targets = await findTargets(options);
  const manifests = readManifests([...texts, ...(targets.texts ?? [])], options.namespace);
  if (manifests.workloads.length === 0) {
    const seen = manifests.ignored.map(({ object }) => object).join(", ");
    throw new UsageError(`no pods in ${options.file.join(", ")}${seen === "" ? "" : `; not read: ${seen}`}`);
  }
  const prediction = predict(manifests, targets.nodes);
  const needs =
    options.need === undefined ? [] : findNeeds(placePods(manifests, targets.nodes), options.need, options.container);
  if (options.need !== undefined && needs.length === 0) {
    throw new UsageError(`no container is called ${options.container ?? ""}`);
  }
  if (options.chart !== undefined) writeFileSync(options.chart, drawPrediction(targets.nodes, prediction.containers));
  const { assumptions = [] } = targets;
  if (options.json) writeJson({ ...prediction, ...(options.need === undefined ? {} : { needs }), assumptions });
  else process.stdout.write(formatPrediction(prediction, needs, assumptions));
}

async function findTargets(options: PredictOptions): Promise<Targets> {
  const { stack, cwd, cluster, memory, swap } = options;
  const chosen = [stack !== undefined, cluster, memory.length > 0].filter(Boolean).length;
  if (chosen !== 1) throw new UsageError("give one of --stack, --cluster, and --memory with --swap");
  if (memory.length > 0) return { nodes: givenNodes(options) };
  if (swap.length > 0) throw new UsageError("--swap goes with --memory");
  if (stack === undefined) return readCluster(volumeOf(options));
  const settings = readSettings(ourConfig(readStackFile(cwd, stack)));
  for (const warning of settings.warnings) say(`warning: ${formatProblem(warning)}`);
  const nodes = poolNodes(settings);
  if (nodes.length === 0) throw new UsageError(`stack ${stack} has no pool whose nodes are known`);
  return { nodes, assumptions: [NOMINAL_MEMORY] };
}

function givenNodes({ memory, swap, ...rates }: PredictOptions): readonly PredictedNode[] {
  if (swap.length !== 1 && swap.length !== memory.length) {
    throw new UsageError(
      `--swap must be given once, or once for each --memory: ${memory.length} and ${swap.length} given`,
    );
  }
  const volume = volumeOf(rates);
  return memory.map((bytes, index) => givenNode(bytes, swap[index] ?? swap[0] ?? 0, volume));
}

function volumeOf({ iops, throughput }: Pick<PredictOptions, "iops" | "throughput">): VolumeRates {
  return { iops, throughputBytesPerSecond: throughput * MIB };
}

function collect(value: string, values: readonly string[]): readonly string[] {
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
