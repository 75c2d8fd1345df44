// Where Markdown goes: GitHub's step summary, and the file for a comment.
import { appendFileSync } from "node:fs";
import { ConfigError } from "../../config/catalogue/problems";
import { UserDataError } from "../../userdata/fragments";
import { ExplainedError } from "../base/errors";
import { writeOut } from "../base/files";
import { failureMarkdown, reviewMarkdown } from "./markdown";
import type { OperationName } from "../base/stack-options";
import type { Review } from "./review";

/** Writes a preview. */
export function writeMarkdown(review: Review, comment: string | undefined): void {
  write(() => reviewMarkdown(review), comment);
}

/**
 * Does work; where it ends with an error for the user, that is written. Before it begins the comment's file says that there
 * is nothing yet: whatever happens, it never holds an earlier preview.
 * @throws ExplainedError before the work when the file cannot be written
 */
export async function orWriteFailure<T>(
  { operation, stack, comment }: { operation: OperationName; stack: string; comment?: string | undefined },
  work: () => Promise<T>,
): Promise<T> {
  const none = "It did not come to an end: the log of the job has why.";
  if (comment !== undefined) writeOut(comment, failureMarkdown(operation, stack, none));
  try {
    return await work();
  } catch (error) {
    if (error instanceof ExplainedError || error instanceof ConfigError || error instanceof UserDataError) {
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
