// The command line of `eks-swap`: argument parsing only.
import { Command, CommanderError } from "commander";
import { readSettings } from "../../config/settings";
import { formatProblem } from "../../config/catalogue/problems";
import { summarizePool } from "../../swap/summary";
import { EXIT, type ExitCode } from "../base/exit-codes";
import { say, writeJson } from "../base/output";
import { reportError } from "./report-error";
import type { LoadEc2 } from "../predict/instance-type-source";
import { writeMonitoring } from "../render/monitoring-files";
import { formatPools } from "../render/pools-table";
import { addPredictCommand } from "./predict";
import { renderPools, writePools } from "../render/render";
import type { LoadFunctions } from "./sdk-functions";
import { addStackCommands } from "./stack-commands";
import { ourConfig, readStackFile } from "../base/stack-file";

interface RenderOptions {
  readonly stack: string;
  readonly out: string;
  readonly cwd: string;
  readonly json: boolean;
}

const program = new Command("eks-swap").description("EKS nodes with swap memory, launched by Karpenter").exitOverride();

function addRenderCommand(program: Command): void {
  program
    .command("render")
    .description("write userData, manifests and plan of each pool, rules and dashboard, without an engine or a cloud")
    .requiredOption("-s, --stack <name>", "stack whose config is read from Pulumi.NAME.yaml")
    .requiredOption("-o, --out <folder>", "folder for the files, one folder per pool in it")
    .option("-C, --cwd <folder>", "folder of the stack files", ".")
    .option("--json", "print one JSON document", false)
    .action(({ stack, out, cwd, json }: RenderOptions) => {
      const settings = readSettings(ourConfig(readStackFile(cwd, stack)));
      for (const warning of settings.warnings) say(`warning: ${formatProblem(warning)}`);
      const pools = renderPools(settings);
      const plans = pools.map(({ plan }) => plan);
      const files = [...writePools(out, pools), ...writeMonitoring(out, plans)];
      if (json) writeJson({ pools: pools.map(({ planFile }) => planFile), files, problems: settings.warnings });
      else process.stdout.write(`${formatPools(plans.map(summarizePool))}\n${files.join("\n")}\n`);
    });
}

/** Does what the arguments of the process say, and gives the exit code. */
export async function main(loadFunctions: LoadFunctions, loadEc2: LoadEc2): Promise<ExitCode> {
  let ending: ExitCode = EXIT.done;
  addRenderCommand(program);
  addPredictCommand(program, loadFunctions, loadEc2);
  addStackCommands(program, loadFunctions, (code) => (ending = code));
  try {
    await program.parseAsync();
    return ending;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    return reportError(error, process.argv.includes("--json"));
  }
}
