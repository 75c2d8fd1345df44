// Builds programs from Go modules into the user's cache, each once.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { say } from "../boot/table";
import { downloading } from "../support/retry";

/** Takes lines of progress. */
export type Say = (line: string) => void;

/** Where built programs are kept, outside the checkout. */
function cacheFolder(): string {
  return join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "eks-swap", "kube");
}

/** How one program is built. */
export interface Recipe {
  /** Path in the cache, with the version in it. */
  readonly path: string;
  /** The main package, as a path of Go's or `.` for the module in `folder`. */
  readonly package: string;
  /** Linker flags beside `-s -w`. */
  readonly linkerFlags?: readonly string[];
  /** Prepares `folder`, empty and thrown away afterwards, as the main module. */
  readonly prepare: (folder: string) => void;
}

/** The program of `recipe`, built when the cache lacks it: an interrupted build leaves nothing there. */
export function provideProgram(recipe: Recipe, say: Say): string {
  const program = join(cacheFolder(), recipe.path);
  if (existsSync(program)) return program;
  mkdirSync(dirname(program), { recursive: true });
  const folder = mkdtempSync(join(cacheFolder(), "unfinished-"));
  const started = Date.now();
  say(`building ${recipe.path} from Go modules, once`);
  try {
    recipe.prepare(folder);
    const linkerFlags = ["-s", "-w", ...(recipe.linkerFlags ?? [])].join(" ");
    runGo(folder, ["build", "-trimpath", "-ldflags", linkerFlags, "-o", "program", recipe.package]);
    renameSync(join(folder, "program"), program);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  say(`  built in ${Math.round((Date.now() - started) / 1000)} s`);
  return program;
}

/** Runs `go` in `folder` and gives what it prints; again where it downloads modules and the network fails. */
export function runGo(folder: string, parameters: readonly string[]): string {
  return downloading(`go ${parameters[0] ?? ""}`, () => runGoOnce(folder, parameters), { say });
}

function runGoOnce(folder: string, parameters: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync("go", parameters, {
    cwd: folder,
    encoding: "utf8",
    maxBuffer: 2 ** 26,
    // A module may ask for a newer toolchain than the one installed, which is a module too. Guests have no libc of ours.
    env: { ...process.env, GOTOOLCHAIN: "auto", GOFLAGS: "-mod=mod", CGO_ENABLED: "0" },
  });
  if (status === 0) return stdout;
  throw new Error(
    `go ${parameters.join(" ")} failed: ${error?.message ?? stderr.trim().split("\n").slice(-10).join("\n")}`,
  );
}
