// moto, which answers AWS's API on this machine from memory: https://docs.getmoto.org/en/latest/docs/server_mode.html
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { endOf, startChild } from "../kube/children";
import { downloading } from "./retry";

/** Instance types are part of the release: a newer moto may know more. */
export const MOTO_VERSION = "5.2.5";

/** In seconds: far above what a busy machine needs. */
const READY_TIMEOUT = 120;

/** What a client of AWS needs to reach moto, which checks no signature. */
export const MOTO_CREDENTIALS = { AWS_ACCESS_KEY_ID: "testing", AWS_SECRET_ACCESS_KEY: "testing" } as const;

/** An account without any resource but its default VPCs. It ends with `stop`, and in any case with this process. */
export interface Moto {
  /** Value of AWS_ENDPOINT_URL: a port of loopback. */
  readonly endpoint: string;
  stop(): Promise<void>;
}

/**
 * The Python interpreter whose `-m moto.server` is moto: a virtual environment in `~/.cache/eks-swap`, made once. The
 * scripts beside it name the folder that it was made in, so they are not of use.
 * @param say takes lines of progress
 * @throws Error with the end of what venv or pip says
 */
export function provideMoto(say: (line: string) => void): string {
  const cache = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "eks-swap");
  const folder = join(cache, `moto-${MOTO_VERSION}`);
  const interpreter = join(folder, "bin", "python");
  if (existsSync(interpreter)) return interpreter;
  say(`installing moto ${MOTO_VERSION} into ${folder}, once`);
  mkdirSync(cache, { recursive: true });
  const unfinished = mkdtempSync(join(cache, "unfinished-"));
  try {
    run("python3", ["-m", "venv", unfinished], "Debian's package is python3-venv");
    const pip = ["-m", "pip", "--disable-pip-version-check", "install", "--quiet", `moto[server]==${MOTO_VERSION}`];
    downloading(
      "moto",
      () => {
        run(join(unfinished, "bin", "python"), pip, "a Python package index must be within reach");
      },
      { say },
    );
    renameSync(unfinished, folder);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  return interpreter;
}

/** Starts an account of its own on a free port. moto must be there already: `provideMoto`. */
export async function startMoto(): Promise<Moto> {
  const interpreter = provideMoto(() => undefined);
  const folder = mkdtempSync(join(tmpdir(), "eks-swap-moto-"));
  const log = join(folder, "moto.log");
  const child = startChild(interpreter, ["-m", "moto.server", "-H", "127.0.0.1", "-p", "0"], log);
  const stop = async () => {
    await child.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    return { endpoint: await Promise.race([child.failure, untilReady(log)]), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The server writes its address once it listens. */
async function untilReady(log: string): Promise<string> {
  const deadline = Date.now() + READY_TIMEOUT * 1000;
  while (Date.now() < deadline) {
    const address = /Running on (http:\/\/127\.0\.0\.1:\d+)/.exec(readFileSync(log, "utf8"))?.[1];
    if (address !== undefined) return address;
    await wait(100);
  }
  throw new Error(`moto did not start within ${READY_TIMEOUT} s; the end of ${log}:\n${endOf(log)}`);
}

function run(program: string, parameters: readonly string[], remedy: string): void {
  const { status, stderr, stdout, error } = spawnSync(program, parameters, { encoding: "utf8" });
  if (status === 0) return;
  const said = `${stdout}${stderr}`.trim().split("\n").slice(-10).join("\n");
  throw new Error(`${program} ${parameters.join(" ")} failed: ${error?.message ?? said}\n${remedy}`);
}
