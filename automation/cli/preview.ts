// `eks-swap preview`: what an update would do, and which gates are closed.
import type { Command } from "commander";
import { EXIT } from "../base/exit-codes";
import { sayAll, writeJson } from "../base/output";
import { orWriteFailure, writeMarkdown } from "../review/markdown-files";
import { reasonsToRefuse } from "../review/refusal";
import { describeReview, reviewDocument } from "../review/report";
import { reviewCommand, reviewOptions, type CommandContext, type ReviewFlags } from "./options";

interface PreviewFlags extends ReviewFlags {
  readonly savePlan?: string;
}

/** Adds the command. */
export function addPreviewCommand(program: Command, context: CommandContext): void {
  reviewCommand(program, "preview", "show what an update would do, and which gates are closed")
    .option("--save-plan <file>", "write the plan that `up --plan` follows")
    .action(async (flags: PreviewFlags) => {
      const result = await orWriteFailure({ ...flags, operation: "preview" }, async () =>
        context.load().preview({ ...reviewOptions(flags, context), savePlan: flags.savePlan }),
      );
      writeMarkdown(result, flags.comment);
      if (flags.json) writeJson(reviewDocument(result));
      sayAll(describeReview(result));
      const reasons = reasonsToRefuse(result);
      if (reasons.length === 0) return;
      sayAll(reasons.map((reason) => `\`up\` would be refused: ${reason}`));
      context.end(EXIT.refused);
    });
}
