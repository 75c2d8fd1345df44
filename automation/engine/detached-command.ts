// The Pulumi CLI in a session of its own: a terminal sends Ctrl-C to its whole foreground group, and an engine that gets a
// second one ends at once.
import { spawn } from "node:child_process";
import { closeSync, fstatSync, mkdtempSync, openSync, readSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, isAbsolute, join } from "node:path";
import {
  CommandError,
  ConcurrentUpdateError,
  type PulumiCommand,
  StackAlreadyExistsError,
  StackNotFoundError,
} from "@pulumi/pulumi/automation";

/** What a command of the CLI wrote. */
interface Said {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
}

/** The engine saves its state at once after a second signal; one that does not is killed. */
const HARD_MILLISECONDS = 10_000;

/** As the Automation API judges what the CLI wrote: https://github.com/pulumi/pulumi/blob/v3.248.0/sdk/nodejs/automation/errors.ts */
const KINDS: readonly (readonly [RegExp, new (text: string) => CommandError])[] = [
  [/no stack named.*found/, StackNotFoundError],
  [/stack.*already exists/, StackAlreadyExistsError],
  [
    /\[409\] Conflict: Another update is currently in progress\.|the stack is currently locked by/,
    ConcurrentUpdateError,
  ],
];

/**
 * The same CLI in sessions of its own. The Automation API calls `run` for everything that it does. Each abort of its
 * signal sends the CLI one SIGINT; what it writes goes to files without a name, since a pipe to a process that was killed
 * would end it. So it goes on when this process is killed, until it has recorded what is under way.
 * @param cli as the Automation API found it
 * @param onStart called with the number of each process
 */
export function detach(cli: PulumiCommand, onStart: (pid: number) => void): PulumiCommand {
  const run = async (
    args: readonly string[],
    cwd: string,
    environment: Readonly<Record<string, string>>,
    onOutput?: (text: string) => void,
    onError?: (text: string) => void,
    signal?: AbortSignal,
  ): Promise<Said> => {
    const files = new OutputFiles();
    try {
      const parameters = args.includes("--non-interactive") ? args : [...args, "--non-interactive"];
      const how = { cwd, env: environmentOf(cli, environment), stdio: files.stdio, onStart, signal };
      const { code, problem } = await runDetached(cli.command, parameters, how);
      const said: Said = { ...files.read(), code };
      onOutput?.(said.stdout);
      onError?.(said.stderr);
      if (code !== 0) throw failure(said, problem);
      return said;
    } finally {
      files.close();
    }
  };
  return Object.assign(cli, { run });
}

interface How {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly stdio: readonly [stdout: number, stderr: number];
  readonly onStart: (pid: number) => void;
  readonly signal: AbortSignal | undefined;
}

async function runDetached(
  command: string,
  args: readonly string[],
  { cwd, env, stdio, onStart, signal }: How,
): Promise<{ readonly code: number; readonly problem: string }> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd, env, stdio: ["ignore", ...stdio], detached: true, windowsHide: true });
    if (child.pid !== undefined) onStart(child.pid);
    let signals = 0;
    let timer: NodeJS.Timeout | undefined;
    const interrupt = (): void => {
      child.kill("SIGINT");
      signals += 1;
      if (signals === 2) timer = setTimeout(() => child.kill("SIGKILL"), HARD_MILLISECONDS);
    };
    const end = (code: number | null, problem: string): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", interrupt);
      resolve({ code: code ?? -2, problem });
    };
    signal?.addEventListener("abort", interrupt);
    // The CLI would not notice a signal that was aborted before it started.
    if (signal?.aborted === true) interrupt();
    child.once("error", (error) => {
      end(null, error.message);
    });
    child.once("exit", (code, by) => {
      end(code, by === null ? "" : `ended by ${by}`);
    });
  });
}

/** The CLI's own folder comes first, so that it finds the programs that belong to it. */
function environmentOf({ command }: PulumiCommand, added: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const path = added["PATH"] ?? process.env["PATH"] ?? "";
  return {
    ...process.env,
    ...added,
    ...(isAbsolute(command) ? { PATH: `${dirname(command)}${delimiter}${path}` } : {}),
    PULUMI_AUTOMATION_API: "true",
  };
}

/** In the form that the Automation API's own errors have. */
function failure({ stdout, stderr, code }: Said, problem: string): CommandError {
  const [, Kind = CommandError] = KINDS.find(([pattern]) => pattern.test(stderr)) ?? [];
  return new Kind(`code: ${code}\n stdout: ${stdout}\n stderr: ${stderr}\n err?: ${problem}\n`);
}

/** Two files that have no name any more: nobody else reads them, and nothing stays of them. */
class OutputFiles {
  readonly stdio: readonly [stdout: number, stderr: number];

  constructor() {
    const folder = mkdtempSync(join(tmpdir(), "eks-swap-"));
    this.stdio = [openSync(join(folder, "stdout"), "wx+", 0o600), openSync(join(folder, "stderr"), "wx+", 0o600)];
    rmSync(folder, { recursive: true });
  }

  read(): { readonly stdout: string; readonly stderr: string } {
    const [stdout, stderr] = this.stdio;
    return { stdout: readAll(stdout), stderr: readAll(stderr) };
  }

  close(): void {
    this.stdio.forEach(closeSync);
  }
}

/** The process that writes shares the place in the file: it is read from the beginning by name of the place. */
function readAll(file: number): string {
  const bytes = Buffer.alloc(fstatSync(file).size);
  let length = 0;
  while (length < bytes.length) {
    const read = readSync(file, bytes, length, bytes.length - length, length);
    if (read === 0) break;
    length += read;
  }
  return bytes.subarray(0, length).toString();
}
