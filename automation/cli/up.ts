// `eks-swap up`: a preview, the gates, then the update.
import type { Command } from "commander";
import { say, sayAll, writeJson } from "../base/output";
import { orWriteFailure, writeMarkdown } from "../review/markdown-files";
import { describeCounts, describeReview, reviewDocument } from "../review/report";
import { reviewCommand, reviewOptions, type CommandContext, type ReviewFlags } from "./options";

interface UpFlags extends ReviewFlags {
  readonly plan?: string;
  readonly confirm?: string;
}

/** Adds the command. */
export function addUpCommand(program: Command, context: CommandContext): void {
  reviewCommand(program, "up", "preview, check the gates, then update the stack")
    .option("--plan <file>", "do nothing beyond the plan of a preview")
    .option("--confirm <name>", "repeat the stack's name, which a protected stack requires to open a gate")
    .action(async (flags: UpFlags) => {
      const { review, counts, seconds } = await orWriteFailure({ ...flags, operation: "up" }, async () =>
        context.load().up({
          ...reviewOptions(flags, context),
          plan: flags.plan,
          confirm: flags.confirm,
          onReview: (review) => {
            writeMarkdown(review, flags.comment);
            sayAll(describeReview(review));
          },
        }),
      );
      if (flags.json) writeJson({ ...reviewDocument(review), changes: counts, seconds });
      say(`up of ${flags.stack}: ${describeCounts(counts, "did")} (${seconds} s)`);
    });
}
