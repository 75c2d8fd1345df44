// Where Markdown goes: GitHub's step summary, and the file for a comment.
import { appendFileSync } from "node:fs";
import { ConfigError } from "../../config/catalogue/problems";
import { ExplainedError } from "../base/errors";
import { writeOut } from "../base/files";
import { failureMarkdown, reviewMarkdown } from "./markdown";
import type { OperationName } from "../base/stack-options";
import type { Review } from "./review";

/** Writes a preview. */
export function writeMarkdown(review: Review, comment: string | undefined): void {
  write(() => reviewMarkdown(review), comment);
}

/** Does work; where it ends with an error for the user, that is written, so that a comment never shows an earlier preview. */
export async function orWriteFailure<T>(
  { operation, stack, comment }: { operation: OperationName; stack: string; comment?: string | undefined },
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ExplainedError || error instanceof ConfigError) {
      write(() => failureMarkdown(operation, stack, error.message), comment);
    }
    throw error;
  }
}

/**
 * Appends to the step summary where a pipeline has one, and writes the comment's file.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#adding-a-job-summary
 */
function write(text: () => string, comment: string | undefined): void {
  const summary = process.env["GITHUB_STEP_SUMMARY"];
  if (summary === undefined && comment === undefined) return;
  const written = text();
  if (summary !== undefined) appendFileSync(summary, `${written}\n`);
  if (comment !== undefined) writeOut(comment, written);
}
