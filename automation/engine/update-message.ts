// The message of an update in the stack's history: which commit, and which run of which pipeline.
import { spawnSync } from "node:child_process";

type Environment = Readonly<Record<string, string | undefined>>;

/** Pipelines by the variables that they set, with the commit and the page of the run. */
const PIPELINES: readonly ((
  environment: Environment,
) => readonly [commit: string, run: string | undefined] | undefined)[] = [
  // https://docs.github.com/en/actions/reference/workflows-and-actions/variables
  (variables) => {
    const { GITHUB_SHA, GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_RUN_ID } = variables;
    if (GITHUB_SHA === undefined) return undefined;
    const run = [GITHUB_SERVER_URL, GITHUB_REPOSITORY, "actions/runs", GITHUB_RUN_ID];
    return [GITHUB_SHA, run.includes(undefined) ? undefined : run.join("/")];
  },
  // https://docs.gitlab.com/ci/variables/predefined_variables/
  ({ CI_COMMIT_SHA, CI_JOB_URL }) => (CI_COMMIT_SHA === undefined ? undefined : [CI_COMMIT_SHA, CI_JOB_URL]),
];

/**
 * The message where the user gives none: commit and page of the run, as the pipeline's variables have them, else the
 * commit that `folder` is at; undefined where neither is known.
 */
export function defaultMessage(folder: string, environment: Environment = process.env): string | undefined {
  for (const find of PIPELINES) {
    const found = find(environment);
    if (found !== undefined) return describe(...found);
  }
  const { status, stdout } = spawnSync("git", ["rev-parse", "HEAD"], { cwd: folder, encoding: "utf8" });
  return status === 0 ? describe(stdout.trim(), undefined) : undefined;
}

function describe(commit: string, run: string | undefined): string {
  return `commit ${commit.slice(0, 12)}${run === undefined ? "" : `, ${run}`}`;
}
