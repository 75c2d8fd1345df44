// preview: what an update would do, and whether the gates would let it.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { demandWritable, makeFolder, writeOut } from "./base/files";
import { withStack } from "./engine/open-stack";
import { review, type Review, type ReviewOptions } from "./review/review";

/** What a preview takes. */
export interface PreviewOptions extends ReviewOptions {
  /** File for the plan that `up` can be held to. It holds the config; secrets in it are encrypted with the stack's key. */
  readonly savePlan?: string | undefined;
}

/**
 * Previews an update; the stack is made if the backend has none. Closed gates are part of the result, not an error.
 * @throws ConfigError when the config is wrong
 * @throws ExplainedError when the engine fails
 */
export async function preview(options: PreviewOptions): Promise<Review> {
  const save = options.savePlan === undefined ? undefined : resolve(options.savePlan);
  if (save === undefined) return withStack(options, "create", async (opened) => review(opened, options, {}), "look");
  demandWritable(save);
  makeFolder(dirname(save));
  // Pulumi's own error for a file that it cannot write names no remedy.
  const drafts = mkdtempSync(join(tmpdir(), "eks-swap-plan-"));
  const draft = join(drafts, "plan.json");
  try {
    const result = await withStack(
      options,
      "create",
      async (opened) => review(opened, options, { save: draft }),
      "look",
    );
    writeOut(save, readFileSync(draft, "utf8"));
    return result;
  } finally {
    rmSync(drafts, { recursive: true });
  }
}
