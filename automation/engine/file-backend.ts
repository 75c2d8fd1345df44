// What a run that was killed can leave in a backend of files so that Pulumi's CLI does not read the state any more.
import { existsSync, rmSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** What this module needs of a workspace. */
export interface Backend {
  /** The folder that the CLI runs in. */
  readonly workDir: string;
  whoAmI(): Promise<{ readonly url?: string }>;
  projectSettings(): Promise<{ readonly name: string }>;
}

/** What the CLI says of a state whose attributes are an empty file. */
const UNREADABLE = "failed to load checkpoint: EOF";

/** The state's names, by its compression. */
const STATES = ["json", "json.gz", "json.zst"];

/**
 * Makes a state readable again: the CLI keeps content type and checksum of a state in a second file, which it writes in
 * place, so that a kill in between leaves it empty. The state itself is replaced at once and is whole; without the other
 * file the CLI reads it.
 * Source: https://github.com/google/go-cloud/blob/master/blob/fileblob/attrs.go
 * @param error of the read of the state
 * @returns whether there was such a file, so that the work can be done again
 */
export async function mendBackend(error: unknown, workspace: Backend, stack: string): Promise<boolean> {
  if (!(error instanceof Error) || !error.message.includes(UNREADABLE)) return false;
  const { url } = await workspace.whoAmI();
  if (url?.startsWith("file://") !== true) return false;
  const { name } = await workspace.projectSettings();
  const folder = join(folderOf(url, workspace.workDir), ".pulumi", "stacks", name);
  const empty = STATES.map((state) => join(folder, `${stack.split("/").at(-1) ?? stack}.${state}.attrs`)).filter(
    (file) => existsSync(file) && statSync(file).size === 0,
  );
  for (const file of empty) rmSync(file);
  return empty.length > 0;
}

/** The CLI takes `file://~` and `file://./folder`, seen from where it runs, which are no URLs. */
function folderOf(url: string, workDir: string): string {
  const [plain = url] = url.split("?");
  const path = plain.slice("file://".length);
  if (path.startsWith("/")) return fileURLToPath(plain);
  return path.startsWith("~") ? join(homedir(), path.slice(1)) : resolve(workDir, path);
}
