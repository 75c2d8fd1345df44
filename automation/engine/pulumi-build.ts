// Builds Pulumi's CLI from Go modules, for machines that reach a module proxy but not Pulumi's downloads.
import { spawn } from "node:child_process";
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { makeFolder } from "../base/files";
import { whileWaiting, type Step, type Teller } from "./waiting";

/** Named, because the module has no list of versions to find the latest in. */
export const PULUMI_CLI_VERSION = "v3.259.0";

const MODULE = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi";

/** Without it the command does not know its version, and the Automation API refuses it. */
const LINKER_FLAGS = `-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=${PULUMI_CLI_VERSION}`;

/** The same for the list of packages and for their compilation. Without C, no C compiler is needed, and less is built. */
const BUILD_FLAGS = ["-trimpath", "-buildvcs=false"] as const;

/** How many modules the CLI needs, for the bar. */
const MODULES = 274;

/** Where a build is, for the next one that continues it: the modules are chosen, and that many packages compiled. */
interface Draft {
  readonly folder: string;
  readonly modules: string;
  readonly compiled: string;
}

/**
 * Builds the CLI and puts it at `root/bin/pulumi`, all at once: an interrupted build leaves nothing there, and the next
 * one continues where it was, since Go keeps modules and compiled packages in its own caches.
 * @param root folder of the installation
 * @param teller is shown how far it is
 * @param signal ends the build
 */
export async function buildPulumi(root: string, teller: Teller, signal: AbortSignal): Promise<void> {
  const folder = `${root}-build`;
  const draft: Draft = { folder, modules: join(folder, "modules-chosen"), compiled: join(folder, "packages-compiled") };
  makeFolder(folder);
  makeFolder(dirname(root));
  try {
    await chooseModules(draft, teller, signal);
    await compile(draft, teller, signal);
  } catch (error) {
    // What failed for a reason of its own is not worth going on with.
    if (!signal.aborted) rmSync(folder, { recursive: true, force: true });
    throw error;
  }
  rmSync(root, { recursive: true, force: true });
  renameSync(join(folder, "out"), root);
  rmSync(folder, { recursive: true, force: true });
}

/** Chooses the modules and downloads them, once: what follows downloads nothing. */
async function chooseModules({ folder, modules }: Draft, teller: Teller, signal: AbortSignal): Promise<void> {
  if (existsSync(modules)) return;
  let done = 0;
  const step = (): Step => ({ words: "downloading Go modules", parts: { done, all: Math.max(done, MODULES) } });
  writeFileSync(join(folder, "go.mod"), "module pulumi-cli\n\ngo 1.25\n");
  await whileWaiting(teller, step, async () =>
    runGo(folder, ["get", `${MODULE}@${PULUMI_CLI_VERSION}`], signal, (line) => {
      if (line.startsWith("go: downloading")) done++;
    }),
  );
  writeFileSync(modules, "");
}

async function compile({ folder, compiled }: Draft, teller: Teller, signal: AbortSignal): Promise<void> {
  let all = 0;
  await runGo(folder, ["list", ...BUILD_FLAGS, "-deps", MODULE], signal, () => all++);
  // Go names each package that it compiles, and none that an earlier build has compiled.
  let done = existsSync(compiled) ? Number(readFileSync(compiled, "utf8")) : 0;
  const step = (): Step => ({ words: "compiling", parts: { done, all: Math.max(done, all) } });
  const out = join("out", "bin", "pulumi");
  const flags = [...BUILD_FLAGS, "-v", "-ldflags", LINKER_FLAGS, "-o", out];
  try {
    await whileWaiting(teller, step, async () => runGo(folder, ["build", ...flags, MODULE], signal, () => done++));
  } finally {
    writeFileSync(compiled, String(done));
  }
}

/** @param onLine takes each line of its output */
async function runGo(
  folder: string,
  parameters: readonly string[],
  signal: AbortSignal,
  onLine: (line: string) => void,
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    // The module may ask for a newer toolchain than the one installed, which is a module too.
    const environment = { ...process.env, GOTOOLCHAIN: "auto", GOFLAGS: "-mod=mod", CGO_ENABLED: "0" };
    const child = spawn("go", parameters, { cwd: folder, env: environment, signal });
    let last = "";
    for (const stream of [child.stdout, child.stderr]) {
      let rest = "";
      stream.setEncoding("utf8").on("data", (text: string) => {
        const lines = `${rest}${text}`.split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) {
          onLine(line);
          if (line.trim() !== "") last = line.trim();
        }
      });
    }
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0) resolve();
      else reject(new Error(`go ${parameters[0] ?? ""} failed: ${last}`));
    });
  });
}
