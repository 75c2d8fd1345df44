// `eks-swap refresh`: the state is brought up to what exists.
import type { Command } from "commander";
import { say, writeJson } from "../base/output";
import { describeCounts } from "../review/report";
import { stackOptions, updateCommand, type CommandContext, type UpdateFlags } from "./options";

/** Adds the command. */
export function addRefreshCommand(program: Command, context: CommandContext): void {
  updateCommand(program, "refresh", "update the state to what exists").action(async (flags: UpdateFlags) => {
    const result = await context.load().refresh(stackOptions(flags, context));
    if (flags.json) writeJson(result);
    say(`refresh of ${flags.stack}: ${describeCounts(result.counts, "did")} (${result.seconds} s)`);
  });
}
