// Starts the sandbox: one process per package, which the Pulumi engine then attaches to by port.
import { type ChildProcess, spawn } from "node:child_process";
import * as path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import * as url from "node:url";
import { PACKAGE_NAMES } from "./package-names";

/** A cloud on this machine. */
export interface Sandbox {
  /** Variables for the Pulumi CLI; with them it looks for no plug-in of the packages that the sandbox stands in for. */
  readonly environment: Readonly<Record<string, string>>;
  /** Keeps the processes until this engine has ended too, should the process that started them be killed. */
  serve(engine: number): void;
  /**
   * Ends all processes; to call it again changes nothing. What exists stays on disk.
   *
   * @throws Error when a provider had ended on its own, with what it wrote: then an update has failed for that reason.
   */
  stop(): Promise<void>;
}

interface Serving {
  readonly packageName: string;
  readonly child: ChildProcess;
  /** Settles when the process is gone. */
  readonly gone: Promise<void>;
  /** The last lines that the provider wrote to its error output. */
  readonly complaints: () => string;
}

/** Loading the packages takes seconds, and many of them on a busy machine. */
const START_TIMEOUT_MILLISECONDS = 120_000;
const KILL_AFTER_MILLISECONDS = 5_000;
const KEPT_CHARACTERS = 4_000;

/** As a path and not by name: the program's working directory need not be in this project. */
const loader = url.pathToFileURL(require.resolve("tsx")).href;

function launch(packageName: string, directory: string, script: string): Serving {
  // A process group of its own: Ctrl-C in a terminal does not reach it, since the engine needs its providers to finish.
  const child = spawn(process.execPath, ["--import", loader, script, packageName, path.resolve(directory)], {
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    detached: true,
  });
  let written = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    written = (written + text).slice(-KEPT_CHARACTERS);
  });
  child.once("error", (error) => {
    written += error.message;
  });
  const gone = new Promise<void>((resolve) => {
    child.once("close", () => {
      resolve();
    });
  });
  return { packageName, child, gone, complaints: () => written.trim() || "(it wrote nothing)" };
}

function describeEnd({ packageName, child, complaints }: Serving): string {
  const how = child.signalCode === null ? `with exit code ${child.exitCode}` : `by ${child.signalCode}`;
  return `the sandbox's provider for the package ${packageName} has ended ${how}. It wrote:\n${complaints()}`;
}

function isRunning({ child }: Serving): boolean {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
}

/** Waits for the port, the first line that a provider writes. */
function readPort(serving: Serving): Promise<string> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(
        new Error(
          `the sandbox's provider for the package ${serving.packageName} named no port within ` +
            `${START_TIMEOUT_MILLISECONDS / 1000} s. It wrote:\n${serving.complaints()}`,
        ),
      );
    }, START_TIMEOUT_MILLISECONDS);
    let output = "";
    serving.child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      const port = /^(\d+)\r?\n/m.exec(output)?.[1];
      if (port === undefined) return;
      clearTimeout(timer);
      resolve(port);
    });
    serving.child.once("close", () => {
      clearTimeout(timer);
      reject(new Error(describeEnd(serving)));
    });
  });
}

/** Ends a provider; true if it had ended on its own before. */
async function end(serving: Serving): Promise<boolean> {
  const { child, gone } = serving;
  const wasRunning = isRunning(serving);
  child.kill("SIGTERM");
  const patience = new AbortController();
  const endedInTime = await Promise.race([
    gone.then(() => true),
    wait(KILL_AFTER_MILLISECONDS, false, patience).catch(() => false),
  ]);
  patience.abort();
  if (!endedInTime) child.kill("SIGKILL");
  await gone;
  // A provider may be gone before this process knows it: then its exit says so.
  return !wasRunning || (endedInTime && child.exitCode !== 0 && child.signalCode !== "SIGTERM");
}

async function endAll(servings: readonly Serving[]): Promise<void> {
  const onTheirOwn = await Promise.all(servings.map(end));
  const ended = servings.filter((_, index) => onTheirOwn[index]);
  if (ended.length > 0) throw new Error(ended.map(describeEnd).join("\n"));
}

/**
 * Starts the fake providers of the packages `aws`, `eks` and `kubernetes` over a directory, which holds all that exists.
 * Their processes end with {@link Sandbox.stop}, and in any case when this process and the last engine that it named do.
 *
 * @param directory made if it does not exist; a later sandbox over it finds everything again.
 * @param script what each process runs, a file that calls `serve` of server.ts; with a follower, everything that the
 *   sandbox takes in is carried out for real as well
 * @throws Error when a provider does not come up, with what it wrote; then none is left running.
 */
export async function startSandbox(directory: string, script = path.join(__dirname, "serve.ts")): Promise<Sandbox> {
  const servings = PACKAGE_NAMES.map((packageName) => launch(packageName, directory, script));
  try {
    const ports = await Promise.all(servings.map(readPort));
    const attached = servings.map(({ packageName }, index) => `${packageName}:${ports[index]}`);
    let stopped: Promise<void> | undefined;
    return {
      environment: { PULUMI_DEBUG_PROVIDERS: attached.join(",") },
      serve: (engine) => {
        for (const { child } of servings) if (child.connected) child.send(engine);
      },
      stop: async () => (stopped ??= endAll(servings)),
    };
  } catch (error) {
    await Promise.all(servings.map(end));
    throw error;
  }
}
