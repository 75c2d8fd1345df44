// `eks-swap predict`: what swap the containers of manifests will get, before anything runs.
import { type Command, InvalidArgumentError, Option } from "commander";
import { isQuantity, MIB, parseQuantity } from "../../swap/quantity";
import { writeOut } from "../base/files";
import { print, writeJson } from "../base/output";
import { INSTANCE_TYPE_SOURCES } from "../predict/instance-type-source";
import { predictManifests, type PredictionOptions } from "../predict/predict";
import { formatPrediction } from "../predict/table";
import { GP3_RATES } from "../predict/targets";
import { collect, type CommandContext } from "./options";

interface PredictFlags extends Omit<PredictionOptions, "chart"> {
  /** File for the chart. */
  readonly chart?: string;
  readonly json: boolean;
}

/** Adds the command. */
export function addPredictCommand(program: Command, { load, loadEc2 }: CommandContext): void {
  const command = program
    .command("predict")
    .description("what swap the containers of Kubernetes manifests get, or why none")
    .requiredOption("-f, --file <path>", "manifest, folder of manifests, or - for standard input; repeatable", collect)
    .option("-n, --namespace <name>", "namespace of objects that name none", "default");
  addNodeOptions(command)
    .option("--need <quantity>", "print the swap, or the request, for which a container gets this much", readQuantity)
    .option("--container <name>", "with --need: only containers of this name")
    .option("--chart <file>", "draw request against swap limit as SVG")
    .option("--json", "print one JSON document", false)
    .action(async ({ chart: chartFile, json, ...flags }: PredictFlags) => {
      const { prediction, needs, notes, chart } = await predictManifests(
        { ...flags, chart: chartFile !== undefined },
        { readCluster: async (volume) => load().readCluster(volume), loadEc2 },
      );
      if (chartFile !== undefined && chart !== undefined) writeOut(chartFile, chart);
      if (json) writeJson({ ...prediction, ...(needs === undefined ? {} : { needs }), notes });
      else print(formatPrediction(prediction, needs ?? [], notes).trimEnd());
    });
}

/** The flags that say which nodes. */
function addNodeOptions(command: Command): Command {
  return command
    .option("-s, --stack <name>", "predict for the pools of this stack")
    .option("-C, --cwd <folder>", "folder of the stack files", ".")
    .addOption(
      new Option("--instance-types <source>", "with --stack: where the instance types of the pools come from")
        .choices(INSTANCE_TYPE_SOURCES)
        .default("auto", "EC2 where there are AWS credentials, else the data file"),
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
    .option("--volume-price <amount>", "price of a GiB of volume for a month, in place of the data file's", readNumber);
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
