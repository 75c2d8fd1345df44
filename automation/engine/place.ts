// Where the engine works on a stack: in the user's folder and backend, or in those of a sandbox.
import { existsSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { LocalWorkspaceOptions } from "@pulumi/pulumi/automation";
import { dump } from "js-yaml";
import { NAMESPACE } from "../../config/namespace";
import { makeFolder } from "../base/files";
import { readWholeStackFile, stackFile } from "../base/stack-file";
import type { StackOptions } from "../base/stack-options";

/** What a workspace is made with, and the way to end what serves it. */
interface Place {
  readonly workspace: LocalWorkspaceOptions & { readonly workDir: string };
  /** Takes the number of each engine that works here. */
  readonly serve: (engine: number) => void;
  /** Ends the sandbox's processes; what they know is on disk. */
  readonly close: () => Promise<void>;
}

/** Nothing in the sandbox is secret, but the engine requires a passphrase. */
const PASSPHRASE = "sandbox";

/**
 * The place of a stack. In a sandbox the engine gets a copy of the stack file, since it rewrites the one that it works
 * with: the user's own stays as it is, byte for byte.
 * @param folder of the stack file
 * @param config the whole `config`, overrides included
 */
export async function findPlace(
  { stack, sandbox }: StackOptions,
  folder: string,
  config: Readonly<Record<string, unknown>>,
): Promise<Place> {
  if (sandbox === undefined) {
    const secretsProvider = process.env["PULUMI_SECRETS_PROVIDER"];
    return {
      workspace: { workDir: folder, ...(secretsProvider === undefined ? {} : { secretsProvider }) },
      serve: () => undefined,
      close: async () => Promise.resolve(),
    };
  }
  const workDir = join(sandbox.folder, "project");
  const backend = join(sandbox.folder, "backend");
  for (const path of [workDir, backend]) makeFolder(path);
  // The key of the stack's secrets, which the engine keeps next to the config.
  const kept = existsSync(stackFile(workDir, stack)) ? readWholeStackFile(workDir, stack) : {};
  // All at once: half of it would be without the key.
  const draft = `${stackFile(workDir, stack)}.draft`;
  writeFileSync(draft, dump({ ...kept, config }, { lineWidth: -1 }));
  renameSync(draft, stackFile(workDir, stack));
  const { environment, serve, stop } = await sandbox.start();
  const url = `file://${backend}`;
  return {
    workspace: {
      workDir,
      projectSettings: { name: NAMESPACE, runtime: "nodejs", backend: { url } },
      envVars: { ...environment, PULUMI_CONFIG_PASSPHRASE: PASSPHRASE, PULUMI_BACKEND_URL: url },
    },
    serve,
    close: stop,
  };
}
