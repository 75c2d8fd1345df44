// A folder that somebody works in with the command `pulumi`: a checkout of this project, or one of their own.
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { spawn } from "node:child_process";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { startSandbox, type Sandbox } from "../../sandbox/start";

const root = resolve(__dirname, "..", "..");

/** How a process ended. */
export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** What starts programs in Node.js; only Pulumi's releases bring one. */
const languageHost = [
  "exec",
  process.execPath,
  "--import",
  pathToFileURL(require.resolve("tsx")).href,
  join(__dirname, "language-host.ts"),
  '"$@"',
].join(" ");

/**
 * What starts a policy pack in Node.js: Pulumi's releases bring such a script (sdk/nodejs/dist/pulumi-analyzer-policy); a
 * CLI that is built from Go modules has none.
 */
export const POLICY_HOST = `exec node "$(node --print 'require.resolve("@pulumi/pulumi/cmd/run-policy-pack")')" "$@"`;

/** Makes a checkout of a folder: stack files of its own, all else by links. */
function linkRoot(folder: string): void {
  for (const name of readdirSync(root).filter((entry) => entry !== ".try" && entry !== ".git")) {
    const copy = join(folder, name);
    // The engine writes into stack files.
    if (/^Pulumi\..*yaml$/.test(name) || name === "Pulumi.yaml") cpSync(join(root, name), copy);
    else symlinkSync(join(root, name), copy);
  }
}

/** A folder with a backend and the sandbox's cloud. */
export class Checkout {
  readonly folder: string;
  readonly #sandbox: Sandbox;
  readonly #base: string;

  private constructor(base: string, sandbox: Sandbox) {
    this.#base = base;
    this.folder = join(base, "checkout");
    this.#sandbox = sandbox;
  }

  /** @param fill makes the folder's content; a checkout of this project without it */
  static async make(fill: (folder: string) => void = linkRoot): Promise<Checkout> {
    const base = mkdtempSync(join(tmpdir(), "eks-swap-checkout-"));
    for (const name of ["checkout", "backend", "bin"]) mkdirSync(join(base, name));
    fill(join(base, "checkout"));
    const made = new Checkout(base, await startSandbox(join(base, "sandbox")));
    made.stub("pulumi-language-nodejs", languageHost);
    made.stub("pulumi-analyzer-policy-nodejs", POLICY_HOST);
    return made;
  }

  /** Folder of the sandbox's cloud. */
  get cloud(): string {
    return join(this.#base, "sandbox");
  }

  async remove(): Promise<void> {
    await this.#sandbox.stop();
    rmSync(this.#base, { recursive: true });
  }

  /** Puts a command before all others of its name. */
  stub(name: string, script: string): void {
    writeFileSync(join(this.#base, "bin", name), `#!/bin/bash\n${script}\n`, { mode: 0o755 });
  }

  /** Takes a command of {@link stub} away. */
  unstub(name: string): void {
    rmSync(join(this.#base, "bin", name));
  }

  /** Runs a program in the folder. Nothing of a pipeline that this test itself may run in is seen by it. */
  async run(
    command: string,
    parameters: readonly string[],
    environment: Readonly<Record<string, string>> = {},
    folder = this.folder,
  ): Promise<Ended> {
    const inherited = Object.entries(process.env).filter(
      ([name]) => !/^(?:GITHUB_|PULUMI_|AWS_|CI$|KUBECONFIG$)/.test(name),
    );
    const child = spawn(command, parameters, {
      cwd: folder,
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        ...Object.fromEntries(inherited),
        PATH: `${join(this.#base, "bin")}:${process.env["PATH"] ?? ""}`,
        PULUMI_BACKEND_URL: `file://${join(this.#base, "backend")}`,
        PULUMI_CONFIG_PASSPHRASE: "sandbox",
        PULUMI_SKIP_UPDATE_CHECK: "true",
        ...this.#sandbox.environment,
        ...environment,
      },
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => (output += text));
    }
    const code = await new Promise<number | null>((done) => child.once("close", done));
    return { code, output };
  }
}
