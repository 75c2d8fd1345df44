// The command line of `eks-swap`: which commands there are, and how they end.
import { Command, CommanderError } from "commander";
import { EXIT, type ExitCode } from "../base/exit-codes";
import { say, writeJson } from "../base/output";
import { addDestroyCommand } from "./destroy";
import { addDrainCommand } from "./drain";
import type { CommandContext } from "./options";
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
  program.version(context.version, "-V, --version", "show the version");
  program.exitOverride();
  // Commander breaks its help between words, and its errors not at all.
  program.configureOutput({ writeErr: (text) => say(text.trimEnd()) });
  for (const add of COMMANDS) add(program, context);
  return program;
}

/** Does what the arguments of the process say, and gives the exit code. */
export async function main(given: Omit<CommandContext, "end">): Promise<ExitCode> {
  let ending: ExitCode = EXIT.done;
  const context: CommandContext = { ...given, end: (code) => (ending = code) };
  const json = process.argv.includes("--json");
  surviveBrokenPipes();
  try {
    refuseUnknownOptions(context);
    await makeProgram(context).parseAsync();
    return ending;
  } catch (error) {
    if (!(error instanceof CommanderError)) return reportError(error, json);
    if (error.exitCode === 0) return EXIT.done;
    // The words are on standard error already.
    if (error.code === "commander.unknownCommand") say(`the commands are ${commandNames(context)}`);
    if (json) writeJson({ error: error.message.replace(/^error: /, ""), kind: "usage" });
    return EXIT.usage;
  }
}

function commandNames(context: CommandContext): string {
  return makeProgram(context)
    .commands.map((command) => command.name())
    .join(", ");
}

/** A misspelt option is reported before the one that is missing for it: commander looks for missing ones first. */
function refuseUnknownOptions(context: CommandContext): void {
  const program = makeProgram(context);
  for (const command of program.commands) {
    for (const option of command.options) option.makeOptionMandatory(false);
    command.action(() => undefined);
  }
  program.parse();
}

/** A reader that ends early, such as `head`, must not end an update; results that cannot be written are an error. */
function surviveBrokenPipes(): void {
  process.stderr.on("error", () => undefined);
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    // A reader, or a terminal, that is gone.
    if (error.code === "EPIPE" || error.code === "EIO") return;
    say(`error: the result cannot be written to standard output: ${error.message}`);
    process.exit(EXIT.unexpected);
  });
}
