// A pipeline's machine: a folder with project, backend and sandbox, and the command `eks-swap` as a process of its own.
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { RecordedRun } from "../../automation/engine/runs";
import type { Process } from "../../automation/base/process";
import type { Sandbox } from "../../sandbox/start";
import { startSandbox } from "../../sandbox/start";
import { Store } from "../../sandbox/provider/store";
import { differencesOf, type Differences } from "./differences";

const root = resolve(__dirname, "..", "..");
const command = join(root, "automation", "eks-swap.mjs");

const PASSPHRASE = "correct horse";

/** Words of the kubeconfig, a secret output of the stack. */
const OF_KUBECONFIG = ["certificate-authority-data", "get-token"];

/** How a run ended. */
export interface Ended {
  /** Null for one that was killed. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A run under way. */
export interface Run {
  readonly child: ChildProcess;
  /** What it wrote to its standard error so far. */
  readonly stderr: () => string;
  readonly ended: Promise<Ended>;
}

export class Pipeline {
  readonly folder: string;
  readonly stack: string;
  /** Everything that any run wrote. */
  readonly written: string[] = [];
  readonly #project: string;
  readonly #backend: string;
  /** Folder of the sandbox. */
  readonly cloud: string;
  readonly #programs: string;
  #sandbox: Sandbox | undefined;

  /** @param stack whose file is copied from the project's */
  constructor(stack = "dev") {
    this.stack = stack;
    this.folder = mkdtempSync(join(tmpdir(), "eks-swap-pipeline-"));
    this.#project = join(this.folder, "project");
    this.#backend = join(this.folder, "backend");
    this.cloud = join(this.folder, "sandbox");
    this.#programs = join(this.folder, "programs");
    for (const folder of [this.#project, this.#backend, this.cloud, this.#programs]) mkdirSync(folder);
    for (const file of ["Pulumi.yaml", "index.ts", `Pulumi.${stack}.yaml`]) {
      cpSync(join(root, file), join(this.#project, file));
    }
  }

  /** @param script see `startSandbox` */
  async open(script?: string): Promise<void> {
    this.#sandbox = await startSandbox(this.cloud, script);
  }

  async close(): Promise<void> {
    await this.#sandbox?.stop();
    rmSync(this.folder, { recursive: true });
  }

  /** Faults of the sandbox from now on; those of before are forgotten. */
  order(faults: readonly Readonly<Record<string, unknown>>[]): void {
    for (const file of readdirSync(this.cloud).filter((name) => name.startsWith("faults-met"))) {
      rmSync(join(this.cloud, file));
    }
    writeFileSync(join(this.cloud, "faults.json"), JSON.stringify(faults));
  }

  /** Waits until the sandbox has had a request that a fault matches. */
  async met(): Promise<void> {
    while (!readdirSync(this.cloud).some((name) => name.startsWith("faults-met"))) await setTimeout(20);
  }

  /** What exists in the sandbox's cloud. */
  get store(): Store {
    return new Store(this.cloud);
  }

  /** Puts a program before all others of its name. */
  program(name: string, script: string): void {
    writeFileSync(join(this.#programs, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }

  /** Text of a stack file. */
  stackFile(name: string): string {
    return readFileSync(join(this.#project, `Pulumi.${name}.yaml`), "utf8");
  }

  /** Takes the program away, as in a folder that holds Pulumi.yaml and stack files only. */
  removeProgram(): void {
    rmSync(join(this.#project, "index.ts"));
  }

  /** Takes the line of Pulumi.yaml away that names the program. */
  removeMain(): void {
    const file = join(this.#project, "Pulumi.yaml");
    writeFileSync(file, readFileSync(file, "utf8").replace(/^main: .*\n/m, ""));
  }

  /** Adds a stack file. */
  addStack(name: string, text: string): void {
    writeFileSync(join(this.#project, `Pulumi.${name}.yaml`), text);
  }

  /** Starts the command in a process group of its own, as a pipeline's runner does. */
  start(parameters: readonly string[], environment: NodeJS.ProcessEnv = {}): Run {
    return this.#spawn([process.execPath, command, ...this.#inProject(parameters)], environment);
  }

  /** Runs the command in a terminal of its own, where what it writes to both outputs is shown. */
  async runInTerminal(parameters: readonly string[]): Promise<string> {
    const line = [process.execPath, command, ...this.#inProject(parameters)].map((word) => `'${word}'`).join(" ");
    const sized = `stty rows 40 cols 120; exec ${line}`;
    const run = this.#spawn(["script", "--quiet", "--return", "--command", sized, "/dev/null"], {
      CI: undefined,
      TERM: "xterm",
    });
    const { code, stdout } = await run.ended;
    assert.equal(code, 0, stdout);
    return stdout;
  }

  #inProject(parameters: readonly string[]): readonly string[] {
    const named = parameters.includes("--stack") ? [] : ["--stack", this.stack];
    return [...parameters, ...named, "--cwd", this.#project];
  }

  #spawn([program = "", ...parameters]: readonly string[], environment: NodeJS.ProcessEnv): Run {
    const child = spawn(program, parameters, {
      detached: true,
      env: {
        ...process.env,
        ...this.#sandbox?.environment,
        PATH: `${this.#programs}:${process.env["PATH"] ?? ""}`,
        // Runs of other pipelines on this machine write to the one in the home folder.
        PULUMI_HOME: join(this.folder, "home"),
        XDG_STATE_HOME: join(this.folder, "state"),
        PULUMI_BACKEND_URL: `file://${this.#backend}`,
        PULUMI_CONFIG_PASSPHRASE: PASSPHRASE,
        NO_COLOR: "1",
        CI: "true",
        ...environment,
      },
    });
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (bytes: Buffer) => (stdout += bytes.toString()));
    child.stderr.on("data", (bytes: Buffer) => (stderr += bytes.toString()));
    const ended = new Promise<Ended>((done) =>
      child.once("close", (code) => {
        this.written.push(stdout, stderr);
        done({ code, stdout, stderr });
      }),
    );
    return { child, stderr: () => stderr, ended };
  }

  async run(parameters: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Ended> {
    return this.start(parameters, environment).ended;
  }

  /** Secrets in anything that a run wrote for people or other programs. */
  leaks(): readonly string[] {
    const files = readdirSync(this.folder, { withFileTypes: true }).filter((entry) => entry.isFile());
    const texts = [
      ...this.written.map((text) => ({ text, secrets: [PASSPHRASE, ...OF_KUBECONFIG] })),
      ...files.map(({ name }) => ({
        text: readFileSync(join(this.folder, name), "utf8"),
        // A plan has what eks.Cluster exports: a kubeconfig that asks for a token, and holds none.
        secrets: name.endsWith(".md") ? [PASSPHRASE, ...OF_KUBECONFIG] : [PASSPHRASE],
      })),
    ];
    return texts.flatMap(({ text, secrets }) =>
      secrets.filter((secret) => text.includes(secret)).map((secret) => `${secret} is in: ${text.slice(0, 500)}`),
    );
  }

  /** What the CLI has downloaded to run providers and programs. */
  plugins(): readonly string[] {
    const folder = join(this.folder, "home", "plugins");
    return existsSync(folder) ? readdirSync(folder) : [];
  }

  /** Files of locks. */
  locks(): readonly string[] {
    const folder = join(this.#backend, ".pulumi", "locks");
    if (!existsSync(folder)) return [];
    return readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".json"));
  }

  /** Puts a lock there, as a run on `host` with this process id leaves it. */
  lock(host: string, pid: number): void {
    const folder = join(this.#backend, ".pulumi", "locks", "organization", "eks-swap", this.stack);
    mkdirSync(folder, { recursive: true });
    const lock = { pid, username: "somebody", hostname: host, timestamp: "2026-01-02T03:04:05Z" };
    writeFileSync(join(folder, "6a3a4e37-8a4e-4f5e-9a39-3a2a9d0f3c11.json"), JSON.stringify(lock));
  }

  /** Puts a run there whose engine this was, and which is gone. */
  recordRun(engine: Process): void {
    const folder = join(this.folder, "state", "eks-swap", "runs");
    mkdirSync(folder, { recursive: true });
    const run: RecordedRun = {
      command: engine,
      engine,
      folder: this.#project,
      stack: "other",
      isEnding: false,
      looks: false,
      since: "2026-01-02",
    };
    writeFileSync(join(folder, `${engine.pid}.json`), JSON.stringify(run));
  }

  unlock(): void {
    rmSync(join(this.#backend, ".pulumi", "locks"), { recursive: true, force: true });
  }

  /** Changes the text of the state, as another program would have left it. */
  editState(edit: (text: string) => string): void {
    writeFileSync(this.#stateFile, edit(readFileSync(this.#stateFile, "utf8")));
  }

  /** Empties the attributes of the state, as a kill does that comes while the CLI writes them. */
  emptyAttributes(): void {
    writeFileSync(`${this.#stateFile}.attrs`, "");
  }

  get #stateFile(): string {
    return join(this.#backend, ".pulumi", "stacks", "eks-swap", `${this.stack}.json`);
  }

  /** See {@link differencesOf}. */
  differences(): Differences {
    return differencesOf(this.#stateFile, this.store);
  }
}
