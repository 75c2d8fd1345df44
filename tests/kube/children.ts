// Long-running programs that never outlive this process.
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";

const KEPT_LINES = 15;

/** A program that runs in the background and writes to a log file. */
export interface Child {
  /** Settles with an error that shows the end of the log when the program ends before it is stopped. */
  readonly failure: Promise<never>;
  /** Ends the program at once; what it wrote to disk stays. To call it again changes nothing. */
  stop(): Promise<void>;
}

/**
 * Starts `program`. The kernel ends it when this process is gone, however that came about: `setpriv` asks for that
 * before it becomes the program.
 */
export function startChild(program: string, parameters: readonly string[], log: string): Child {
  const file = openSync(log, "w");
  const child = spawn("setpriv", ["--pdeathsig", "KILL", "--", program, ...parameters], {
    stdio: ["ignore", file, file],
  });
  closeSync(file);
  // A test that forgets to stop it must not keep this process alive.
  child.unref();
  const gone = new Promise<void>((resolve) => {
    child.once("exit", resolve);
    child.once("error", resolve);
  });
  let stopped = false;
  const failure = gone.then((): Promise<never> => {
    if (stopped) return new Promise(() => undefined);
    throw new Error(`${program} ended ${describeEnd(child)}; the end of ${log}:\n${endOf(log)}`);
  });
  // Whoever waits for readiness hears of it; later it shows in what fails then.
  failure.catch(() => undefined);
  return {
    failure,
    stop: async () => {
      stopped = true;
      child.ref();
      child.kill("SIGKILL");
      await gone;
    },
  };
}

/** The last lines of a log. */
export function endOf(log: string): string {
  return readFileSync(log, "utf8").trimEnd().split("\n").slice(-KEPT_LINES).join("\n");
}

function describeEnd({ exitCode, signalCode }: ChildProcess): string {
  if (signalCode !== null) return `by ${signalCode}`;
  return exitCode === null ? "before it began" : `with exit code ${exitCode}`;
}
