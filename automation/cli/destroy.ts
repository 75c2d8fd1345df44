// `eks-swap destroy`: the nodes are drained, then everything goes.
import type { Command } from "commander";
import { say, writeJson } from "../base/output";
import { describeCounts } from "../review/report";
import { sandboxOption, seconds, stackOptions, updateCommand, type CommandContext, type UpdateFlags } from "./options";

interface DestroyFlags extends UpdateFlags {
  readonly drain: boolean;
  readonly deadline?: number;
  readonly confirm?: string;
}

/** Adds the command. */
export function addDestroyCommand(program: Command, context: CommandContext): void {
  sandboxOption(updateCommand(program, "destroy", "drain the nodes, then destroy everything"))
    .option("--no-drain", "leave the nodes to the engine's own deletion of the NodePools")
    .option("--deadline <duration>", "stop the drain after this time", seconds)
    .option("--confirm <name>", "repeat the stack's name, which a protected stack requires")
    .action(async (flags: DestroyFlags) => {
      const { drain, deadline: deadlineSeconds, confirm } = flags;
      const result = await context.load().destroy({ ...stackOptions(flags, context), drain, deadlineSeconds, confirm });
      if (flags.json) writeJson(result);
      say(`destroy of ${flags.stack}: ${describeCounts(result.counts, "did")} (${result.seconds} s)`);
    });
}
