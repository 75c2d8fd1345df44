// `eks-swap drain`: the nodes of pools are drained and removed.
import type { Command } from "commander";
import { EXIT } from "../base/exit-codes";
import { say, sayAll, writeJson } from "../base/output";
import { collect, seconds, stackOptions, updateCommand, type CommandContext, type UpdateFlags } from "./options";

interface DrainFlags extends UpdateFlags {
  readonly pool: readonly string[];
  readonly deadline?: number;
}

/** Adds the command. */
export function addDrainCommand(program: Command, context: CommandContext): void {
  updateCommand(program, "drain", "drain and remove the nodes of pools; the next update brings the pools back")
    .option("--pool <name>", "only this pool; can be repeated", collect, [])
    .option("--deadline <duration>", "stop after this time and report what is left", seconds)
    .action(async (flags: DrainFlags) => {
      const result = await context.load().drain({
        ...stackOptions(flags, context),
        deadlineSeconds: flags.deadline,
        pools: flags.pool.length === 0 ? undefined : flags.pool,
      });
      if (flags.json) writeJson(result);
      sayAll(
        result.remaining.map(
          ({ pool, node, nodeClaim, reasons }) => `${pool}: ${node ?? nodeClaim} ${reasons.join("; ")}`,
        ),
      );
      say(result.drained ? "no nodes are left" : "nodes are left");
      if (!result.drained) context.end(EXIT.updateFailed);
    });
}
