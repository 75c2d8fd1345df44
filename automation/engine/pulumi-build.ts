// Builds Pulumi's CLI from Go modules, for machines that reach a module proxy but not Pulumi's downloads.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Named, because the module has no list of versions to find the latest in. */
export const PULUMI_CLI_VERSION = "v3.259.0";

const MODULE = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi";
/** Without it the command does not know its version, and the Automation API refuses it. */
const LINKER_FLAGS = `-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=${PULUMI_CLI_VERSION}`;
const REPORT_EVERY_MILLISECONDS = 30_000;

/**
 * Builds the CLI and puts it at `root/bin/pulumi`, all at once: an interrupted build leaves nothing there.
 * @param root folder of the installation
 * @param say takes lines of progress
 * @param signal ends the build
 */
export async function buildPulumi(root: string, say: (line: string) => void, signal: AbortSignal): Promise<void> {
  mkdirSync(dirname(root), { recursive: true });
  const folder = mkdtempSync(`${root}-build-`);
  const started = Date.now();
  say(`building Pulumi's CLI ${PULUMI_CLI_VERSION} from Go modules: about 5 minutes, once (kept in ${root})`);
  let step = "";
  const timer = setInterval(() => {
    say(`  ${step}, ${Math.round((Date.now() - started) / 1000)} s so far`);
  }, REPORT_EVERY_MILLISECONDS);
  try {
    writeFileSync(join(folder, "go.mod"), "module pulumi-cli\n\ngo 1.25\n");
    step = "downloading modules";
    await runGo(folder, ["get", `${MODULE}@${PULUMI_CLI_VERSION}`], signal);
    step = "compiling";
    await runGo(
      folder,
      ["build", "-trimpath", "-ldflags", LINKER_FLAGS, "-o", join("out", "bin", "pulumi"), MODULE],
      signal,
    );
    rmSync(root, { recursive: true, force: true });
    renameSync(join(folder, "out"), root);
  } finally {
    clearInterval(timer);
    rmSync(folder, { recursive: true, force: true });
  }
}

async function runGo(folder: string, parameters: readonly string[], signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    // The module may ask for a newer toolchain than the one installed, which is a module too.
    const environment = { ...process.env, GOTOOLCHAIN: "auto", GOFLAGS: "-mod=mod" };
    const child = spawn("go", parameters, {
      cwd: folder,
      env: environment,
      signal,
      stdio: ["ignore", "ignore", "pipe"],
    });
    let errors = "";
    child.stderr.on("data", (bytes: Buffer) => (errors = (errors + bytes.toString()).slice(-2000)));
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0) resolve();
      else reject(new Error(`go ${parameters[0] ?? ""} failed: ${errors.trim().split("\n").at(-1) ?? ""}`));
    });
  });
}
