// The command line of `eks-swap`: which commands there are, and how they end.
import { Command, CommanderError } from "commander";
import { EXIT, type ExitCode } from "../base/exit-codes";
import type { LoadEc2 } from "../predict/instance-type-source";
import { addDestroyCommand } from "./destroy";
import { addDrainCommand } from "./drain";
import type { CommandContext, LoadFunctions } from "./options";
import { addOutputsCommand } from "./outputs";
import { addPredictCommand } from "./predict";
import { addPreviewCommand } from "./preview";
import { addRefreshCommand } from "./refresh";
import { addRenderCommand } from "./render";
import { reportError } from "./report-error";
import { addUpCommand } from "./up";
import { addVerifyCommand } from "./verify";

/** In the order in which the help lists them. */
const COMMANDS: readonly ((program: Command, context: CommandContext) => void)[] = [
  addRenderCommand,
  addPredictCommand,
  addPreviewCommand,
  addUpCommand,
  addRefreshCommand,
  addVerifyCommand,
  addDrainCommand,
  addDestroyCommand,
  addOutputsCommand,
];

/** The program with all its commands; errors of the command line are thrown. */
export function makeProgram(context: CommandContext): Command {
  const program = new Command("eks-swap").description("EKS nodes with swap memory, launched by Karpenter");
  program.exitOverride();
  for (const add of COMMANDS) add(program, context);
  return program;
}

/** Does what the arguments of the process say, and gives the exit code. */
export async function main(load: LoadFunctions, loadEc2: LoadEc2): Promise<ExitCode> {
  let ending: ExitCode = EXIT.done;
  try {
    await makeProgram({ load, loadEc2, end: (code) => (ending = code) }).parseAsync();
    return ending;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    return reportError(error, process.argv.includes("--json"));
  }
}
