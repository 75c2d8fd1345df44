// `eks-swap outputs`: what the stack exports.
import type { Command } from "commander";
import { writeJson } from "../base/output";
import { stackCommand, stackOptions, type CommandContext, type StackFlags } from "./options";

interface OutputsFlags extends StackFlags {
  readonly showSecrets: boolean;
}

/** Adds the command. */
export function addOutputsCommand(program: Command, context: CommandContext): void {
  stackCommand(program, "outputs", "show what the stack exports, as JSON")
    .option("--show-secrets", "show secrets in plain text", false)
    .action(async (flags: OutputsFlags) => {
      const { showSecrets } = flags;
      writeJson(await context.load().outputs({ ...stackOptions(flags, context), showSecrets }));
    });
}
