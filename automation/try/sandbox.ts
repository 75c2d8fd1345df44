// The sandbox of `--sandbox` and `npm run try`: a fake cloud on this machine, next to the stack files.
import { existsSync, renameSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { NAMESPACE } from "../../config/namespace";
import { startSandbox } from "../../sandbox/start";
import type { SandboxPlace } from "../base/stack-options";

/**
 * The sandbox of a folder of stack files. What exists in it, and the state of its stacks, is in `.try`.
 * @param folder as `--cwd` names it
 */
export function sandboxOf(folder: string): SandboxPlace {
  const place = resolve(folder, ".try");
  return { folder: place, start: async () => startSandbox(place) };
}

/**
 * Whether the sandbox's backend has a state of the stack.
 * @param folder of the sandbox
 */
export function hasState(folder: string, stack: string): boolean {
  return existsSync(join(folder, "backend", ".pulumi", "stacks", NAMESPACE, `${stack}.json`));
}

/**
 * Removes a sandbox. The state goes first and all at once: what a kill leaves of the rest is of no stack, and goes with
 * the next run.
 * @param folder of the sandbox
 */
export function forgetSandbox(folder: string): void {
  const backend = join(folder, "backend");
  const old = join(folder, "backend.old");
  rmSync(old, { recursive: true, force: true });
  if (existsSync(backend)) renameSync(backend, old);
  rmSync(folder, { recursive: true, force: true });
}
