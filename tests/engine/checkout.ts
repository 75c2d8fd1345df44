// A checkout of this project that a pipeline works in: stack files of its own, all else by links.
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { spawn } from "node:child_process";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { startSandbox, type Sandbox } from "../../sandbox/start";

const root = resolve(__dirname, "..", "..");

/** How a process ended. */
export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** A checkout with a backend and the sandbox's cloud. */
export class Checkout {
  readonly folder: string;
  private readonly sandbox: Sandbox;
  private readonly base: string;

  private constructor(base: string, sandbox: Sandbox) {
    this.base = base;
    this.folder = join(base, "checkout");
    this.sandbox = sandbox;
  }

  static async make(): Promise<Checkout> {
    const base = mkdtempSync(join(tmpdir(), "eks-swap-checkout-"));
    for (const name of ["checkout", "backend", "bin"]) mkdirSync(join(base, name));
    for (const name of readdirSync(root).filter((entry) => entry !== ".try" && entry !== ".git")) {
      const copy = join(base, "checkout", name);
      // The engine writes into stack files.
      if (/^Pulumi\..*yaml$/.test(name) || name === "Pulumi.yaml") cpSync(join(root, name), copy);
      else symlinkSync(join(root, name), copy);
    }
    return new Checkout(base, await startSandbox(join(base, "sandbox")));
  }

  async remove(): Promise<void> {
    await this.sandbox.stop();
    rmSync(this.base, { recursive: true });
  }

  /** Puts a command before all others of its name. */
  stub(name: string, script: string): void {
    writeFileSync(join(this.base, "bin", name), `#!/bin/bash\n${script}\n`, { mode: 0o755 });
  }

  /** Runs a program in the checkout. Nothing of a pipeline that this test itself may run in is seen by it. */
  async run(
    command: string,
    parameters: readonly string[],
    environment: Readonly<Record<string, string>>,
  ): Promise<Ended> {
    const inherited = Object.entries(process.env).filter(
      ([name]) => !/^(?:GITHUB_|PULUMI_|AWS_|CI$|KUBECONFIG$)/.test(name),
    );
    const child = spawn(command, parameters, {
      cwd: this.folder,
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        ...Object.fromEntries(inherited),
        PATH: `${join(this.base, "bin")}:${process.env["PATH"] ?? ""}`,
        PULUMI_BACKEND_URL: `file://${join(this.base, "backend")}`,
        PULUMI_CONFIG_PASSPHRASE: "sandbox",
        ...this.sandbox.environment,
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
