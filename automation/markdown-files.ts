// Where the Markdown of a preview goes: GitHub's step summary, and the file for a comment.
import { appendFileSync, writeFileSync } from "node:fs";
import { reviewMarkdown } from "./markdown";
import type { Review } from "./review";

/**
 * Appends to the step summary where a pipeline has one, and writes the comment's file.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#adding-a-job-summary
 */
export function writeMarkdown(review: Review, comment: string | undefined): void {
  const summary = process.env["GITHUB_STEP_SUMMARY"];
  if (summary === undefined && comment === undefined) return;
  const text = reviewMarkdown(review);
  if (summary !== undefined) appendFileSync(summary, `${text}\n`);
  if (comment !== undefined) writeFileSync(comment, text);
}
